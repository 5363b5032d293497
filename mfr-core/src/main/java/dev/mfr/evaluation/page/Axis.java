package dev.mfr.evaluation.page;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * An axis of a {@link LinePlot}.
 *
 * @param title what it shows, with the unit, such as "epoch"
 * @param logarithmic whether equal distances are equal ratios; then all values must be positive
 * @param min where it begins; empty to fit the values
 * @param max where it ends; empty to fit the values
 */
public record Axis(String title, boolean logarithmic, OptionalDouble min, OptionalDouble max) {

  public Axis {
    checkArgument(!title.isBlank(), "an axis needs a title that says what it shows");
    min.ifPresent(value -> check(value, logarithmic));
    max.ifPresent(value -> check(value, logarithmic));
    checkArgument(
        min.isEmpty() || max.isEmpty() || min.getAsDouble() < max.getAsDouble(),
        "the axis \"%s\" begins at %s and ends at %s",
        title,
        min,
        max);
  }

  private static void check(double end, boolean logarithmic) {
    checkArgument(Double.isFinite(end), "an axis ends at a number, got %s", end);
    checkArgument(!logarithmic || end > 0, "a logarithmic axis has no place for %s", end);
  }

  /**
   * {@return a linear axis that fits the values}
   *
   * @param title what it shows
   */
  public static Axis linear(String title) {
    return new Axis(title, false, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * {@return a logarithmic axis that fits the values}
   *
   * @param title what it shows
   */
  public static Axis logarithmic(String title) {
    return new Axis(title, true, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * {@return a linear axis from 0 to 1, for shares, rates and probabilities}
   *
   * @param title what it shows
   */
  public static Axis share(String title) {
    return linear(title).between(0, 1);
  }

  /**
   * {@return this axis with fixed ends}
   *
   * @param newMin where it begins
   * @param newMax where it ends, above {@code newMin}
   */
  public Axis between(double newMin, double newMax) {
    return new Axis(title, logarithmic, OptionalDouble.of(newMin), OptionalDouble.of(newMax));
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("title", title);
    json.put("scale", logarithmic ? "log" : "linear");
    min.ifPresent(value -> json.put("min", value));
    max.ifPresent(value -> json.put("max", value));
    return json;
  }
}
