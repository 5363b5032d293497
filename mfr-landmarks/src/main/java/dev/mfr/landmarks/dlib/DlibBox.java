package dev.mfr.landmarks.dlib;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;

/**
 * Where dlib's face detector would put its box, judged by the eyes: an upright square on the line
 * down from between them.
 *
 * <p>The square moves, grows and, with its centre, turns as the eyes do.
 */
final class DlibBox {
  /*
   * Least squares on the 62 faces that dlib 19.24 boxes in 60 LFW pictures, with the eyes of the face mesh. The eyes
   * alone, because a mask hardly moves them: it takes the mesh's mean or BlazeFace's box with it. See
   * docs/decisions/0010-dlib-box-from-blazeface.md.
   */

  /** The square's side in eye distances. */
  private static final double SIDE = 2.518;

  /** From the middle of the eyes to the square's centre, along the line of the eyes, in sides. */
  private static final double ALONG = -.0265;

  /** The same, down the face. */
  private static final double DOWN = .1834;

  private DlibBox() {}

  static Box of(DetectedFace face) {
    Landmarks landmarks = face.landmarks();
    Point right = landmarks.rightEye();
    Point left = landmarks.leftEye();
    // The line of the eyes and the one down the face, as long as the square's side.
    double x = SIDE * (left.x() - right.x());
    double y = SIDE * (left.y() - right.y());
    Point eyes = right.midpoint(left);
    double side = SIDE * landmarks.eyeDistance();
    return Box.around(
        new Point(eyes.x() + ALONG * x - DOWN * y, eyes.y() + ALONG * y + DOWN * x), side, side);
  }
}
