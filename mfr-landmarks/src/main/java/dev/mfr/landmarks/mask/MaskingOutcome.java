package dev.mfr.landmarks.mask;

import org.jspecify.annotations.Nullable;

/**
 * What became of one picture of a folder.
 *
 * @param person the person, as its folder is called
 * @param file the picture's file name in the input
 * @param status what became of it
 * @param design the mask in the output picture; null when there is none
 * @param detail why there is none, as a sentence; empty when there is one
 */
public record MaskingOutcome(
    String person, String file, Status status, @Nullable MaskDesign design, String detail) {

  /** What can become of a picture. */
  public enum Status {
    /** It was masked and written. */
    MASKED,
    /** An earlier run had masked it: left as it was. */
    ALREADY_THERE,
    /** The file cannot be read as a picture. */
    UNREADABLE,
    /** The detector finds no face in it. */
    NO_FACE,
    /** A face was found, but no mask fits: see {@link MaskObstacle}. */
    NO_FIT
  }

  /** {@return whether the output holds this picture with a mask} */
  public boolean masked() {
    return status == Status.MASKED || status == Status.ALREADY_THERE;
  }
}
