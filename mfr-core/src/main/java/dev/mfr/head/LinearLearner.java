package dev.mfr.head;

import java.util.Arrays;

/** A linear layer that descends on the cross-entropy behind a softmax. */
final class LinearLearner implements Learner {
  private final Team team;
  private final Descent descent;
  private final float[] decay;
  private final float[][] slopes;
  private final double[][] scratch;

  /** Trains the layer in place. */
  LinearLearner(LinearLayer layer, TrainingOptions options, int batch, Team team) {
    this.team = team;
    descent = new Descent(layer, options.momentum(), batch, team.size());
    decay = new float[layer.classes()];
    Arrays.fill(decay, (float) options.l2());
    slopes = new float[batch][layer.classes()];
    scratch = new double[team.size()][layer.classes()];
  }

  @Override
  public void step(Batch batch, float rate) {
    LinearLayer layer = descent.layer;
    team.run(
        part -> {
          int from = team.from(part, batch.rows);
          int to = team.from(part + 1, batch.rows);
          layer.logits(batch.inputs, from, to, slopes);
          for (int r = from; r < to; r++) {
            int truth = batch.truth[r];
            batch.right[r] = Softmax.argMax(slopes[r]) == truth;
            batch.losses[r] = Softmax.crossEntropy(slopes[r], truth, batch.rows, scratch[part]);
          }
        });
    team.run(
        part ->
            descent.weights(
                part,
                batch.inputs,
                slopes,
                batch.rows,
                decay,
                rate,
                team.from(part, layer.features()),
                team.from(part + 1, layer.features())));
    descent.bias(slopes, batch.rows, rate);
  }

  @Override
  public LinearLayer layers() {
    return descent.layer;
  }

  /** The last step. */
  LinearLayer velocity() {
    return descent.velocity;
  }
}
