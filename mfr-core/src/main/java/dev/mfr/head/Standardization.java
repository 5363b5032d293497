package dev.mfr.head;

import dev.mfr.face.FeatureMatrix;

/**
 * Moves features by their training mean and divides them by one number, so that one learning rate
 * suits every embedder.
 */
final class Standardization {
  /*
   * One divisor for all features keeps their relative sizes, which the embedder learnt; a divisor per feature would blow
   * up the nearly constant ones of a ReLU layer.
   *
   * The mean squared length becomes SQUARED_LENGTH. Descent with rate η and momentum μ is stable while the loss's largest
   * curvature stays below 2(1 + μ)/η, 38 for the defaults; the curvature of softmax cross-entropy is at most half the
   * squared length (plus half for the bias), even when all features move together. 32 leaves more than half of that as a
   * margin for small batches; with 4, ten epochs at rate 0.1 did not suffice, with 64 the margin is gone.
   */
  static final double SQUARED_LENGTH = 32;

  final float[] mean;
  final float scale;

  Standardization(float[] mean, float scale) {
    this.mean = mean;
    this.scale = scale;
  }

  /** {@return the standardisation of some rows; equal rows are only moved} */
  static Standardization of(FeatureMatrix rows) {
    int columns = rows.columns();
    double[] sum = new double[columns];
    float[] row = new float[columns];
    for (int r = 0; r < rows.rows(); r++) {
      rows.copyRowInto(r, row, 0);
      for (int f = 0; f < columns; f++) {
        sum[f] += row[f];
      }
    }
    float[] mean = new float[columns];
    for (int f = 0; f < columns; f++) {
      mean[f] = (float) (sum[f] / rows.rows());
    }
    double squares = 0;
    for (int r = 0; r < rows.rows(); r++) {
      rows.copyRowInto(r, row, 0);
      for (int f = 0; f < columns; f++) {
        double d = row[f] - mean[f];
        squares += d * d;
      }
    }
    double scale = Math.sqrt(SQUARED_LENGTH * rows.rows() / squares);
    return new Standardization(mean, scale > 0 && scale <= Float.MAX_VALUE ? (float) scale : 1);
  }

  /** Standardises a row in place. */
  void apply(float[] row) {
    for (int f = 0; f < row.length; f++) {
      row[f] = (row[f] - mean[f]) * scale;
    }
  }
}
