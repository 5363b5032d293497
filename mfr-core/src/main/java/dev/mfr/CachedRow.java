package dev.mfr;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureMatrix;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a picture gave, as it is kept in a cache: a row of features, or why there is none. */
record CachedRow(@Nullable FaceFeatures features, String recipeOrReason) {

  byte[] encode() {
    byte[] text = recipeOrReason.getBytes(StandardCharsets.UTF_8);
    int columns = features == null ? 0 : features.features().columns();
    int embedding = features == null ? 0 : features.embeddings().columns();
    ByteBuffer bytes =
        ByteBuffer.allocate(3 * Integer.BYTES + text.length + Float.BYTES * (columns + embedding));
    bytes.putInt(text.length).put(text).putInt(columns).putInt(embedding);
    if (features != null) {
      put(bytes, features.features());
      put(bytes, features.embeddings());
    }
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, FeatureMatrix matrix) {
    for (float value : matrix.row(0)) {
      bytes.putFloat(value);
    }
  }

  /** Empty for bytes that are no row of this shape. */
  static Optional<CachedRow> decode(byte[] value, int featureLength, int embeddingLength) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      byte[] text = new byte[Math.min(bytes.getInt(), value.length)];
      bytes.get(text);
      String recipeOrReason = new String(text, StandardCharsets.UTF_8);
      int columns = bytes.getInt();
      int embedding = bytes.getInt();
      if (columns == 0) {
        return Optional.of(new CachedRow(null, recipeOrReason));
      }
      if (columns != featureLength || embedding != embeddingLength) {
        return Optional.empty();
      }
      return Optional.of(
          new CachedRow(
              new FaceFeatures(take(bytes, columns), take(bytes, embedding)), recipeOrReason));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      return Optional.empty();
    }
  }

  private static FeatureMatrix take(ByteBuffer bytes, int columns) {
    float[] row = new float[columns];
    for (int i = 0; i < columns; i++) {
      row[i] = bytes.getFloat();
    }
    return FeatureMatrix.of(1, columns, row);
  }
}
