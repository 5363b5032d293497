package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkIndex;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an embedder makes of a batch of faces, in memory that is used again for the next batch.
 *
 * <p>Allocates nothing as long as a batch is not larger than ever before and the lengths stay. Not
 * thread-safe: one a worker. Holds biometric data until it is written over or garbage.
 */
public final class FeatureBuffer {
  private final List<float[]> features = new ArrayList<>();
  private final List<float[]> embeddings = new ArrayList<>();
  private int size;
  private int featureLength;
  private int embeddingLength;

  /** An empty buffer; memory comes with the first faces. */
  public FeatureBuffer() {}

  /**
   * Makes room for a batch; what the rows hold is undefined until they are written.
   *
   * @param faces how many faces, 0 or more
   * @param featureLength the length of each face's features, at least 1
   * @param embeddingLength the length of each face's embedding, at least 1
   */
  public void reset(int faces, int featureLength, int embeddingLength) {
    checkArgument(faces >= 0, "a batch has 0 faces or more, got %s", faces);
    checkArgument(
        featureLength > 0 && embeddingLength > 0,
        "features and embeddings have numbers, got %s and %s",
        featureLength,
        embeddingLength);
    if (featureLength != this.featureLength || embeddingLength != this.embeddingLength) {
      features.clear();
      embeddings.clear();
      this.featureLength = featureLength;
      this.embeddingLength = embeddingLength;
    }
    while (features.size() < faces) {
      features.add(new float[featureLength]);
      embeddings.add(new float[embeddingLength]);
    }
    size = faces;
  }

  /** {@return how many faces there are} */
  public int size() {
    return size;
  }

  /** {@return the length of each face's features} */
  public int featureLength() {
    return featureLength;
  }

  /** {@return the length of each face's embedding} */
  public int embeddingLength() {
    return embeddingLength;
  }

  /**
   * {@return a face's features themselves, not a copy}
   *
   * @param face its index
   */
  public float[] features(int face) {
    return features.get(checkIndex(face, size));
  }

  /**
   * {@return a face's embedding itself, of unit length, not a copy}
   *
   * @param face its index
   */
  public float[] embedding(int face) {
    return embeddings.get(checkIndex(face, size));
  }

  /**
   * Keeps some of the faces and forgets the others; nothing is copied.
   *
   * @param rows indices of those that stay, ascending; the first {@code count} are read
   * @param count how many stay
   */
  public void keep(int[] rows, int count) {
    for (int i = 0; i < count; i++) {
      checkIndex(rows[i], size);
      Collections.swap(features, i, rows[i]);
      Collections.swap(embeddings, i, rows[i]);
    }
    size = count;
  }

  /**
   * Takes over what an embedder made.
   *
   * @param made a batch; copied
   */
  public void set(FaceFeatures made) {
    reset(made.size(), made.features().columns(), made.embeddings().columns());
    for (int i = 0; i < size; i++) {
      made.features().copyRowInto(i, features(i), 0);
      made.embeddings().copyRowInto(i, embedding(i), 0);
    }
  }

  /** {@return a copy of the batch} */
  public FaceFeatures toFeatures() {
    return new FaceFeatures(matrix(features, featureLength), matrix(embeddings, embeddingLength));
  }

  private FeatureMatrix matrix(List<float[]> rows, int columns) {
    float[] values = new float[Math.multiplyExact(size, columns)];
    for (int i = 0; i < size; i++) {
      System.arraycopy(rows.get(i), 0, values, i * columns, columns);
    }
    return FeatureMatrix.wrap(size, columns, values);
  }

  /** {@return the shape, never the numbers: they are biometric data} */
  @Override
  public String toString() {
    return "FeatureBuffer["
        + size
        + "×"
        + featureLength
        + ", "
        + size
        + "×"
        + embeddingLength
        + "]";
  }
}
