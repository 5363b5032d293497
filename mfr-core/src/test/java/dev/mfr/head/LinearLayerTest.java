package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearLayerTest {
  private final Random random = new Random(11);

  @Test
  void logits_oddSizes_equalNaiveSum() {
    for (int[] size : new int[][] {{1, 1, 1}, {3, 2, 5}, {130, 7, 3}, {9000, 1, 2}, {21, 33, 4}}) {
      LinearLayer layer = randomLayer(size[0], size[1]);
      float[][] inputs = noise(size[2], size[0]);
      float[][] logits = new float[size[2]][size[1]];

      layer.logits(inputs, 0, size[2], logits);

      for (int r = 0; r < size[2]; r++) {
        for (int c = 0; c < size[1]; c++) {
          double expected = layer.bias[c];
          for (int f = 0; f < size[0]; f++) {
            expected += (double) inputs[r][f] * layer.weights[f][c];
          }
          assertThat((double) logits[r][c]).isCloseTo(expected, within(2e-3));
        }
      }
    }
  }

  @Test
  void logits_rowAloneOrInABatch_areEqualBitForBit() {
    LinearLayer layer = randomLayer(513, 37);
    float[][] inputs = noise(9, 513);
    float[][] batch = new float[9][37];
    layer.logits(inputs, 0, 9, batch);
    for (int r = 0; r < 9; r++) {
      float[][] alone = new float[1][37];
      layer.logits(new float[][] {inputs[r]}, 0, 1, alone);
      assertThat(alone[0]).isEqualTo(batch[r]);
      layer.logits(inputs[r], alone[0]);
      assertThat(alone[0]).isEqualTo(batch[r]);
    }
  }

  @Test
  void logits_rowAlone_equalsTheBatchForOtherLayersToo() {
    HeadLayers cosine = new CosineLayer(randomLayer(130, 7));
    HeadLayers hidden = new HiddenLayers(randomLayer(130, 9), randomLayer(9, 7));
    for (HeadLayers layers : new HeadLayers[] {cosine, hidden}) {
      float[][] inputs = noise(3, 130);
      float[][] batch = new float[3][7];
      layers.logits(inputs, 0, 3, batch);
      for (int r = 0; r < 3; r++) {
        float[] alone = new float[7];
        layers.logits(inputs[r].clone(), alone);
        assertThat(alone).isEqualTo(batch[r]);
      }
    }
  }

  @Test
  void gradient_smallLayer_equalsFiniteDifferences() {
    int features = 6;
    int classes = 4;
    int rows = 5;
    float l2 = .1f;
    LinearLayer layer = randomLayer(features, classes);
    float[][] inputs = noise(rows, features);
    int[] truth = {0, 3, 1, 1, 2};

    TrainingOptions options = TrainingOptions.builder().momentum(0).l2(l2).build();
    double[][] w = doubles(layer.weights);
    double[] b = doubles(new float[][] {layer.bias})[0];
    LinearLearner learner = new LinearLearner(layer, options, rows, new Team(1));
    learner.step(batch(inputs, truth), 1);
    // A step of rate 1 from rest is the negative gradient.
    LinearLayer velocity = learner.velocity();

    double h = 1e-4;
    for (int c = 0; c < classes; c++) {
      for (int f = 0; f < features; f++) {
        double kept = w[f][c];
        w[f][c] = kept + h;
        double up = objective(w, b, inputs, truth, l2);
        w[f][c] = kept - h;
        double down = objective(w, b, inputs, truth, l2);
        w[f][c] = kept;
        assertThat((double) -velocity.weights[f][c]).isCloseTo((up - down) / (2 * h), within(1e-5));
      }
      double kept = b[c];
      b[c] = kept + h;
      double up = objective(w, b, inputs, truth, l2);
      b[c] = kept - h;
      double down = objective(w, b, inputs, truth, l2);
      b[c] = kept;
      assertThat((double) -velocity.bias[c]).isCloseTo((up - down) / (2 * h), within(1e-5));
    }
  }

  /** Mean cross-entropy + l2/2 · Σ w², in doubles and without any of the code under test. */
  private static double objective(
      double[][] w, double[] b, float[][] inputs, int[] truth, double l2) {
    double loss = 0;
    for (int r = 0; r < inputs.length; r++) {
      double sum = 0;
      double right = 0;
      for (int c = 0; c < b.length; c++) {
        double z = b[c];
        for (int f = 0; f < w.length; f++) {
          z += inputs[r][f] * w[f][c];
        }
        sum += Math.exp(z);
        right = c == truth[r] ? z : right;
      }
      loss += (Math.log(sum) - right) / inputs.length;
    }
    for (double[] row : w) {
      for (double v : row) {
        loss += l2 / 2 * v * v;
      }
    }
    return loss;
  }

  @Test
  void descent_momentum_followsTheRecurrence() {
    LinearLayer layer = new LinearLayer(1, 1);
    Descent descent = new Descent(layer, .5, 1, 1);
    float[][] inputs = {{-2}};
    float[][] slopes = {{-1}};
    descent.weights(0, inputs, slopes, 1, new float[1], .5f, 0, 1);
    descent.bias(slopes, 1, .5f);
    assertThat(layer.weights[0][0]).isEqualTo(-1);
    assertThat(layer.bias[0]).isEqualTo(.5f);
    descent.weights(0, inputs, slopes, 1, new float[1], .5f, 0, 1);
    descent.bias(slopes, 1, .5f);
    // −1 · 0.5 − 0.5 · 2 = −1.5 further.
    assertThat(layer.weights[0][0]).isEqualTo(-2.5f);
    assertThat(layer.bias[0]).isEqualTo(1.25f);
  }

  private static Batch batch(float[][] inputs, int[] truth) {
    Batch batch = new Batch(inputs.length);
    batch.rows = inputs.length;
    System.arraycopy(inputs, 0, batch.inputs, 0, inputs.length);
    System.arraycopy(truth, 0, batch.truth, 0, truth.length);
    return batch;
  }

  private static double[][] doubles(float[][] values) {
    double[][] copy = new double[values.length][values[0].length];
    for (int i = 0; i < copy.length; i++) {
      for (int j = 0; j < copy[i].length; j++) {
        copy[i][j] = values[i][j];
      }
    }
    return copy;
  }

  private LinearLayer randomLayer(int features, int classes) {
    return new LinearLayer(noise(features, classes), noise(1, classes)[0]);
  }

  private float[][] noise(int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }
}
