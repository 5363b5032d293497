package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;

/**
 * A similarity from which on two faces count as one person's, and how well it is known.
 *
 * @param threshold scores at or above it are accepted
 * @param wantedRate the rate of false accepts that it was asked for, above 0 and below 1
 * @param thresholdInterval where the threshold would mostly lie had other people been measured (95
 *     %); empty where nobody measured
 * @param rateInterval where the rate at this threshold would mostly lie, likewise
 * @param source one sentence: on what it was measured
 */
public record DecisionThreshold(
    double threshold,
    double wantedRate,
    Optional<Interval> thresholdInterval,
    Optional<Interval> rateInterval,
    String source) {

  public DecisionThreshold {
    checkArgument(Double.isFinite(threshold), "a threshold is a number, got %s", threshold);
    checkArgument(
        wantedRate > 0 && wantedRate < 1, "a rate lies between 0 and 1, got %s", wantedRate);
    checkArgument(!source.isBlank(), "a threshold says where it comes from");
  }

  /**
   * {@return whether a score is accepted}
   *
   * @param similarity the score
   */
  public boolean accepts(double similarity) {
    return similarity >= threshold;
  }

  /**
   * A range of numbers.
   *
   * @param low its lower end
   * @param high its upper end, not below
   */
  public record Interval(double low, double high) {
    public Interval {
      checkArgument(
          low <= high, "an interval goes from the lower to the higher end: %s, %s", low, high);
    }
  }
}
