package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkIndex;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors of one length, one a row: what an embedder makes of a batch and what a head is trained
 * on.
 *
 * <p>Immutable and thread-safe. One array of rows × columns floats.
 */
public final class FeatureMatrix {
  private final int rows;
  private final int columns;
  private final float[] values;

  private FeatureMatrix(int rows, int columns, float[] values) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /**
   * {@return a matrix with a copy of the values}
   *
   * @param rows how many vectors
   * @param columns the length of each, at least 1
   * @param values row by row, rows × columns; not modified
   */
  public static FeatureMatrix of(int rows, int columns, float[] values) {
    check(rows, columns, values.length);
    return new FeatureMatrix(rows, columns, values.clone());
  }

  /** {@return a matrix of an array that nobody else holds} */
  static FeatureMatrix wrap(int rows, int columns, float[] values) {
    check(rows, columns, values.length);
    return new FeatureMatrix(rows, columns, values);
  }

  /**
   * {@return a matrix with a copy of a buffer's first rows × columns floats}
   *
   * @param rows how many vectors
   * @param columns the length of each, at least 1
   * @param values read from index 0; its position stays as it is
   */
  public static FeatureMatrix copyOf(int rows, int columns, FloatBuffer values) {
    float[] copy = new float[Math.multiplyExact(rows, columns)];
    values.get(0, copy);
    check(rows, columns, copy.length);
    return new FeatureMatrix(rows, columns, copy);
  }

  /**
   * {@return the rows of several matrices, one below the other}
   *
   * @param columns the length of every row; matters when there is no matrix
   * @param parts matrices of that many columns
   */
  public static FeatureMatrix concat(int columns, List<FeatureMatrix> parts) {
    int rows = 0;
    for (FeatureMatrix part : parts) {
      checkArgument(
          part.columns == columns, "vectors of length %s among those of %s", part.columns, columns);
      rows += part.rows;
    }
    float[] all = new float[Math.multiplyExact(rows, columns)];
    int at = 0;
    for (FeatureMatrix part : parts) {
      System.arraycopy(part.values, 0, all, at, part.values.length);
      at += part.values.length;
    }
    return new FeatureMatrix(rows, columns, all);
  }

  private static void check(int rows, int columns, int length) {
    checkArgument(
        rows >= 0 && columns > 0 && length == (long) rows * columns,
        "%s vectors of length %s are %s numbers, got %s",
        rows,
        columns,
        (long) rows * columns,
        length);
  }

  /** {@return how many vectors there are} */
  public int rows() {
    return rows;
  }

  /** {@return the length of each vector} */
  public int columns() {
    return columns;
  }

  /**
   * {@return one number}
   *
   * @param row which vector
   * @param column which of its numbers
   */
  public float get(int row, int column) {
    return values[checkIndex(row, rows) * columns + checkIndex(column, columns)];
  }

  /**
   * {@return a copy of one vector}
   *
   * @param row which vector
   */
  public float[] row(int row) {
    int from = checkIndex(row, rows) * columns;
    return Arrays.copyOfRange(values, from, from + columns);
  }

  /**
   * Copies one vector.
   *
   * @param row which vector
   * @param target written from {@code position} on
   * @param position index of the first number
   */
  public void copyRowInto(int row, float[] target, int position) {
    System.arraycopy(values, checkIndex(row, rows) * columns, target, position, columns);
  }

  /**
   * {@return a matrix of some of the rows, in the order given}
   *
   * @param indices rows; not modified
   */
  public FeatureMatrix select(int... indices) {
    float[] picked = new float[Math.multiplyExact(indices.length, columns)];
    for (int i = 0; i < indices.length; i++) {
      copyRowInto(indices[i], picked, i * columns);
    }
    return new FeatureMatrix(indices.length, columns, picked);
  }

  /** {@return the shape, never the numbers: they are biometric data} */
  @Override
  public String toString() {
    return "FeatureMatrix[" + rows + "×" + columns + "]";
  }
}
