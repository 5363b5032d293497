package dev.mfr.gallery;

import dev.mfr.gallery.Calibration.Comparisons;
import dev.mfr.gallery.DecisionThreshold.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measures the thresholds of one {@link MaskPairing}. Not thread-safe. */
final class PairCalibration {
  /** Rates that are measured where there are comparisons enough. */
  static final List<Double> RATES = List.of(.1, .03, .01, .003, .001, 3e-4, 1e-4, 3e-5, 1e-5);

  /** A rate is measured where so many false accepts are to be expected. */
  static final int EXPECTED = 10;

  private static final int BINS = 4096;

  /** How much lower than the highest rate's threshold the resamples may fall, as a rate. */
  private static final double ROOM = 2;

  private final LabelledFaces left;
  private final LabelledFaces right;
  private final boolean same;
  private final float[] factors;
  private final double bound;
  private final PeopleDraws draws;
  private final int people;

  /**
   * @param left one side's pictures
   * @param right the other's; the same object where each two are compared once
   * @param factors what one side is weighed by, or empty
   * @param bound scores lie in −bound…bound
   * @param people how many there are in all
   */
  PairCalibration(
      LabelledFaces left,
      LabelledFaces right,
      float[] factors,
      double bound,
      PeopleDraws draws,
      int people) {
    this.left = left;
    this.right = right;
    this.same = left == right;
    this.factors = factors;
    this.bound = bound;
    this.draws = draws;
    this.people = people;
  }

  /** What is measured, or how much is missing for that. */
  record Outcome(Optional<Comparisons> measured, String missing) {}

  /**
   * Measures, where there are comparisons enough.
   *
   * @param what names the comparisons, such as "with one mask"
   */
  Outcome run(String what) {
    ScoreHistogram genuine = new ScoreHistogram(bound);
    ScoreHistogram impostors = new ScoreHistogram(bound);
    left.compare(
        right,
        factors,
        same,
        (a, from, count, products) -> {
          for (int i = 0; i < count; i++) {
            if (left.person(a) != right.person(from + i)) {
              impostors.add(products[i]);
            } else if (left.photograph(a) != right.photograph(from + i)) {
              genuine.add(products[i]);
            }
          }
        });
    List<Double> rates = new ArrayList<>(RATES);
    rates.removeIf(rate -> rate * impostors.total() < EXPECTED);
    if (rates.isEmpty() || genuine.total() < EXPECTED) {
      return new Outcome(Optional.empty(), missing(what, impostors.total(), genuine.total()));
    }
    Comparisons measured =
        new Comparisons(
            genuine.total(),
            impostors.total(),
            new RateCurve(points(rates, impostors)),
            LogisticFit.of(genuine, impostors));
    return new Outcome(Optional.of(measured), "");
  }

  private static String missing(String what, long impostors, long genuine) {
    return String.format(
        Locale.ROOT,
        "there are %,d comparisons %s of two people and %,d of one; at least %d and %d are"
            + " needed; add more people with two photographs or more",
        impostors,
        what,
        genuine,
        Math.round(EXPECTED / RATES.get(0)),
        EXPECTED);
  }

  private List<RateCurve.Point> points(List<Double> rates, ScoreHistogram impostors) {
    double floor = impostors.thresholdAt(Math.min(.9, ROOM * rates.get(0)));
    double width = Math.max(1e-9, (impostors.highest() - floor) / BINS);
    double[][] counts = new double[BINS + 1][draws.resamples()];
    left.compare(
        right,
        factors,
        same,
        (a, from, count, products) -> {
          int[] own = draws.of(left.person(a));
          for (int i = 0; i < count; i++) {
            if (products[i] >= floor && left.person(a) != right.person(from + i)) {
              int[] other = draws.of(right.person(from + i));
              double[] bin = counts[Math.min(BINS, (int) ((products[i] - floor) / width))];
              for (int r = 0; r < bin.length; r++) {
                bin[r] += own[r] * other[r];
              }
            }
          }
        });
    double[] totals = draws.pairs(left.counts(people), right.counts(people));
    double[][] above = new double[draws.resamples()][BINS + 2];
    for (int r = 0; r < above.length; r++) {
      for (int bin = BINS; bin >= 0; bin--) {
        above[r][bin] = above[r][bin + 1] + (counts[bin][r] / (same ? totals[r] / 2 : totals[r]));
      }
    }
    List<RateCurve.Point> points = new ArrayList<>();
    for (double rate : rates) {
      double threshold = impostors.thresholdAt(rate);
      points.add(
          new RateCurve.Point(
              rate,
              threshold,
              thresholds(above, rate, floor, width),
              rates(above, threshold, floor, width)));
    }
    return points;
  }

  /**
   * Where resamples cross a rate.
   *
   * @param above for each resample the falling rates at the edges of bins
   */
  static Interval thresholds(double[][] above, double rate, double floor, double width) {
    double[] found = new double[above.length];
    for (int r = 0; r < above.length; r++) {
      found[r] = threshold(above[r], rate, floor, width);
    }
    return PeopleDraws.interval(found);
  }

  /** Where one of them crosses a rate. */
  static double threshold(double[] above, double rate, double floor, double width) {
    int edge = above.length - 1;
    while (edge > 0 && above[edge - 1] <= rate) {
      edge--;
    }
    double part = edge == 0 ? 0 : (rate - above[edge]) / (above[edge - 1] - above[edge]);
    return floor + (width * (edge - part));
  }

  /** The rates of the resamples at a threshold. */
  static Interval rates(double[][] above, double threshold, double floor, double width) {
    double[] found = new double[above.length];
    for (int r = 0; r < above.length; r++) {
      found[r] = rate(above[r], threshold, floor, width);
    }
    return PeopleDraws.interval(found);
  }

  /** The rate of one of them at a threshold. */
  static double rate(double[] above, double threshold, double floor, double width) {
    double at = Math.max(0, Math.min(above.length - 1.001, (threshold - floor) / width));
    int edge = (int) at;
    return above[edge] + ((at - edge) * (above[edge + 1] - above[edge]));
  }
}
