package dev.mfr.head;

/** Fits the one number that logits are divided by, so that probabilities mean what they say. */
final class Temperature {
  /*
   * Guo, Pleiss, Sun, Weinberger (2017), "On Calibration of Modern Neural Networks": T > 0 that minimises the negative log
   * likelihood of held-out data. With β = 1/T that is Σ [log Σ_j exp(β z_j) − β z_y], convex in β, so golden section on
   * log T finds it.
   *
   * Deviation: where every held-out picture is right, the minimum lies at T = 0 and each answer would be certain. As Platt
   * (1999) does, the truth counts as right with (n + 1)/(n + 2) for n pictures (Laplace's rule of succession), the rest
   * goes to the others in equal parts. Convex as before, and of no weight when n is large.
   */
  static final double MIN = .05;
  static final double MAX = 20;

  private static final double GOLDEN = (StrictMath.sqrt(5) - 1) / 2;

  private Temperature() {}

  /**
   * {@return the temperature of least loss between {@link #MIN} and {@link #MAX}}
   *
   * @param logits a row a picture
   * @param truth the class of each row
   */
  static double fit(float[][] logits, int[] truth) {
    double lo = StrictMath.log(MIN);
    double hi = StrictMath.log(MAX);
    double left = hi - GOLDEN * (hi - lo);
    double right = lo + GOLDEN * (hi - lo);
    double atLeft = loss(logits, truth, StrictMath.exp(left));
    double atRight = loss(logits, truth, StrictMath.exp(right));
    while (hi - lo > 1e-6) {
      if (atLeft <= atRight) {
        hi = right;
        right = left;
        atRight = atLeft;
        left = hi - GOLDEN * (hi - lo);
        atLeft = loss(logits, truth, StrictMath.exp(left));
      } else {
        lo = left;
        left = right;
        atLeft = atRight;
        right = lo + GOLDEN * (hi - lo);
        atRight = loss(logits, truth, StrictMath.exp(right));
      }
    }
    return StrictMath.exp((lo + hi) / 2);
  }

  private static double loss(float[][] logits, int[] truth, double temperature) {
    int n = truth.length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float[] z = logits[i];
      double others = 0;
      for (float logit : z) {
        others += logit;
      }
      others -= z[truth[i]];
      double share = z.length == 1 ? 1 : (n + 1.0) / (n + 2);
      double expected = share * z[truth[i]] + (1 - share) * others / Math.max(1, z.length - 1);
      sum += Softmax.logSumExp(z, 1 / temperature) - expected / temperature;
    }
    return sum / n;
  }
}
