package dev.mfr.landmarks.mask;

/** Why a face cannot wear a mask in its picture. */
public enum MaskObstacle {
  /** The eyes are fewer than 8 pixels apart. */
  FACE_TOO_SMALL("the face is too small: its eyes are fewer than 8 pixels apart"),
  /** More than a third of the lower face lies outside the picture. */
  FACE_CUT("more than a third of the lower face lies outside the picture"),
  /** The face looks away from the camera by more than 75 degrees. */
  FACE_TURNED_AWAY("the face looks away from the camera by more than 75 degrees"),
  /** The landmarks do not form a face: they fall together or are folded over. */
  NO_SURFACE("the landmarks do not form a face");

  private final String sentence;

  MaskObstacle(String sentence) {
    this.sentence = sentence;
  }

  /** {@return the reason in words, for reports} */
  public String sentence() {
    return sentence;
  }
}
