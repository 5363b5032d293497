package dev.mfr.head;

/** Layers that are being trained. Not thread-safe; uses its team's threads inside a step. */
sealed interface Learner permits LinearLearner, MarginLearner, HiddenLearner {

  /**
   * One step of gradient descent with momentum on the mean loss of a batch.
   *
   * @param batch its losses and rights are written
   * @param rate the learning rate
   */
  void step(Batch batch, float rate);

  /** {@return the layers as they are now; another step may change them} */
  HeadLayers layers();
}
