package dev.mfr.face;

import dev.mfr.geometry.Point;

/**
 * Which points a set of landmarks holds, in which order.
 *
 * <p>"Right" and "left" are the person's: the right eye lies left of the left eye in an upright
 * picture.
 */
public enum LandmarkScheme {
  /** The 468 vertices of MediaPipe Face Mesh, in its vertex order, with depth. */
  FACE_MESH_468(468, 33, 133, 362, 263),
  /** The 68 points of the iBUG 300-W mark-up in dlib's order, without depth. */
  DLIB_68(68, 36, 39, 42, 45);

  private final int size;
  private final int rightEyeOuter;
  private final int rightEyeInner;
  private final int leftEyeInner;
  private final int leftEyeOuter;

  LandmarkScheme(
      int size, int rightEyeOuter, int rightEyeInner, int leftEyeInner, int leftEyeOuter) {
    this.size = size;
    this.rightEyeOuter = rightEyeOuter;
    this.rightEyeInner = rightEyeInner;
    this.leftEyeInner = leftEyeInner;
    this.leftEyeOuter = leftEyeOuter;
  }

  /** {@return how many points a face has} */
  public int size() {
    return size;
  }

  Point rightEye(Landmarks landmarks) {
    return middle(landmarks, rightEyeOuter, rightEyeInner);
  }

  Point leftEye(Landmarks landmarks) {
    return middle(landmarks, leftEyeInner, leftEyeOuter);
  }

  private static Point middle(Landmarks landmarks, int i, int j) {
    return new Point(
        ((double) landmarks.x(i) + landmarks.x(j)) / 2,
        ((double) landmarks.y(i) + landmarks.y(j)) / 2);
  }
}
