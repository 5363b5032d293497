package dev.mfr.head;

import java.util.Arrays;

/** Directions of classes that descend on a cross-entropy with a margin. */
final class MarginLearner implements Learner {
  /*
   * With an input x of unit length and class c's weights w_c of length n_c, u_c = x · w_c, the cosine is u_c / n_c and the
   * logit scale · cosine, at the truth scale · ψ(cosine).
   *
   *   d cosine_c / d w_c = (x − cosine_c · w_c / n_c) / n_c
   *
   * so with a_c = d loss / d cosine_c / n_c the gradient of a batch is that of a linear layer with the slopes a and, in
   * place of the L2 penalty, the factor −Σ a_c · cosine_c / n_c of the weights; Descent does the rest.
   *
   * The gradient is at right angles to the weights: lengths only grow, and a step turns a longer direction by less. They
   * start at scale / √SQUARED_LENGTH, where the logits move with the weights as those of the linear layer do, and one
   * learning rate suits all kinds.
   *
   * Squared lengths are added up by blocks of features, and then block by block, in the same order whatever the threads.
   */
  private static final int BLOCK = 64;

  private static final double SMALLEST_SINE = 1e-3;

  private final Team team;
  private final Descent descent;
  private final float scale;
  private final HeadKind kind;
  private final float[][] squares;
  private final float[] lengths;
  private final float[] decay;
  private final float[][] cosines;
  private final float[][] slopes;
  private final double[][] scratch;

  /**
   * Trains the layer's weights in place; its bias is 0 and stays.
   *
   * @param layer no class's weights are all 0
   * @param kind {@link HeadKind.Cosine} or {@link HeadKind.AdditiveAngular}
   */
  MarginLearner(LinearLayer layer, HeadKind kind, TrainingOptions options, int batch, Team team) {
    this.team = team;
    this.kind = kind;
    scale = (float) scale(kind);
    descent = new Descent(layer, options.momentum(), batch, team.size());
    int classes = layer.classes();
    squares = new float[(layer.features() + BLOCK - 1) / BLOCK][classes];
    lengths = new float[classes];
    decay = new float[classes];
    cosines = new float[batch][classes];
    slopes = new float[batch][classes];
    scratch = new double[team.size()][classes];
    for (int block = 0; block < squares.length; block++) {
      addSquares(block);
    }
    addLengths();
  }

  private static double scale(HeadKind kind) {
    return kind instanceof HeadKind.Cosine cosine
        ? cosine.scale()
        : ((HeadKind.AdditiveAngular) kind).scale();
  }

  /**
   * {@return directions to start from: the mean of each class's rows}
   *
   * @param rows of unit length
   * @param truth the class of each row, each class with one row or more
   */
  static LinearLayer means(float[][] rows, int[] truth, int classes, HeadKind kind) {
    int features = rows[0].length;
    float[][] directions = new float[classes][features];
    for (int r = 0; r < rows.length; r++) {
      float[] direction = directions[truth[r]];
      for (int f = 0; f < features; f++) {
        direction[f] += rows[r][f];
      }
    }
    LinearLayer layer = new LinearLayer(features, classes);
    float length = (float) (scale(kind) / Math.sqrt(Standardization.SQUARED_LENGTH));
    for (int c = 0; c < classes; c++) {
      CosineLayer.normalize(directions[c]);
      double squares = 0;
      for (float v : directions[c]) {
        squares += (double) v * v;
      }
      if (squares < .5) {
        // Rows that cancel out or are all 0 have no direction; any one is as good.
        Arrays.fill(directions[c], 0);
        directions[c][c % features] = 1;
      }
      for (int f = 0; f < features; f++) {
        layer.weights[f][c] = length * directions[c][f];
      }
    }
    return layer;
  }

