package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What an embedder makes of a batch of faces.
 *
 * @param features a row a face, as a classification head reads them; any scale
 * @param embeddings a row a face of unit length, whose dot products are the similarities of two
 *     faces, −1…1
 */
public record FaceFeatures(FeatureMatrix features, FeatureMatrix embeddings) {

  public FaceFeatures {
    checkArgument(
        features.rows() == embeddings.rows(),
        "%s faces have features and %s have embeddings",
        features.rows(),
        embeddings.rows());
  }

  /** {@return how many faces there are} */
  public int size() {
    return features.rows();
  }
}
