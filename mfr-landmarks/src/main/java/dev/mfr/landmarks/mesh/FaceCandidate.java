package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import java.util.List;

/**
 * What BlazeFace says of one face.
 *
 * @param score 0…1
 * @param box the face
 * @param keypoints right eye, left eye (the person's), nose tip, mouth, right ear, left ear
 */
record FaceCandidate(double score, Box box, List<Point> keypoints) {
  static final int KEYPOINTS = 6;

  FaceCandidate {
    keypoints = List.copyOf(keypoints);
  }

  Point rightEye() {
    return keypoints.get(0);
  }

  Point leftEye() {
    return keypoints.get(1);
  }
}
