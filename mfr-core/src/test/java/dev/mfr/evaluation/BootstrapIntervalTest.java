package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapIntervalTest {
  private static final double Z = 1.959964;

  private static double[] outcomes(int right, int n) {
    double[] outcomes = new double[n];
    Arrays.fill(outcomes, 0, right, 1);
    return outcomes;
  }

  @Test
  void ofMean_proportion_agreesWithWilsonsInterval() {
    int n = 1000;
    double p = .9;
    BootstrapInterval interval = BootstrapInterval.ofMean(outcomes(900, n), .95, 10_000, 1);
    double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
    double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4. * n * n));
    assertThat(interval.estimate()).isCloseTo(.9, within(1e-12));
    // Wilson's: .8799 to .9171. One picture is .001.
    assertThat(interval.low()).isCloseTo(centre - half, within(.0025));
    assertThat(interval.high()).isCloseTo(centre + half, within(.0025));
    assertThat(interval.level()).isEqualTo(.95);
  }

  @Test
  void ofMean_gaussianValues_isTheAnalyticStandardErrorWide() {
    Random random = new Random(5);
    double[] values = random.doubles(400).map(u -> 3 + 2 * random.nextGaussian()).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length);
    double error = deviation / Math.sqrt(values.length);
    BootstrapInterval interval = BootstrapInterval.ofMean(values, .95, 10_000, 2);
    assertThat(interval.estimate()).isCloseTo(mean, within(1e-12));
    assertThat(interval.low()).isCloseTo(mean - Z * error, within(.1 * error));
    assertThat(interval.high()).isCloseTo(mean + Z * error, within(.1 * error));
    BootstrapInterval narrow = BootstrapInterval.ofMean(values, .6827, 10_000, 2);
    assertThat(narrow.high() - narrow.low()).isCloseTo(2 * error, within(.1 * error));
  }

  @Test
  void ofMean_groupsAlikeWithin_isAsWideAsForOneItemEach() {
    // 100 people with 25 equal outcomes each: 2500 pictures say no more than 100.
    List<String> groups = new ArrayList<>();
    double[] values = new double[2500];
    for (int i = 0; i < values.length; i++) {
      groups.add("person " + i % 100);
      values[i] = i % 100 < 80 ? 1 : 0;
    }
    double error = Math.sqrt(.8 * .2 / 100);
    BootstrapInterval byPerson = BootstrapInterval.ofMean(values, groups, .95, 10_000, 3);
    assertThat(byPerson.estimate()).isCloseTo(.8, within(1e-12));
    assertThat(byPerson.high() - byPerson.low()).isCloseTo(2 * Z * error, within(.2 * error));
    BootstrapInterval byPicture = BootstrapInterval.ofMean(values, .95, 2000, 3);
    assertThat(byPicture.high() - byPicture.low()).isCloseTo(2 * Z * error / 5, within(.1 * error));
  }

  @Test
  void ofMean_groupsOfOne_isTheMeanOfItems() {
    double[] values = {4, 8, 15, 16, 23, 42};
    List<String> own = List.of("a", "b", "c", "d", "e", "f");
    BootstrapInterval grouped = BootstrapInterval.ofMean(values, own, .9, 500, 9);
    assertThat(grouped).isEqualTo(BootstrapInterval.ofMean(values, .9, 500, 9));
    assertThat(grouped).isNotEqualTo(BootstrapInterval.ofMean(values, .9, 500, 10));
  }

  @Test
  void of_everySampleAlike_isAPoint() {
    assertThat(BootstrapInterval.ofMean(new double[] {1, 1, 1}, .95, 50, 1))
        .isEqualTo(new BootstrapInterval(1, 1, 1, .95))
        .hasToString("1.0000 (1.0000–1.0000, 95 %)");
  }

  @Test
  void of_anyFigure_seesResamplesOfTheItems() {
    List<int[]> seen = new ArrayList<>();
    BootstrapInterval.of(
        5,
        .95,
        30,
        1,
        drawn -> {
          seen.add(drawn.clone());
          return 0;
        });
    assertThat(seen).hasSize(31);
    assertThat(seen.get(0)).containsExactly(0, 1, 2, 3, 4);
    assertThat(seen).allSatisfy(drawn -> assertThat(drawn).hasSize(5).matches(d -> inRange(d, 5)));
  }

  private static boolean inRange(int[] drawn, int items) {
    return Arrays.stream(drawn).allMatch(i -> i >= 0 && i < items);
  }

  @Test
  void of_wrongArguments_refuses() {
    double[] one = {1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BootstrapInterval.ofMean(new double[0], .95, 10, 1))
        .withMessageContaining("nothing to draw from");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BootstrapInterval.ofMean(new double[] {Double.NaN}, .95, 10, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BootstrapInterval.ofMean(one, 95, 10, 1))
        .withMessageContaining("between 0 and 1, got 95.0");
    assertThatIllegalArgumentException().isThrownBy(() -> BootstrapInterval.ofMean(one, .95, 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BootstrapInterval.ofMean(one, List.of(), .95, 10, 1))
        .withMessageContaining("1 values with 0 groups");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BootstrapInterval.of(1, .95, 1, 1, drawn -> Double.NaN))
        .withMessageContaining("NaN");
  }
}
