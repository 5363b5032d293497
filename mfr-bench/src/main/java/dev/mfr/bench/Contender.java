package dev.mfr.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;

/**
 * One way to recognise one picture, ready to be called again and again: this library, the limit, or
 * a rival. Not thread-safe; whoever opened it closes it.
 */
interface Contender extends AutoCloseable {

  /** {@return what tables call it} */
  String name();

  /**
   * {@return the result of one whole recognition, which a benchmark must not throw away unseen}
   *
   * @throws Exception what its library throws
   */
  Object run() throws Exception;

  /**
   * {@return what one recognition says, to be compared with the others before anything is timed}
   *
   * @throws UnsupportedOperationException when it answers nothing, as the bare runtime
   * @throws Exception what its library throws
   */
  default Answer answer() throws Exception {
    throw new UnsupportedOperationException(name() + " has no answer");
  }

  @Override
  void close() throws IOException, OrtException;

  /**
   * What a recognition says of the picture's face.
   *
   * @param landmarks x and y of the mesh's points, in pixels
   * @param features what the ResNet-50 says
   * @param label the person with the highest probability
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never kept
  record Answer(float[] landmarks, float[] features, String label) {

    /** {@return the mean distance of the landmarks from another answer's, in pixels} */
    double landmarkDistance(Answer other) {
      double sum = 0;
      for (int i = 0; i < landmarks.length; i += 2) {
        sum +=
            Math.hypot(
                landmarks[i] - other.landmarks[i], landmarks[i + 1] - other.landmarks[i + 1]);
      }
      return 2 * sum / landmarks.length;
    }

    /** {@return the cosine between the features and another answer's} */
    double featureCosine(Answer other) {
      double dot = 0;
      double mine = 0;
      double its = 0;
      for (int i = 0; i < features.length; i++) {
        dot += features[i] * other.features[i];
        mine += features[i] * features[i];
        its += other.features[i] * other.features[i];
      }
      return dot / Math.sqrt(mine * its);
    }
  }
}
