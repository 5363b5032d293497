package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * A face as numbers: a vector of unit length whose dot product with another one of the same network
 * says how alike two faces are.
 *
 * <p>Biometric data: {@link #toString} never shows the numbers. Immutable and thread-safe.
 */
public final class Embedding {
  private static final double TOLERANCE = 1e-3;

  private final float[] values;

  private Embedding(float[] values) {
    this.values = values;
  }

  /**
   * {@return an embedding}
   *
   * @param values its numbers, finite and of unit length (to 0.001); copied
   */
  public static Embedding of(float... values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    // Written so that numbers that are not finite fail too.
    if (!(Math.abs(Math.sqrt(squares) - 1) <= TOLERANCE)) {
      throw new IllegalArgumentException(
          "an embedding has unit length, got the length " + Math.sqrt(squares));
    }
    return new Embedding(values.clone());
  }

  /** {@return how many numbers there are} */
  public int length() {
    return values.length;
  }

  /**
   * {@return one of the numbers}
   *
   * @param i its index, from 0
   */
  public float get(int i) {
    return values[i];
  }

  /**
   * {@return the cosine similarity to another embedding, −1…1}
   *
   * @param other of the same network
   * @throws IllegalArgumentException when the lengths differ
   */
  public double dot(Embedding other) {
    checkArgument(
        values.length == other.values.length,
        "embeddings of %s and of %s numbers cannot be compared",
        values.length,
        other.values.length);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (double) values[i] * other.values[i];
    }
    return sum;
  }

  /**
   * Copies the numbers out.
   *
   * @param target receives them from index 0 on; at least {@link #length()} long
   */
  public void copyInto(float[] target) {
    System.arraycopy(values, 0, target, 0, values.length);
  }

  /** {@return a copy of the numbers} */
  public float[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Embedding other && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** {@return the length, never the numbers: they are biometric data} */
  @Override
  public String toString() {
    return "Embedding[" + values.length + "]";
  }
}
