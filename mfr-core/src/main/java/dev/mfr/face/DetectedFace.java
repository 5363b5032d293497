package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.geometry.Box;

/**
 * A face that a detector found in a picture.
 *
 * @param box the face's box, in pixels; may reach beyond the picture
 * @param score how sure the face detector is, 0…1
 * @param landmarks its points, in pixels
 * @param presence how sure the landmark network is that its region shows a whole face, 0…1. A mask
 *     lowers it, so it is a measurement and not a verdict
 */
public record DetectedFace(Box box, double score, Landmarks landmarks, double presence) {

  public DetectedFace {
    checkArgument(score >= 0 && score <= 1, "a score lies in 0…1, got %s", score);
    checkArgument(presence >= 0 && presence <= 1, "a presence lies in 0…1, got %s", presence);
  }
}