  @Override
  public void step(Batch batch, float rate) {
    team.run(part -> slopes(part, batch));
    Arrays.fill(decay, 0);
    for (int r = 0; r < batch.rows; r++) {
      for (int c = 0; c < decay.length; c++) {
        decay[c] -= slopes[r][c] * cosines[r][c] / lengths[c];
      }
    }
    team.run(
        part -> {
          int features = descent.layer.features();
          int end = team.from(part + 1, squares.length);
          for (int block = team.from(part, squares.length); block < end; block++) {
            int to = Math.min(features, (block + 1) * BLOCK);
            descent.weights(part, batch.inputs, slopes, batch.rows, decay, rate, block * BLOCK, to);
            addSquares(block);
          }
        });
    addLengths();
  }

  private void slopes(int part, Batch batch) {
    int from = team.from(part, batch.rows);
    int to = team.from(part + 1, batch.rows);
    descent.layer.logits(batch.inputs, from, to, cosines);
    for (int r = from; r < to; r++) {
      int truth = batch.truth[r];
      float[] cosine = cosines[r];
      float[] slope = slopes[r];
      for (int c = 0; c < slope.length; c++) {
        cosine[c] = Math.max(-1, Math.min(1, cosine[c] / lengths[c]));
        slope[c] = scale * cosine[c];
      }
      batch.right[r] = Softmax.argMax(slope) == truth;
      slope[truth] = scale * (float) withMargin(kind, cosine[truth]);
      batch.losses[r] = Softmax.crossEntropy(slope, truth, batch.rows, scratch[part]);
      slope[truth] *= (float) marginSlope(kind, cosine[truth]);
      for (int c = 0; c < slope.length; c++) {
        slope[c] = slope[c] * scale / lengths[c];
      }
    }
  }

  /** {@return what stands in for the true class's cosine} */
  static double withMargin(HeadKind kind, double cosine) {
    if (kind instanceof HeadKind.Cosine c) {
      return cosine - c.margin();
    }
    double margin = ((HeadKind.AdditiveAngular) kind).margin();
    double sum = cosineOfSum(cosine, margin);
    return beyond(cosine, margin) ? -2 - sum : sum;
  }

  /** {@return the derivative of {@link #withMargin} by the cosine} */
  static double marginSlope(HeadKind kind, double cosine) {
    if (kind instanceof HeadKind.Cosine) {
      return 1;
    }
    double margin = ((HeadKind.AdditiveAngular) kind).margin();
    // At an angle of 0 the slope has no bound, though its product with the cosine's gradient has.
    double sine = Math.max(SMALLEST_SINE, sine(cosine));
    double slope = StrictMath.cos(margin) + StrictMath.sin(margin) * cosine / sine;
    return beyond(cosine, margin) ? -slope : slope;
  }

  /** Whether the angle and the margin are together more than π. */
  private static boolean beyond(double cosine, double margin) {
    return cosine < -StrictMath.cos(margin);
  }

  private static double cosineOfSum(double cosine, double margin) {
    return cosine * StrictMath.cos(margin) - sine(cosine) * StrictMath.sin(margin);
  }

  private static double sine(double cosine) {
    return Math.sqrt(Math.max(0, 1 - cosine * cosine));
  }

  private void addSquares(int block) {
    float[] target = squares[block];
    Arrays.fill(target, 0);
    float[][] weights = descent.layer.weights;
    int to = Math.min(weights.length, (block + 1) * BLOCK);
    for (int f = block * BLOCK; f < to; f++) {
      float[] w = weights[f];
      for (int c = 0; c < target.length; c++) {
        target[c] += w[c] * w[c];
      }
    }
  }

  private void addLengths() {
    for (int c = 0; c < lengths.length; c++) {
      double sum = 0;
      for (float[] block : squares) {
        sum += block[c];
      }
      lengths[c] = (float) Math.sqrt(sum);
    }
  }

  @Override
  public CosineLayer layers() {
    LinearLayer layer = descent.layer;
    LinearLayer directions = new LinearLayer(layer.features(), layer.classes());
    for (int f = 0; f < layer.features(); f++) {
      for (int c = 0; c < lengths.length; c++) {
        directions.weights[f][c] = layer.weights[f][c] / lengths[c] * scale;
      }
    }
    return new CosineLayer(directions);
  }

  /** The last step. */
  LinearLayer velocity() {
    return descent.velocity;
  }
}
