package dev.mfr.examples.experiment;

import java.util.List;
import java.util.Locale;

/**
 * One number for each seed.
 *
 * @param values at least one
 */
public record Stat(List<Double> values) {

  public Stat {
    values = List.copyOf(values);
  }

  /** {@return the mean over the seeds} */
  public double mean() {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** {@return the standard deviation over the seeds, with n − 1; NaN for one seed} */
  public double deviation() {
    double mean = mean();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
  }

  /** {@return shares as per cent, such as "84.3 ± 0.4"} */
  public String percent() {
    return values.size() < 2
        ? String.format(Locale.ROOT, "%.1f", 100 * mean())
        : String.format(Locale.ROOT, "%.1f ± %.1f", 100 * mean(), 100 * deviation());
  }
}
