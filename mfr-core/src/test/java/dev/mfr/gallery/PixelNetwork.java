package dev.mfr.gallery;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;

/** Faces are pictures of one pixel, the view "pixel": red says who. */
final class PixelNetwork implements FaceEmbedder {
  private final String id;
  private final IntToLongFunction photograph;
  private final IntConsumer ran;
  private final Runnable closed;

  /**
   * @param photograph which of the person's faces a colour is
   * @param ran hears how many faces were embedded
   */
  PixelNetwork(String id, IntToLongFunction photograph, IntConsumer ran, Runnable closed) {
    this.id = id;
    this.photograph = photograph;
    this.ran = ran;
    this.closed = closed;
  }

  static int rgb(FaceViews face) {
    return face.get("pixel").render().rgb(0, 0);
  }

  @Override
  public String modelId() {
    return id;
  }

  @Override
  public List<String> viewNames() {
    return List.of("pixel");
  }

  @Override
  public int featureLength() {
    return Faces.LENGTH;
  }

  @Override
  public int embeddingLength() {
    return Faces.LENGTH;
  }

  @Override
  public FaceFeatures embed(List<FaceViews> faces) {
    ran.accept(faces.size());
    float[] rows = new float[faces.size() * Faces.LENGTH];
    for (int i = 0; i < faces.size(); i++) {
      int rgb = rgb(faces.get(i));
      float[] row = Faces.face(rgb >> 16 & 255, photograph.applyAsLong(rgb)).toArray();
      System.arraycopy(row, 0, rows, i * Faces.LENGTH, Faces.LENGTH);
    }
    FeatureMatrix matrix = FeatureMatrix.of(faces.size(), Faces.LENGTH, rows);
    return new FaceFeatures(matrix, matrix);
  }

  @Override
  public void close() {
    closed.run();
  }
}
