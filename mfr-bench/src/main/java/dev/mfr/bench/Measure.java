package dev.mfr.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One line of the comparison: a figure of one interleaved run, and what it should be.
 *
 * @param name what it is, such as "recognition ÷ bare runtime, int8"
 * @param unit such as "ratio", "µs", "B"
 * @param median over the rounds
 * @param low the lowest round
 * @param high the highest round
 * @param atMost the goal when less is better, or null
 * @param atLeast the goal when more is better, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Measure(
    String name,
    String unit,
    double median,
    double low,
    double high,
    @Nullable Double atMost,
    @Nullable Double atLeast) {

  static Measure of(String name, String unit, RatioSummary summary) {
    return new Measure(name, unit, summary.median(), summary.low(), summary.high(), null, null);
  }

  static Measure ratio(String name, RatioSummary summary) {
    return of(name, "ratio", summary);
  }

  /** {@return this measure with a goal} */
  Measure atMost(double goal) {
    return new Measure(name, unit, median, low, high, goal, null);
  }

  /** {@return this measure with a goal} */
  Measure atLeast(double goal) {
    return new Measure(name, unit, median, low, high, null, goal);
  }

  /** {@return the goal in words, or an empty string} */
  String goal() {
    return atMost != null
        ? "≤ " + Numbers.text(atMost)
        : atLeast != null ? "≥ " + Numbers.text(atLeast) : "";
  }

  /** {@return "yes" or "no", or an empty string without a goal} */
  String met() {
    if (atMost == null && atLeast == null) {
      return "";
    }
    return (atMost == null || median <= atMost) && (atLeast == null || median >= atLeast)
        ? "yes"
        : "no";
  }

  /** {@return how far the goal was missed: at most 1 when it is met; NaN without one} */
  double shareOfGoal() {
    return atMost != null ? median / atMost : atLeast != null ? atLeast / median : Double.NaN;
  }

  /** {@return one line for people} */
  @Override
  public String toString() {
    String text =
        name
            + ": "
            + Numbers.text(median)
            + (unit.equals("ratio") ? "" : " " + unit)
            + " ("
            + Numbers.text(low)
            + " to "
            + Numbers.text(high)
            + ")";
    return goal().isEmpty() ? text : text + ", goal " + goal() + ": " + met();
  }
}
