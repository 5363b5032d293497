package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * A figure and the interval in which it would mostly lie on other samples like this one: the
 * percentile bootstrap.
 *
 * <p>Pictures of one person are alike, so an interval over pictures is too narrow for a statement
 * about other people; draw people, with the {@code groups} of {@link #ofMean(double[], List,
 * double, int, long)}. Equal arguments give equal intervals on every machine.
 *
 * @param estimate the figure of the sample itself
 * @param low the interval's lower end
 * @param high the interval's upper end
 * @param level how many of the resamples lie between, such as 0.95
 */
public record BootstrapInterval(double estimate, double low, double high, double level) {

  /** How many resamples are enough for an interval of 95 %. */
  public static final int DEFAULT_RESAMPLES = 2000;

  /**
   * {@return the interval of a mean, items drawn one by one; of a proportion where the values are 0
   * and 1}
   *
   * @param values at least one, finite; not modified
   * @param level the part of the resamples to cover, 0 to 1, both excluded
   * @param resamples how many, 1 or more; {@link #DEFAULT_RESAMPLES} is enough
   * @param seed decides what is drawn
   */
  public static BootstrapInterval ofMean(double[] values, double level, int resamples, long seed) {
    double[] own = finite(values);
    return of(
        own.length,
        level,
        resamples,
        seed,
        drawn -> {
          double sum = 0;
          for (int i : drawn) {
            sum += own[i];
          }
          return sum / drawn.length;
        });
  }

  /**
   * {@return the interval of a mean, whole groups drawn, such as all pictures of a person}
   *
   * <p>The mean is over items: a large group weighs more than a small one.
   *
   * @param values at least one, finite; not modified
   * @param groups the group of each value, such as a person's label
   * @param level the part of the resamples to cover, 0 to 1, both excluded
   * @param resamples how many, 1 or more; {@link #DEFAULT_RESAMPLES} is enough
   * @param seed decides what is drawn; the order in which groups first appear matters
   */
  public static BootstrapInterval ofMean(
      double[] values, List<String> groups, double level, int resamples, long seed) {
    checkArgument(
        groups.size() == values.length,
        "%s values with %s groups; give each value its group",
        values.length,
        groups.size());
    double[] own = finite(values);
    Map<String, Integer> numbers = new HashMap<>();
    double[] sums = new double[own.length];
    int[] counts = new int[own.length];
    for (int i = 0; i < own.length; i++) {
      int size = numbers.size();
      int group = numbers.computeIfAbsent(groups.get(i), g -> size);
      sums[group] += own[i];
      counts[group]++;
    }
    return ofGroups(
        Arrays.copyOf(sums, numbers.size()),
        Arrays.copyOf(counts, numbers.size()),
        level,
        resamples,
        seed);
  }

  /** Group by group: the sum of its values and their number. */
  static BootstrapInterval ofGroups(
      double[] sums, int[] counts, double level, int resamples, long seed) {
    return of(
        sums.length,
        level,
        resamples,
        seed,
        drawn -> {
          double sum = 0;
          long count = 0;
          for (int group : drawn) {
            sum += sums[group];
            count += counts[group];
          }
          return sum / count;
        });
  }

  /**
   * {@return the interval of any figure of a sample}
   *
   * @param items how many things the sample has, 1 or more: pictures, people
   * @param level the part of the resamples to cover, 0 to 1, both excluded
   * @param resamples how many, 1 or more; {@link #DEFAULT_RESAMPLES} is enough
   * @param seed decides what is drawn
   * @param figure the figure of some of the items, given by their indices, as many as there are
   *     items and some more than once; the array is reused; must not return NaN
   */
  public static BootstrapInterval of(
      int items, double level, int resamples, long seed, ToDoubleFunction<int[]> figure) {
    checkArgument(items > 0, "there is nothing to draw from; give at least one item");
    checkArgument(level > 0 && level < 1, "a level lies between 0 and 1, got %s", level);
    checkArgument(resamples > 0, "the number of resamples must be positive, got %s", resamples);
    int[] drawn = new int[items];
    Arrays.setAll(drawn, i -> i);
    double estimate = number(figure.applyAsDouble(drawn));
    Random random = new Random(seed);
    double[] figures = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      for (int i = 0; i < items; i++) {
        drawn[i] = random.nextInt(items);
      }
      figures[r] = number(figure.applyAsDouble(drawn));
    }
    Arrays.sort(figures);
    return new BootstrapInterval(
        estimate, quantile(figures, (1 - level) / 2), quantile(figures, (1 + level) / 2), level);
  }

  private static double number(double figure) {
    checkArgument(
        !Double.isNaN(figure), "the figure of a resample is NaN; define it for every resample");
    return figure;
  }

  private static double[] finite(double[] values) {
    for (double value : values) {
      checkArgument(Double.isFinite(value), "a value is %s; leave it out", value);
    }
    return values.clone();
  }

  /** On straight lines between the ordered figures, of which the ends are the quantiles 0 and 1. */
  private static double quantile(double[] ascending, double q) {
    double at = q * (ascending.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
  }

  /** {@return the figure and its interval, such as {@code 0.9312 (0.9150–0.9467, 95 %)}} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.4f (%.4f–%.4f, %.0f %%)", estimate, low, high, 100 * level);
  }
}
