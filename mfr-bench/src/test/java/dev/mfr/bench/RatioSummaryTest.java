package dev.mfr.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RatioSummaryTest {

  @Test
  void of_evenRounds_takesTheMiddleOfTheTwoMiddleOnes() {
    assertThat(RatioSummary.of(4, 1, 3, 2)).isEqualTo(new RatioSummary(2.5, 1, 4));
  }

  /** By hand: 2/1, 9/3, 8/2 are 2, 3, 4; the ratio of the medians would be 8/2 = 4. */
  @Test
  void ratio_threeRounds_isTakenRoundByRound() {
    assertThat(RatioSummary.ratio(new double[] {2, 9, 8}, new double[] {1, 3, 2}))
        .isEqualTo(new RatioSummary(3, 2, 4));
  }

  /** By hand: (12 − 10)/(18 − 10) = 1/4, (11 − 10)/(20 − 10) = 1/10, (15 − 10)/(15 − 10) = 1. */
  @Test
  void overhead_aboveALimit_isTheShareOfTheOthersOverhead() {
    assertThat(
            RatioSummary.overhead(
                new double[] {12, 11, 15}, new double[] {18, 20, 15}, new double[] {10, 10, 10}))
        .isEqualTo(new RatioSummary(.25, .1, 1));
  }

  @Test
  void median_ofValues_leavesThemAsTheyAre() {
    double[] values = {3, 1, 2};

    assertThat(RatioSummary.median(values)).isEqualTo(2);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void of_noRound_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(RatioSummary::of);
  }

  @Test
  void ratio_unequalRounds_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RatioSummary.ratio(new double[2], new double[3]))
        .withMessageContaining("2 rounds over 3");
  }
}
