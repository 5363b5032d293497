package dev.mfr.head;

/** From standardised features to logits. Thread-safe while it is not trained. */
sealed interface HeadLayers permits LinearLayer, CosineLayer, HiddenLayers {

  /** {@return the length of an input} */
  int features();

  /** {@return how many logits there are} */
  int classes();

  /**
   * Writes the logits of the inputs from {@code from} to {@code to} (excluded). A row's logits do
   * not depend on its neighbours.
   */
  void logits(float[][] inputs, int from, int to, float[][] target);

  /**
   * Writes the logits of one input, equal bit for bit to those that it has in a batch.
   *
   * @param input may be written over
   * @param target written
   */
  void logits(float[] input, float[] target);
}
