package dev.mfr.head;

/** Logits are the scaled cosines of the angles between an input and each class's direction. */
record CosineLayer(LinearLayer directions) implements HeadLayers {
  /*
   * The directions' lengths are the scale, their bias is 0: the logits of an input of unit length are those of the linear
   * layer.
   */

  @Override
  public int features() {
    return directions.features();
  }

  @Override
  public int classes() {
    return directions.classes();
  }

  @Override
  public void logits(float[][] inputs, int from, int to, float[][] target) {
    float[][] units = new float[to][];
    for (int r = from; r < to; r++) {
      units[r] = inputs[r].clone();
      normalize(units[r]);
    }
    directions.logits(units, from, to, target);
  }

  @Override
  public void logits(float[] input, float[] target) {
    normalize(input);
    directions.logits(input, target);
  }

  /**
   * Gives a row unit length in place; a row of zeros stays, and is at right angles to everybody.
   */
  static void normalize(float[] row) {
    double squares = 0;
    for (float v : row) {
      squares += (double) v * v;
    }
    if (squares == 0) {
      return;
    }
    double length = Math.sqrt(squares);
    for (int f = 0; f < row.length; f++) {
      row[f] = (float) (row[f] / length);
    }
  }
}
