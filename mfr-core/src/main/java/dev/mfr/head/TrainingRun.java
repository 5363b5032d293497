package dev.mfr.head;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One run of gradient descent from weights of 0 to the last epoch. */
final class TrainingRun {
  private final TrainingOptions options;
  private final TrainingProgress.Phase phase;
  private final float[][] rows;
  private final int[] truth;
  private final float[][] heldOut;
  private final int[] heldOutTruth;
  private final LinearLayer layer;
  private final LinearLayer gradient;
  private final LinearLayer velocity;

  // The batch at hand.
  private final float[][] inputs;
  private final float[][] transposed;
  private final float[][] slopes;
  private final double[] probabilities;

  private int bestEpoch;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private double bestAccuracy;
  private float[][] bestLogits = new float[0][];

  TrainingRun(
      TrainingOptions options,
      TrainingProgress.Phase phase,
      float[][] rows,
      int[] truth,
      float[][] heldOut,
      int[] heldOutTruth,
      int classes) {
    this.options = options;
    this.phase = phase;
    this.rows = rows;
    this.truth = truth;
    this.heldOut = heldOut;
    this.heldOutTruth = heldOutTruth;
    int features = rows[0].length;
    layer = new LinearLayer(features, classes);
    gradient = new LinearLayer(features, classes);
    velocity = new LinearLayer(features, classes);
    int batch = Math.min(options.batchSize(), rows.length);
    inputs = new float[batch][];
    transposed = new float[features][batch];
    slopes = new float[batch][classes];
    probabilities = new double[classes];
  }

  /** Trains for some epochs, or fewer with patience and held-out rows. */
  void train(int epochs, TrainingListener listener) {
    Random random = new Random(options.seed());
    int[] order = new int[rows.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int batches = (rows.length + options.batchSize() - 1) / options.batchSize();
    for (int epoch = 0; epoch < epochs; epoch++) {
      // The whole plan's epochs, also when this run stops earlier: the rates are those of the
      // calibration run.
      double rate = options.schedule().rate(options.learningRate(), epoch, options.epochs());
      shuffle(order, random);
      double loss = 0;
      int right = 0;
      for (int b = 0; b < batches; b++) {
        // Even sizes: a last batch of one picture would be a step as large as that of a full one.
        int from = (int) ((long) order.length * b / batches);
        int to = (int) ((long) order.length * (b + 1) / batches);
        right += forward(order, from, to);
        loss += lossAndSlopes(order, from, to);
        layer.gradient(transposed, slopes, to - from, (float) options.l2(), gradient);
        layer.step(gradient, velocity, (float) rate, (float) options.momentum());
      }
      double heldOutLoss = Double.NaN;
      double heldOutAccuracy = Double.NaN;
      if (heldOut.length > 0) {
        float[][] logits = new float[heldOut.length][layer.classes()];
        layer.logits(heldOut, heldOut.length, logits);
        heldOutLoss = 0;
        heldOutAccuracy = 0;
        for (int i = 0; i < logits.length; i++) {
          heldOutLoss +=
              (Softmax.logSumExp(logits[i], 1) - logits[i][heldOutTruth[i]]) / logits.length;
          heldOutAccuracy += Softmax.argMax(logits[i]) == heldOutTruth[i] ? 1. : 0;
        }
        heldOutAccuracy /= logits.length;
        if (options.patience() == 0 || heldOutLoss < bestLoss || bestEpoch == 0) {
          bestEpoch = epoch + 1;
          bestLoss = heldOutLoss;
          bestAccuracy = heldOutAccuracy;
          bestLogits = logits;
        }
      }
      listener.onEpoch(
          new TrainingProgress(
              phase,
              epoch + 1,
              epochs,
              loss / order.length,
              (double) right / order.length,
              heldOutLoss,
              heldOutAccuracy,
              rate));
      if (options.patience() > 0
          && heldOut.length > 0
          && epoch + 1 - bestEpoch >= options.patience()) {
        return;
      }
    }
  }

  /** Writes the batch's logits into {@code slopes}; returns how many rows are right. */
  private int forward(int[] order, int from, int to) {
    for (int r = from; r < to; r++) {
      inputs[r - from] = rows[order[r]];
    }
    layer.logits(inputs, to - from, slopes);
    transpose(inputs, to - from, transposed);
    int right = 0;
    for (int r = from; r < to; r++) {
      right += Softmax.argMax(slopes[r - from]) == truth[order[r]] ? 1 : 0;
    }
    return right;
  }

  /** Turns logits into slopes; returns the sum of the rows' losses. */
  private double lossAndSlopes(int[] order, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      loss += crossEntropy(slopes[r - from], truth[order[r]], to - from, probabilities);
    }
    return loss;
  }

  /**
   * Turns a row's logits into the derivative of the cross-entropy divided by the batch size.
   *
   * @param logits read, then written
   * @param truth the right class
   * @param batch rows of the batch
   * @param scratch written, as long as the logits
   * @return the row's cross-entropy
   */
  static double crossEntropy(float[] logits, int truth, int batch, double[] scratch) {
    double loss = Softmax.logSumExp(logits, 1) - logits[truth];
    Softmax.probabilities(logits, 1, scratch);
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) ((scratch[c] - (c == truth ? 1 : 0)) / batch);
    }
    return loss;
  }

  private static void transpose(float[][] rows, int count, float[][] target) {
    int features = target.length;
    // Sixteen features are one cache line of each row.
    for (int from = 0; from < features; from += 16) {
      int to = Math.min(features, from + 16);
      for (int r = 0; r < count; r++) {
        float[] row = rows[r];
        for (int f = from; f < to; f++) {
          target[f][r] = row[f];
        }
      }
    }
  }

  /** Fisher and Yates, spelt out because the order is part of what a seed promises. */
  static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  LinearLayer layer() {
    return layer;
  }

  /** The epoch of least held-out loss, from 1; without patience the last one. */
  int bestEpoch() {
    return bestEpoch;
  }

  double bestHeldOutAccuracy() {
    return bestAccuracy;
  }

  List<float[]> bestHeldOutLogits() {
    return new ArrayList<>(List.of(bestLogits));
  }
}
