package dev.mfr.head;

/** Where the least similarity of a head's {@link UnknownRule} comes from. */
public enum ThresholdSource {
  /** Fitted: how alike the training pictures are to other people of the training set. */
  TRAINING_PEOPLE,
  /** The embedder's own threshold, because there were too few people to fit one. */
  EMBEDDER_DEFAULT,
  /** {@link SoftmaxTrainer#DEFAULT_MIN_SIMILARITY}, because the embedder has none either. */
  LIBRARY_DEFAULT,
  /** Set by {@link SoftmaxHead#withUnknownRule}. */
  GIVEN
}
