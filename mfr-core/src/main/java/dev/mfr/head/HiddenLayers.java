package dev.mfr.head;

import java.util.Arrays;

/** A linear layer, rectified, and a linear layer. */
record HiddenLayers(LinearLayer first, LinearLayer second) implements HeadLayers {

  @Override
  public int features() {
    return first.features();
  }

  @Override
  public int classes() {
    return second.classes();
  }

  @Override
  public void logits(float[][] inputs, int from, int to, float[][] target) {
    float[][] hidden = new float[to][];
    for (int r = from; r < to; r++) {
      hidden[r] = new float[first.classes()];
    }
    first.logits(inputs, from, to, hidden);
    for (float[] row : Arrays.asList(hidden).subList(from, to)) {
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.max(0, row[j]);
      }
    }
    second.logits(hidden, from, to, target);
  }

  @Override
  public void logits(float[] input, float[] target) {
    float[] hidden = new float[first.classes()];
    first.logits(input, hidden);
    for (int j = 0; j < hidden.length; j++) {
      hidden[j] = Math.max(0, hidden[j]);
    }
    second.logits(hidden, target);
  }
}
