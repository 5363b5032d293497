package dev.mfr.head;

/**
 * How far training is, after an epoch.
 *
 * @param phase which of the two runs this is
 * @param epoch epochs done in this run, from 1
 * @param epochs epochs planned for this run
 * @param loss the mean cross-entropy over the epoch's batches, in nats, without the L2 penalty,
 *     with the margin of a head that has one
 * @param accuracy the part of training pictures whose first candidate was right, 0…1
 * @param heldOutLoss the mean cross-entropy of the held-out pictures; NaN when there are none
 * @param heldOutAccuracy the part of held-out pictures whose first candidate is right, 0…1; NaN
 *     when there are none
 * @param learningRate the rate of this epoch
 */
public record TrainingProgress(
    Phase phase,
    int epoch,
    int epochs,
    double loss,
    double accuracy,
    double heldOutLoss,
    double heldOutAccuracy,
    double learningRate) {

  /** One of the runs of a training. */
  public enum Phase {
    /** Without the held-out pictures, to fit the temperature and to find when to stop. */
    CALIBRATION,
    /** On all pictures; its weights are the head's. */
    FINAL
  }
}
