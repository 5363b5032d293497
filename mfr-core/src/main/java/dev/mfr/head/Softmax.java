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

  /**
   * Turns a row's logits into the derivative of the cross-entropy divided by the batch size.
   *
   * @param logits read, then written
   * @param truth the right class
   * @param batch rows of the batch
   * @param scratch written, as long as the logits
   * @return the row's cross-entropy
   */
  static double crossEntropy(float[] logits, int truth, int batch, double[] scratch) {
    double max = max(logits);
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      double e = StrictMath.exp(logits[c] - max);
      scratch[c] = e;
      sum += e;
    }
    double loss = max + StrictMath.log(sum) - logits[truth];
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) ((scratch[c] / sum - (c == truth ? 1 : 0)) / batch);
    }
    return loss;
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

  /** {@return the index of the largest probability, the first of equal ones} */
  static int argMax(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }

  private static double max(float[] logits) {
    return logits[argMax(logits)];
  }
}
