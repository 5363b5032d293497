package dev.mfr.landmarks.mesh;

import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;

/**
 * Decides what counts as a face.
 *
 * <p>Presence alone must not: a mask takes it below one half for one face in six. A plain look
 * accepts a high score, or a lower one with high presence. A careful look at a picture that may be
 * one face accepts what fills the picture and is measured the same twice.
 */
final class FaceAcceptance {
  /*
   * The numbers were chosen on the real masked crops of 61 people (RMFRD), on patches without a face and on masked LFW
   * pictures, and confirmed on the crops of 61 other people and on other patches. Of 383 masked crops they find 91 %
   * (88 % of the other people's), where the plain look alone finds 52 %; they report a face in 0.5 % of 10,000 patches
   * without one. Without the rule of FAINT_PRESENCE it is 92 % and twice as many patches.
   */

  /** From this score on a plain look is believed, and no careful look is needed. */
  private static final double SURE_SCORE = .65;

  /** The presence that a face of a lower score needs. */
  private static final double SURE_PRESENCE = .88;

  /** The border of the careful look on each side, as a share of the longer side. */
  static final double CAREFUL_BORDER = 1 / 3.0;

  /** The score from which on answers are averaged in the careful look: more make it steadier. */
  static final double CAREFUL_FLOOR = .3;

  /** The least score of a face that fills the picture. */
  private static final double FILLING_SCORE = .55;

  /** The least width of its box, as a share of the picture's shorter side. */
  private static final double FILLING_WIDTH = .75;

  /** How far its centre may lie from the picture's, as shares of width and height. */
  private static final double OFF_CENTRE_X = .2;

  private static final double OFF_CENTRE_Y = .25;

  /** How far the eyes may move between two measurements, as a share of their distance. */
  private static final double STEADY = .12;

  /** Under this presence a face that fills the picture needs FAINT_SCORE. */
  private static final double FAINT_PRESENCE = .003;

  private static final double FAINT_SCORE = .62;

  private FaceAcceptance() {}

  static boolean isSure(double score) {
    return score >= SURE_SCORE;
  }

  static boolean accepts(double score, double presence) {
    return isSure(score) || presence >= SURE_PRESENCE;
  }

  static boolean fills(FaceCandidate face, RgbImage image) {
    Point centre = face.box().centre();
    return face.score() >= FILLING_SCORE
        && face.box().width() >= FILLING_WIDTH * Math.min(image.width(), image.height())
        && Math.abs(centre.x() / image.width() - .5) <= OFF_CENTRE_X
        && Math.abs(centre.y() / image.height() - .5) <= OFF_CENTRE_Y;
  }

  static boolean isFaint(FaceCandidate face, double presence) {
    return presence < FAINT_PRESENCE && face.score() < FAINT_SCORE;
  }

  static boolean isSteady(Landmarks first, Landmarks second) {
    double moved =
        (first.rightEye().distanceTo(second.rightEye())
                + first.leftEye().distanceTo(second.leftEye()))
            / 2;
    return moved <= STEADY * second.eyeDistance();
  }
}
