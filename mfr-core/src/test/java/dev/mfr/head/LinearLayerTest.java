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

      layer.logits(inputs, size[2], logits);

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
    layer.logits(inputs, 9, batch);
    for (int r = 0; r < 9; r++) {
      float[][] alone = new float[1][37];
      layer.logits(new float[][] {inputs[r]}, 1, alone);
      assertThat(alone[0]).isEqualTo(batch[r]);
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

    LinearLayer gradient = new LinearLayer(features, classes);
    float[][] slopes = new float[rows][classes];
    layer.logits(inputs, rows, slopes);
    for (int r = 0; r < rows; r++) {
      TrainingRun.crossEntropy(slopes[r], truth[r], rows, new double[classes]);
    }
    layer.gradient(transposed(inputs), slopes, rows, l2, gradient);

    double h = 1e-4;
    double[][] w = doubles(layer.weights);
    double[] b = doubles(new float[][] {layer.bias})[0];
    for (int c = 0; c < classes; c++) {
      for (int f = 0; f < features; f++) {
        double kept = w[f][c];
        w[f][c] = kept + h;
        double up = objective(w, b, inputs, truth, l2);
        w[f][c] = kept - h;
        double down = objective(w, b, inputs, truth, l2);
        w[f][c] = kept;
        assertThat((double) gradient.weights[f][c]).isCloseTo((up - down) / (2 * h), within(1e-5));
      }
      double kept = b[c];
      b[c] = kept + h;
      double up = objective(w, b, inputs, truth, l2);
      b[c] = kept - h;
      double down = objective(w, b, inputs, truth, l2);
      b[c] = kept;
      assertThat((double) gradient.bias[c]).isCloseTo((up - down) / (2 * h), within(1e-5));
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
  void crossEntropy_row_returnsLossAndWritesSlopes() {
    float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    double loss = TrainingRun.crossEntropy(logits, 1, 4, new double[3]);
    assertThat(loss).isCloseTo(Math.log(4), within(1e-6));
    assertThat(logits[0]).isCloseTo(.125f / 4, within(1e-6f));
    assertThat(logits[1]).isCloseTo(-.75f / 4, within(1e-6f));
    assertThat(logits[2]).isCloseTo(.625f / 4, within(1e-6f));
  }

  @Test
  void step_momentum_followsTheRecurrence() {
    LinearLayer layer = new LinearLayer(1, 1);
    LinearLayer gradient = new LinearLayer(1, 1);
    LinearLayer velocity = new LinearLayer(1, 1);
    gradient.weights[0][0] = 2;
    gradient.bias[0] = -1;
    layer.step(gradient, velocity, .5f, .5f);
    assertThat(layer.weights[0][0]).isEqualTo(-1);
    assertThat(layer.bias[0]).isEqualTo(.5f);
    layer.step(gradient, velocity, .5f, .5f);
    // −1 · 0.5 − 0.5 · 2 = −1.5 further.
    assertThat(layer.weights[0][0]).isEqualTo(-2.5f);
    assertThat(layer.bias[0]).isEqualTo(1.25f);
  }

  private static float[][] transposed(float[][] rows) {
    float[][] columns = new float[rows[0].length][rows.length];
    for (int r = 0; r < rows.length; r++) {
      for (int f = 0; f < columns.length; f++) {
        columns[f][r] = rows[r][f];
      }
    }
    return columns;
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
