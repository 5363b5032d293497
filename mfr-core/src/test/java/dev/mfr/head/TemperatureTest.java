package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureTest {

  /**
   * Truths are drawn from the softmax of the logits, so those are right as they are; multiplied by
   * a factor they are over-confident by exactly that factor.
   */
  @ParameterizedTest
  @ValueSource(doubles = {.3, 1, 2.5, 8})
  void fit_logitsOfKnownOverconfidence_recoversTheFactor(double factor) {
    Random random = new Random(9);
    int n = 20_000;
    List<float[]> logits = new ArrayList<>();
    int[] truth = new int[n];
    double[] p = new double[5];
    for (int i = 0; i < n; i++) {
      float[] row = new float[5];
      for (int c = 0; c < 5; c++) {
        row[c] = (float) (1.5 * random.nextGaussian());
      }
      Softmax.probabilities(row, 1, p);
      double u = random.nextDouble();
      while (truth[i] < 4 && u >= p[truth[i]]) {
        u -= p[truth[i]++];
      }
      for (int c = 0; c < 5; c++) {
        row[c] *= (float) factor;
      }
      logits.add(row);
    }
    // The standard error of the factor is about 1 % for this many rows.
    assertThat(Temperature.fit(logits.toArray(float[][]::new), truth))
        .isCloseTo(factor, within(.03 * factor));
  }

  @Test
  void fit_allRight_keepsLaplacesDoubt() {
    // Two people, margin 6, all of n = 20 right: σ(6/T) = 21/22, so T = 6 / ln 21.
    List<float[]> logits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      logits.add(new float[] {3, -3});
    }
    assertThat(Temperature.fit(logits.toArray(float[][]::new), new int[20]))
        .isCloseTo(6 / Math.log(21), within(1e-4));
  }

  @Test
  void fit_allWrong_stopsAtTheLimit() {
    List<float[]> logits = List.of(new float[] {-9, 9}, new float[] {-9, 9});
    assertThat(Temperature.fit(logits.toArray(float[][]::new), new int[2]))
        .isCloseTo(Temperature.MAX, within(1e-3));
  }
}
