package dev.mfr.gallery;

import dev.mfr.gallery.Calibration.Logistic;

/** Fits the probability that two faces are one person's to scores of both kinds. */
final class LogisticFit {
  /*
   * Newton's method on two parameters. Both kinds weigh the same in all, however many scores there are of each; the targets
   * are Platt's (n + 1) / (n + 2) and 1 / (n + 2), which keep the slope finite where the kinds do not overlap.
   */
  private static final int STEPS = 50;
  private static final double DAMPING = 1e-9;
  private static final double LEAST_SLOPE = 1e-3;

  private LogisticFit() {}

  static Logistic of(ScoreHistogram genuine, ScoreHistogram impostors) {
    double offset = 0;
    double slope = 0;
    double best = loss(genuine, impostors, offset, slope);
    for (int step = 0; step < STEPS; step++) {
      double[] sums = new double[5];
      add(genuine, true, offset, slope, sums);
      add(impostors, false, offset, slope, sums);
      double a = sums[2] + DAMPING;
      double d = sums[4] + DAMPING;
      double determinant = (a * d) - (sums[3] * sums[3]);
      double offsetStep = ((d * sums[0]) - (sums[3] * sums[1])) / determinant;
      double slopeStep = ((a * sums[1]) - (sums[3] * sums[0])) / determinant;
      double share = 1;
      double loss = loss(genuine, impostors, offset + offsetStep, slope + slopeStep);
      while (!(loss <= best) && share > 1e-6) {
        share /= 2;
        loss = loss(genuine, impostors, offset + (share * offsetStep), slope + (share * slopeStep));
      }
      if (!(best - loss > 1e-12)) {
        break;
      }
      offset += share * offsetStep;
      slope += share * slopeStep;
      best = loss;
    }
    return new Logistic(offset, Math.max(LEAST_SLOPE, slope));
  }

  private static double target(ScoreHistogram scores, boolean same) {
    double n = scores.total();
    return same ? (n + 1) / (n + 2) : 1 / (n + 2);
  }

  /** Gradient, then the Hessian's three numbers. */
  private static void add(
      ScoreHistogram scores, boolean same, double offset, double slope, double[] sums) {
    double target = target(scores, same);
    double each = 1. / scores.total();
    scores.forEach(
        (score, count) -> {
          double p = 1 / (1 + Math.exp(-(offset + (slope * score))));
          double weight = each * count;
          double error = weight * (target - p);
          double curvature = weight * p * (1 - p);
          sums[0] += error;
          sums[1] += error * score;
          sums[2] += curvature;
          sums[3] += curvature * score;
          sums[4] += curvature * score * score;
        });
  }

  private static double loss(
      ScoreHistogram genuine, ScoreHistogram impostors, double offset, double slope) {
    double[] sum = {0};
    for (ScoreHistogram scores : new ScoreHistogram[] {genuine, impostors}) {
      double target = target(scores, scores == genuine);
      double each = 1. / scores.total();
      scores.forEach(
          (score, count) -> {
            double z = offset + (slope * score);
            // log(1 + exp(z)) without overflow
            double softplus = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
            sum[0] += each * count * (softplus - (target * z));
          });
    }
    return sum[0];
  }
}
