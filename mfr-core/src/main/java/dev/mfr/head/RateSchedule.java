package dev.mfr.head;

/** How the learning rate falls over the epochs. */
public enum RateSchedule {
  /** The rate stays as it is. */
  CONSTANT,
  /** Half a cosine wave: from the full rate in the first epoch to nearly 0 in the last. */
  COSINE,
  /** A tenth of the rate from the middle on, a hundredth in the last quarter. */
  STEP;

  /**
   * {@return the rate of an epoch}
   *
   * @param initial the full rate
   * @param epoch counts from 0
   * @param epochs how many epochs are planned, more than {@code epoch}
   */
  public double rate(double initial, int epoch, int epochs) {
    double progress = (double) epoch / epochs;
    return switch (this) {
      case CONSTANT -> initial;
      // StrictMath, so that a seed gives the same head on every machine.
      case COSINE -> initial * .5 * (1 + StrictMath.cos(Math.PI * progress));
      case STEP -> progress < .5 ? initial : progress < .75 ? initial / 10 : initial / 100;
    };
  }
}
