package dev.mfr.head;

/**
 * Hears of each epoch, on the thread that called for the training; what it throws ends the
 * training.
 */
@FunctionalInterface
public interface TrainingListener {

  /**
   * Called after each epoch.
   *
   * @param progress how far training is
   */
  void onEpoch(TrainingProgress progress);
}
