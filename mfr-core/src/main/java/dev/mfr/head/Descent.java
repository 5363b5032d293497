package dev.mfr.head;

import java.util.Arrays;

/** Gradient descent with momentum on a linear layer. */
final class Descent {
  /** Sixteen features are one cache line of each row. */
  private static final int TILE = 16;

  final LinearLayer layer;
  final LinearLayer velocity;
  private final float momentum;
  private final float[][][] columns;
  private final float[][] gradients;

  /**
   * A descent from the layer's present weights.
   *
   * @param layer trained in place
   * @param momentum the part of the last step that is repeated
   * @param batch the most rows of a batch
   * @param parts how many threads may call {@link #weights} at once
   */
  Descent(LinearLayer layer, double momentum, int batch, int parts) {
    this.layer = layer;
    this.momentum = (float) momentum;
    velocity = new LinearLayer(layer.features(), layer.classes());
    columns = new float[parts][TILE][batch];
    gradients = new float[parts][layer.classes()];
  }

  /**
   * Moves the weights of the features from {@code from} to {@code to} (excluded).
   *
   * @param part of the team, which has its own scratch
   */
  void weights(
      int part,
      float[][] inputs,
      float[][] slopes,
      int rows,
      float[] decay,
      float rate,
      int from,
      int to) {
    float[][] tile = columns[part];
    float[] gradient = gradients[part];
    for (int first = from; first < to; first += TILE) {
      int count = Math.min(to - first, TILE);
      for (int r = 0; r < rows; r++) {
        float[] row = inputs[r];
        for (int k = 0; k < count; k++) {
          tile[k][r] = row[first + k];
        }
      }
      for (int k = 0; k < count; k++) {
        int f = first + k;
        layer.gradient(f, tile[k], slopes, rows, decay, gradient);
        step(layer.weights[f], gradient, velocity.weights[f], rate, momentum);
      }
    }
  }

  /** Moves the bias; uses the scratch of part 0. */
  void bias(float[][] slopes, int rows, float rate) {
    float[] gradient = gradients[0];
    Arrays.fill(gradient, 0);
    for (int r = 0; r < rows; r++) {
      float[] slope = slopes[r];
      for (int c = 0; c < gradient.length; c++) {
        gradient[c] += slope[c];
      }
    }
    step(layer.bias, gradient, velocity.bias, rate, momentum);
  }

  private static void step(float[] w, float[] g, float[] v, float rate, float momentum) {
    for (int c = 0; c < w.length; c++) {
      v[c] = momentum * v[c] - rate * g[c];
    }
    for (int c = 0; c < w.length; c++) {
      w[c] += v[c];
    }
  }
}
