package dev.mfr.face;

import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;

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
    // No checkArgument: it would box the numbers of every face.
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("a score lies in 0…1, got " + score);
    }
    if (!(presence >= 0 && presence <= 1)) {
      throw new IllegalArgumentException("a presence lies in 0…1, got " + presence);
    }
  }

  /**
   * {@return how much a picture is about this face: its area times its score, divided by 1 + (d /
   * r)² where d is the distance of its middle from the picture's and r a quarter of the picture's
   * diagonal}
   *
   * <p>Presence has no part in it: a mask lowers it, and a bystander without one would win.
   *
   * @param width the picture's width in pixels
   * @param height the picture's height in pixels
   */
  public double prominence(int width, int height) {
    double r = Math.hypot(width, height) / 4;
    double d = box.centre().distanceTo(new Point((width - 1) / 2.0, (height - 1) / 2.0)) / r;
    return box.area() * score / (1 + d * d);
  }
}
