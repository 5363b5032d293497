package dev.mfr.examples.experiment;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.onnx.MaskStateNetwork;
import java.util.List;

/**
 * The probability of a mask as an embedder's answer, an angle of 0 to 90°, so that it is extracted
 * and cached with those of the other networks. Thread-safe.
 */
final class MaskStateFeatures implements FaceEmbedder {
  private static final int LENGTH = 2;

  private final MaskStateEstimator estimator;

  MaskStateFeatures(MaskStateEstimator estimator) {
    this.estimator = estimator;
  }

  /** What the network says of a face whose numbers, of unit length, begin at a place. */
  static MaskState state(float[] numbers, int at) {
    double probability = Math.atan2(numbers[at + 1], numbers[at]) * 2 / Math.PI;
    return MaskStateNetwork.stateOf(Math.min(1, Math.max(0, probability)));
  }

  @Override
  public String modelId() {
    return estimator.modelId();
  }

  @Override
  public List<String> viewNames() {
    return estimator.viewNames();
  }

  @Override
  public int featureLength() {
    return LENGTH;
  }

  @Override
  public int embeddingLength() {
    return LENGTH;
  }

  @Override
  public FaceFeatures embed(List<FaceViews> faces) {
    List<MaskReading> readings = estimator.estimate(faces);
    float[] angles = new float[LENGTH * readings.size()];
    for (int i = 0; i < readings.size(); i++) {
      double angle = readings.get(i).probability() * Math.PI / 2;
      angles[LENGTH * i] = (float) Math.cos(angle);
      angles[(LENGTH * i) + 1] = (float) Math.sin(angle);
    }
    FeatureMatrix matrix = FeatureMatrix.of(readings.size(), LENGTH, angles);
    return new FaceFeatures(matrix, matrix);
  }

  @Override
  public void close() {
    estimator.close();
  }
}
