package dev.mfr.bench;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.math.Quantiles;
import java.util.Arrays;

/**
 * The middle and the spread of a measure over rounds.
 *
 * @param median the middle round's
 * @param low the lowest round's
 * @param high the highest round's
 */
record RatioSummary(double median, double low, double high) {

  /** {@return the summary of one number a round} */
  static RatioSummary of(double... rounds) {
    checkArgument(rounds.length > 0, "a summary needs one round or more");
    return new RatioSummary(
        median(rounds),
        Arrays.stream(rounds).min().orElseThrow(),
        Arrays.stream(rounds).max().orElseThrow());
  }

  /**
   * {@return the summary of the ratios of two measures, round by round, so that a slow round slows
   * both}
   */
  static RatioSummary ratio(double[] above, double[] below) {
    checkArgument(above.length == below.length, "%s rounds over %s", above.length, below.length);
    double[] ratios = new double[above.length];
    Arrays.setAll(ratios, i -> above[i] / below[i]);
    return of(ratios);
  }

  /**
   * {@return the summary of (mine − limit) ÷ (other − limit): the share of another's overhead above
   * the limit that is left}
   */
  static RatioSummary overhead(double[] mine, double[] other, double[] limit) {
    double[] ratios = new double[limit.length];
    Arrays.setAll(ratios, i -> (mine[i] - limit[i]) / (other[i] - limit[i]));
    return of(ratios);
  }

  /** {@return the median of some numbers; not modified} */
  static double median(double... values) {
    return Quantiles.median().compute(values);
  }
}
