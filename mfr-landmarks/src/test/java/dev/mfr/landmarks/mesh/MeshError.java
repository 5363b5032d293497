package dev.mfr.landmarks.mesh;

import dev.mfr.face.Landmarks;

/** How far a mesh lies from MediaPipe's, as a share of the outer-eye distance (33 to 263). */
final class MeshError {
  private MeshError() {}

  static double of(Landmarks landmarks, double[] expected) {
    double eyes =
        Math.hypot(
            expected[2 * 33] - expected[2 * 263], expected[2 * 33 + 1] - expected[2 * 263 + 1]);
    double sum = 0;
    for (int i = 0; i < landmarks.size(); i++) {
      sum += Math.hypot(landmarks.x(i) - expected[2 * i], landmarks.y(i) - expected[2 * i + 1]);
    }
    return sum / landmarks.size() / eyes;
  }
}
