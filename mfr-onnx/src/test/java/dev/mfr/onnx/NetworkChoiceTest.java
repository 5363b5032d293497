package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NetworkChoiceTest {

  @Test
  void choose_withinATie_takesTheFirstNamed() {
    assertThat(NetworkChoice.choose(new double[] {5, 3, 9})).isEqualTo(1);
    assertThat(NetworkChoice.choose(new double[] {3.1, 3, 9})).isZero();
    assertThat(NetworkChoice.choose(new double[] {3.2, 3.1, 3})).isEqualTo(1);
    assertThat(NetworkChoice.choose(new double[] {7})).isZero();
  }

  @Test
  void medians_ofScriptedTimers_areOfTheRunsAfterTheWarmUp() {
    List<String> order = new ArrayList<>();
    // Five slow runs to warm up, then 15: of 1 to 15 ms the median is 8, of 3 ms it is 3.
    LongSupplier rising =
        scripted(order, "a", LongStream.range(0, 20).map(i -> i < 5 ? 900 : i - 4));
    LongSupplier steady = scripted(order, "b", LongStream.range(0, 20).map(i -> i < 5 ? 900 : 3));
    double[] medians = NetworkChoice.medians(List.of(rising, steady), 1);
    assertThat(medians[0]).isCloseTo(8, within(1e-9));
    assertThat(medians[1]).isCloseTo(3, within(1e-9));
    assertThat(String.join("", order)).isEqualTo("ab".repeat(20));
  }

  @Test
  void medians_quickTimers_stopAtTheMostRuns() {
    int[] runs = new int[1];
    double[] medians =
        NetworkChoice.medians(
            List.of(
                () -> {
                  runs[0]++;
                  return 1_000_000;
                }),
            Long.MAX_VALUE);
    assertThat(medians).containsExactly(1);
    assertThat(runs[0]).isEqualTo(205);
  }

  private static LongSupplier scripted(List<String> order, String name, LongStream milliseconds) {
    Iterator<Long> next = milliseconds.iterator();
    return () -> {
      order.add(name);
      return next.next() * 1_000_000;
    };
  }

  @Test
  void fastest_twoGraphsOfOneJob_tellsTimesAndReason() {
    NetworkChoice choice =
        NetworkChoice.fastest(
            OnnxOptions.DEFAULTS, TinyModels.bundle("line"), TinyModels.bundle("line-output-1"));
    assertThat(choice.candidates()).hasSize(2);
    assertThat(choice.candidates())
        .allSatisfy(
            candidate -> {
              assertThat(candidate.milliseconds()).isPositive();
              assertThat(candidate.device()).isEqualTo("CPU");
            });
    assertThat(choice.candidates())
        .extracting(NetworkChoice.Candidate::modelId)
        .contains(choice.chosen().manifest().id());
    assertThat(choice.reason()).startsWith(choice.chosen().manifest().id()).contains(" ms");
  }

  @Test
  void fastest_one_isTheOnlyCandidate() {
    assertThat(NetworkChoice.fastest(OnnxOptions.DEFAULTS, TinyModels.bundle("line")).reason())
        .endsWith("is the only candidate");
  }

  @Test
  void fastest_otherInputs_areRefused() {
    assertThatThrownBy(
            () ->
                NetworkChoice.fastest(
                    OnnxOptions.DEFAULTS, TinyModels.bundle("line"), TinyModels.bundle("two")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line and two have different inputs");
  }

  @Test
  void fastest_none_isRefused() {
    assertThatThrownBy(() -> NetworkChoice.fastest(OnnxOptions.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
