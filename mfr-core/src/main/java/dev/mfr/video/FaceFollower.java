package dev.mfr.video;

import dev.mfr.face.DetectedFace;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import java.util.List;

/**
 * Measures known faces again in the next frame, without searching for them.
 *
 * <p>A lambda will do. It keeps nothing from frame to frame.
 */
@FunctionalInterface
public interface FaceFollower {

  /**
   * {@return each face as it is now, in the order given: a presence near 0 says that it is not
   * there any more; the score is the given one's}
   *
   * @param frame the next frame; only read during the call
   * @param faces where the faces were, one or more
   */
  List<DetectedFace> follow(RgbImage frame, List<Place> faces);

  /**
   * Where a face is expected.
   *
   * @param detected the face when the detector last found it, in pixels of that frame
   * @param last the face in the last frame
   * @param shift by how much it is expected to have moved since then, in pixels
   */
  record Place(DetectedFace detected, DetectedFace last, Point shift) {}
}
