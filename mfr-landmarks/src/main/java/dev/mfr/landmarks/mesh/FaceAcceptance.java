package dev.mfr.landmarks.mesh;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.Landmarks;

/**
 * Decides whether what was measured is a face.
 *
 * <p>Presence alone must not: a mask takes it below one half for one face in six. The two networks
 * have to agree instead: the mesh's eyes lie where the detector saw them.
 *
 * @param minPresence presence below which nothing is accepted; 0 accepts any
 */
record FaceAcceptance(double minPresence) {

  /** How far the mesh's eyes may lie from the detector's, as a share of the eyes' distance. */
  private static final double EYE_TOLERANCE = .5;

  FaceAcceptance {
    checkArgument(
        minPresence >= 0 && minPresence <= 1, "a presence lies in 0…1, got %s", minPresence);
  }

  boolean accepts(FaceCandidate face, Landmarks landmarks, double presence) {
    if (presence < minPresence) {
      return false;
    }
    double eyes = landmarks.eyeDistance();
    double off =
        Math.max(
            landmarks.rightEye().distanceTo(face.rightEye()),
            landmarks.leftEye().distanceTo(face.leftEye()));
    return eyes > 0 && off <= EYE_TOLERANCE * eyes;
  }
}
