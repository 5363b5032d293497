package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
  private static final MathContext DIGITS = new MathContext(50);

  @Test
  void probabilities_randomLogits_equalBigDecimalSeries() {
    Random random = new Random(4);
    for (int n = 0; n < 20; n++) {
      float[] logits = new float[6];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (10 * random.nextGaussian());
      }
      BigDecimal[] e = new BigDecimal[logits.length];
      BigDecimal sum = BigDecimal.ZERO;
      for (int i = 0; i < e.length; i++) {
        e[i] = exp(new BigDecimal(logits[i]).divide(new BigDecimal("2.5"), DIGITS));
        sum = sum.add(e[i]);
      }
      double[] actual = new double[logits.length];
      Softmax.probabilities(logits, 2.5, actual);
      for (int i = 0; i < e.length; i++) {
        double expected = e[i].divide(sum, DIGITS).doubleValue();
        assertThat(actual[i]).isCloseTo(expected, within(1e-14 + 1e-12 * expected));
      }
    }
  }

  private static BigDecimal exp(BigDecimal x) {
    // e^x = (e^(x/1024))^1024, so that the series converges at once.
    BigDecimal small = x.divide(BigDecimal.valueOf(1024), DIGITS);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ONE;
    for (int k = 1; k < 40; k++) {
      term = term.multiply(small, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
      sum = sum.add(term, DIGITS);
    }
    return sum.pow(1024, DIGITS);
  }

  @Test
  void probabilities_hugeLogits_doNotOverflow() {
    double[] p = new double[3];
    Softmax.probabilities(new float[] {1e30f, -1e30f, 1e30f}, 1, p);
    assertThat(p).containsExactly(.5, 0, .5);
    Softmax.probabilities(new float[] {Float.MAX_VALUE, 0, -Float.MAX_VALUE}, .05, p);
    assertThat(p).containsExactly(1, 0, 0);
    Softmax.probabilities(new float[] {-1000, -1001, -1000}, 1, p);
    double e = Math.exp(-1);
    assertThat(p[1]).isCloseTo(e / (2 + e), within(1e-15));
    assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-15));
  }

  @Test
  void probabilities_oneClass_isCertain() {
    double[] p = new double[1];
    Softmax.probabilities(new float[] {-7}, 3, p);
    assertThat(p).containsExactly(1);
  }

  @Test
  void logSumExp_closedForm_agrees() {
    float[] logits = {(float) Math.log(3), (float) Math.log(5)};
    assertThat(Softmax.logSumExp(logits, 1)).isCloseTo(Math.log(8), within(1e-6));
    assertThat(Softmax.logSumExp(logits, 2)).isCloseTo(Math.log(34), within(1e-6));
    assertThat(Softmax.logSumExp(new float[] {1e8f, 1e8f}, 1))
        .isCloseTo(1e8 + Math.log(2), within(1e-7));
  }

  @Test
  void argMax_ties_takesTheFirst() {
    assertThat(Softmax.argMax(new float[] {1, 3, 3})).isEqualTo(1);
  }

  @Test
  void crossEntropy_row_returnsLossAndWritesSlopes() {
    float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    double loss = Softmax.crossEntropy(logits, 1, 4, new double[3]);
    assertThat(loss).isCloseTo(Math.log(4), within(1e-6));
    assertThat(logits[0]).isCloseTo(.125f / 4, within(1e-6f));
    assertThat(logits[1]).isCloseTo(-.75f / 4, within(1e-6f));
    assertThat(logits[2]).isCloseTo(.625f / 4, within(1e-6f));
  }
}
