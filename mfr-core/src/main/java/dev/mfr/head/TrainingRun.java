package dev.mfr.head;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;

/** One run of gradient descent from the first weights to the last epoch. */
final class TrainingRun {
  /**
   * The least multiplications of a step that are worth a thread of their own: handing work over
   * costs as much as some hundred thousand.
   */
  private static final int LEAST_WORK = 1 << 20;

  private final TrainingOptions options;
  private final TrainingProgress.Phase phase;
  private final float[][] rows;
  private final int[] truth;
  private final float[][] heldOut;
  private final int[] heldOutTruth;
  private final int classes;
  private final int threads;
  private volatile boolean cancelled;
  private HeadLayers layers;

  private int bestEpoch;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private double bestAccuracy;
  private float[][] heldOutLogits;
  private float[][] bestLogits;

  /**
   * A run.
   *
   * @param rows standardised; taken over
   * @param heldOut standardised rows that are not trained on, or none
   * @param threads the most to use, the calling one among them; the result does not depend on it
   */
  TrainingRun(
      TrainingOptions options,
      TrainingProgress.Phase phase,
      float[][] rows,
      int[] truth,
      float[][] heldOut,
      int[] heldOutTruth,
      int classes,
      int threads) {
    this.options = options;
    this.phase = phase;
    this.rows = rows;
    this.truth = truth;
    this.heldOut = heldOut;
    this.heldOutTruth = heldOutTruth;
    this.classes = classes;
    this.threads = threads;
    heldOutLogits = new float[heldOut.length][classes];
    bestLogits = new float[heldOut.length][classes];
    layers = new LinearLayer(rows[0].length, classes);
  }

  /**
   * Trains for some epochs, or fewer with patience and held-out rows.
   *
   * @throws CancellationException after {@link #cancel}
   */
  void train(int epochs, TrainingListener listener) {
    int capacity = Math.min(options.batchSize(), rows.length);
    try (Team team = new Team(teamSize(capacity))) {
      train(epochs, listener, learner(capacity, team), new Batch(capacity), team);
    }
  }

  private int teamSize(int capacity) {
    long width = options.headKind() instanceof HeadKind.Hidden hidden ? hidden.units() : classes;
    long work = capacity * width * rows[0].length;
    return (int) Math.max(1, Math.min(threads, work / LEAST_WORK));
  }

  private Learner learner(int capacity, Team team) {
    int features = rows[0].length;
    HeadKind kind = options.headKind();
    if (kind instanceof HeadKind.Linear) {
      return new LinearLearner(new LinearLayer(features, classes), options, capacity, team);
    }
    if (kind instanceof HeadKind.Hidden hidden) {
      return new HiddenLearner(features, classes, hidden, options, capacity, team);
    }
    for (float[] row : rows) {
      CosineLayer.normalize(row);
    }
    LinearLayer means = MarginLearner.means(rows, truth, classes, kind);
    return new MarginLearner(means, kind, options, capacity, team);
  }

  private void train(
      int epochs, TrainingListener listener, Learner learner, Batch batch, Team team) {
    Random random = new Random(options.seed());
    int[] order = new int[rows.length];
    Arrays.setAll(order, i -> i);
    int batches = (rows.length + options.batchSize() - 1) / options.batchSize();
    for (int epoch = 0; epoch < epochs; epoch++) {
      // The whole plan's epochs, also when this run stops earlier: the rates are those of the
      // calibration run.
      double rate = options.schedule().rate(options.learningRate(), epoch, options.epochs());
      shuffle(order, random);
      double loss = 0;
      int right = 0;
      for (int b = 0; b < batches; b++) {
        if (cancelled) {
          throw new CancellationException();
        }
        // Even sizes: a last batch of one picture would be a step as large as that of a full one.
        int from = (int) ((long) order.length * b / batches);
        int to = (int) ((long) order.length * (b + 1) / batches);
        batch.rows = to - from;
        for (int r = 0; r < batch.rows; r++) {
          batch.inputs[r] = rows[order[from + r]];
          batch.truth[r] = truth[order[from + r]];
        }
        learner.step(batch, (float) rate);
        double batchLoss = 0;
        for (int r = 0; r < batch.rows; r++) {
          batchLoss += batch.losses[r];
          right += batch.right[r] ? 1 : 0;
        }
        loss += batchLoss;
      }
      double heldOutLoss = Double.NaN;
      double heldOutAccuracy = Double.NaN;
      if (heldOut.length > 0) {
        float[][] logits = heldOutLogits;
        HeadLayers now = learner.layers();
        team.run(
            part ->
                now.logits(
                    heldOut,
                    team.from(part, heldOut.length),
                    team.from(part + 1, heldOut.length),
                    logits));
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
          heldOutLogits = bestLogits;
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
        break;
      }
    }
    layers = learner.layers();
  }

  /** Ends a {@link #train} of another thread soon. */
  void cancel() {
    cancelled = true;
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

  /** The layers after the last epoch. */
  HeadLayers layers() {
    return layers;
  }

  /** The epoch of least held-out loss, from 1; without patience the last one. */
  int bestEpoch() {
    return bestEpoch;
  }

  double bestHeldOutAccuracy() {
    return bestAccuracy;
  }

  /** The held-out rows' logits at the best epoch. */
  float[][] bestHeldOutLogits() {
    return bestLogits;
  }
}
