package dev.mfr.head;

import dev.mfr.face.FeatureMatrix;

/**
 * Moves features by their training mean and scales those of each network by one number, so that one
 * learning rate suits every embedder and every fusion of embedders.
 */
final class Standardization {
  /*
   * One factor for all features of a network keeps their relative sizes, which the network learnt; a factor per feature
   * would blow up the nearly constant ones of a ReLU layer. Between two networks sizes mean nothing, so each is a block with
   * a factor of its own.
   *
   * The mean squared length becomes SQUARED_LENGTH, of which each block has its share. Descent with rate η and momentum μ is
   * stable while the loss's largest curvature stays below 2(1 + μ)/η, 38 for the defaults; the curvature of softmax
   * cross-entropy is at most half the squared length (plus half for the bias), even when all features move together. 32
   * leaves more than half of that as a margin for small batches; with 4, ten epochs at rate 0.1 did not suffice, with 64 the
   * margin is gone.
   */
  static final double SQUARED_LENGTH = 32;

  final float[] mean;

  /** Lengths of the blocks of features, in order; their sum is the features. */
  final int[] blocks;

  /** A factor for each block. */
  final float[] scales;

  Standardization(float[] mean, int[] blocks, float[] scales) {
    this.mean = mean;
    this.blocks = blocks;
    this.scales = scales;
  }

  /** A single block. */
  Standardization(float[] mean, float scale) {
    this(mean, new int[] {mean.length}, new float[] {scale});
  }

  /**
   * {@return the standardisation of some rows; blocks that are equal in all rows are only moved}
   *
   * @param rows at least one
   * @param blocks lengths of the blocks
   * @param shares each block's part of the mean squared length, their sum 1
   */
  static Standardization of(FeatureMatrix rows, int[] blocks, double[] shares) {
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
    double[] squares = new double[blocks.length];
    for (int r = 0; r < rows.rows(); r++) {
      rows.copyRowInto(r, row, 0);
      int f = 0;
      for (int b = 0; b < blocks.length; b++) {
        for (int end = f + blocks[b]; f < end; f++) {
          double d = row[f] - mean[f];
          squares[b] += d * d;
        }
      }
    }
    float[] scales = new float[blocks.length];
    for (int b = 0; b < blocks.length; b++) {
      double scale = Math.sqrt(SQUARED_LENGTH * shares[b] * rows.rows() / squares[b]);
      scales[b] = scale > 0 && scale <= Float.MAX_VALUE ? (float) scale : 1;
    }
    return new Standardization(mean, blocks, scales);
  }

  /** Standardises a row in place. */
  void apply(float[] row) {
    apply(row, row);
  }

  /**
   * Writes a row, standardised.
   *
   * @param row read
   * @param target written; may be the row itself
   */
  void apply(float[] row, float[] target) {
    int f = 0;
    for (int b = 0; b < blocks.length; b++) {
      float scale = scales[b];
      for (int end = f + blocks[b]; f < end; f++) {
        target[f] = (row[f] - mean[f]) * scale;
      }
    }
  }
}
