package dev.mfr.head;

/** The softmax of the paper, with the exponentials its formula (1) omits in the sum. */
final class Softmax {
  private Softmax() {}

  /**
   * Writes the probabilities of logits divided by a temperature. The largest logit is subtracted
   * first, so nothing overflows.
   *
   * @param logits finite numbers; not modified
   * @param temperature positive
   * @param target written, as long as the logits; each 0…1
   */
  static void probabilities(float[] logits, double temperature, double[] target) {
    double max = max(logits);
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      double e = StrictMath.exp((logits[c] - max) / temperature);
      target[c] = e;
      sum += e;
    }
    for (int c = 0; c < logits.length; c++) {
      target[c] /= sum;
    }
  }

  /** {@return log Σ exp(scale · logit)} */
  static double logSumExp(float[] logits, double scale) {
    double max = max(logits);
    double sum = 0;
    for (float logit : logits) {
      sum += StrictMath.exp(scale * (logit - max));
    }
    return scale * max + StrictMath.log(sum);
  }

  /** {@return the index of the largest logit, the first of equal ones} */
  static int argMax(float[] logits) {
    int best = 0;
    for (int c = 1; c < logits.length; c++) {
      if (logits[c] > logits[best]) {
        best = c;
      }
    }
    return best;
  }

  private static double max(float[] logits) {
    return logits[argMax(logits)];
  }
}
