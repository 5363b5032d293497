package dev.mfr.head;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** A hidden layer and a linear one that descend on the cross-entropy behind a softmax. */
final class HiddenLearner implements Learner {
  /*
   * A row's squared length is SQUARED_LENGTH, not the number of features. So the variance of He's first weights is
   * 2 / SQUARED_LENGTH, and rectified units have a mean square of 1. They are then multiplied by √(SQUARED_LENGTH / units),
   * so that the second layer, too, sees rows of that squared length, for which the learning rate is made; layers() moves the
   * factor into its weights. The second layer starts at 0: everybody is equally likely.
   */
  private final Team team;
  private final Descent first;
  private final Descent second;
  private final float scale;
  private final double dropout;
  private final Random random;
  private final float[] firstDecay;
  private final float[] secondDecay;
  private final float[][] factors;
  private final float[][] hidden;
  private final float[][] hiddenSlopes;
  private final float[][] slopes;
  private final float[][] transposed;
  private final double[][] scratch;

  /** Draws the first layer's weights from the seed. */
  HiddenLearner(
      int features,
      int classes,
      HeadKind.Hidden kind,
      TrainingOptions options,
      int batch,
      Team team) {
    this(
        randomLayer(features, kind.units(), random(options, "weights")),
        new LinearLayer(kind.units(), classes),
        kind,
        options,
        batch,
        team);
  }

  /** Trains the layers in place. */
  HiddenLearner(
      LinearLayer first,
      LinearLayer second,
      HeadKind.Hidden kind,
      TrainingOptions options,
      int batch,
      Team team) {
    this.team = team;
    this.first = new Descent(first, options.momentum(), batch, team.size());
    this.second = new Descent(second, options.momentum(), batch, team.size());
    int units = kind.units();
    scale = (float) Math.sqrt(Standardization.SQUARED_LENGTH / units);
    dropout = kind.dropout();
    random = random(options, "dropout");
    firstDecay = new float[units];
    Arrays.fill(firstDecay, (float) options.l2());
    secondDecay = new float[second.classes()];
    Arrays.fill(secondDecay, (float) options.l2());
    factors = new float[batch][units];
    hidden = new float[batch][units];
    hiddenSlopes = new float[batch][units];
    slopes = new float[batch][second.classes()];
    transposed = new float[second.classes()][units];
    scratch = new double[team.size()][second.classes()];
  }

  private static Random random(TrainingOptions options, String purpose) {
    return new Random(
        Hashing.sha256()
            .newHasher()
            .putLong(options.seed())
            .putString(purpose, StandardCharsets.UTF_8)
            .hash()
            .asLong());
  }

  private static LinearLayer randomLayer(int features, int units, Random random) {
    LinearLayer layer = new LinearLayer(features, units);
    double deviation = Math.sqrt(2 / Standardization.SQUARED_LENGTH);
    for (float[] weights : layer.weights) {
      for (int j = 0; j < units; j++) {
        weights[j] = (float) (deviation * random.nextGaussian());
      }
    }
    return layer;
  }

  @Override
  public void step(Batch batch, float rate) {
    drawFactors(batch.rows);
    float[][] weights = second.layer.weights;
    for (int j = 0; j < weights.length; j++) {
      for (int c = 0; c < transposed.length; c++) {
        transposed[c][j] = weights[j][c];
      }
    }
    team.run(part -> slopes(part, batch));
    team.run(
        part -> {
          int features = first.layer.features();
          first.weights(
              part,
              batch.inputs,
              hiddenSlopes,
              batch.rows,
              firstDecay,
              rate,
              team.from(part, features),
              team.from(part + 1, features));
          second.weights(
              part,
              hidden,
              slopes,
              batch.rows,
              secondDecay,
              rate,
              team.from(part, weights.length),
              team.from(part + 1, weights.length));
        });
    first.bias(hiddenSlopes, batch.rows, rate);
    second.bias(slopes, batch.rows, rate);
  }

  /** What each unit of each row is multiplied by: 0 where it is dropped. */
  private void drawFactors(int rows) {
    float kept = (float) (scale / (1 - dropout));
    for (int r = 0; r < rows; r++) {
      float[] row = factors[r];
      Arrays.fill(row, kept);
      for (int j = 0; dropout > 0 && j < row.length; j++) {
        if (random.nextFloat() < dropout) {
          row[j] = 0;
        }
      }
    }
  }

  private void slopes(int part, Batch batch) {
    int from = team.from(part, batch.rows);
    int to = team.from(part + 1, batch.rows);
    first.layer.logits(batch.inputs, from, to, hidden);
    for (int r = from; r < to; r++) {
      for (int j = 0; j < hidden[r].length; j++) {
        hidden[r][j] = factors[r][j] * Math.max(0, hidden[r][j]);
      }
    }
    second.layer.logits(hidden, from, to, slopes);
    for (int r = from; r < to; r++) {
      int truth = batch.truth[r];
      batch.right[r] = Softmax.argMax(slopes[r]) == truth;
      batch.losses[r] = Softmax.crossEntropy(slopes[r], truth, batch.rows, scratch[part]);
      float[] back = hiddenSlopes[r];
      Arrays.fill(back, 0);
      LinearLayer.addScaled(back, transposed, slopes[r], 0, transposed.length);
      for (int j = 0; j < back.length; j++) {
        back[j] = hidden[r][j] > 0 ? factors[r][j] * back[j] : 0;
      }
    }
  }

  @Override
  public HiddenLayers layers() {
    LinearLayer scaled = new LinearLayer(second.layer.features(), second.layer.classes());
    for (int j = 0; j < scaled.features(); j++) {
      for (int c = 0; c < scaled.classes(); c++) {
        scaled.weights[j][c] = scale * second.layer.weights[j][c];
      }
    }
    System.arraycopy(second.layer.bias, 0, scaled.bias, 0, scaled.classes());
    return new HiddenLayers(first.layer, scaled);
  }

  /** The last step of the first layer. */
  LinearLayer firstVelocity() {
    return first.velocity;
  }

  /** The last step of the second layer. */
  LinearLayer secondVelocity() {
    return second.velocity;
  }
}
