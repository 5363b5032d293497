package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.gallery.DecisionThreshold.Interval;
import java.util.List;

/** Measured thresholds by falling rate; between them the logarithm of the rate decides. */
record RateCurve(List<Point> points) {

  RateCurve {
    points = List.copyOf(points);
    checkArgument(!points.isEmpty(), "a curve needs a point");
    for (int i = 1; i < points.size(); i++) {
      checkArgument(
          points.get(i).rate < points.get(i - 1).rate
              && points.get(i).threshold >= points.get(i - 1).threshold,
          "thresholds rise while rates fall, got %s after %s",
          points.get(i),
          points.get(i - 1));
    }
  }

  /**
   * One measured rate.
   *
   * @param rate above 0, below 1
   * @param threshold the least that keeps it
   * @param thresholds where the threshold may lie
   * @param rates where the rate at the threshold may lie
   */
  record Point(double rate, double threshold, Interval thresholds, Interval rates) {
    Point {
      checkArgument(rate > 0 && rate < 1, "a rate lies between 0 and 1, got %s", rate);
      checkArgument(Double.isFinite(threshold), "a threshold is a number, got %s", threshold);
    }

    /** A share of the way to another point; the share may lie beyond 0…1. */
    Point towards(Point other, double share) {
      return new Point(
          Math.exp(between(Math.log(rate), Math.log(other.rate), share)),
          between(threshold, other.threshold, share),
          between(thresholds, other.thresholds, share),
          between(rates, other.rates, share));
    }

    private static Interval between(Interval a, Interval b, double share) {
      double low = between(a.low(), b.low(), share);
      return new Interval(low, Math.max(low, between(a.high(), b.high(), share)));
    }

    private static double between(double a, double b, double share) {
      return share == 0 ? a : a + (share * (b - a));
    }
  }

  double highestRate() {
    return points.get(0).rate;
  }

  double lowestRate() {
    return points.get(points.size() - 1).rate;
  }

  /** Whether a rate was measured or lies between two that were, but for rounding. */
  boolean covers(double rate) {
    return rate <= highestRate() * (1 + 1e-9) && rate >= lowestRate() * (1 - 1e-9);
  }

  /** The point of a rate that {@link #covers} says yes to. */
  Point at(double rate) {
    int i = 0;
    while (i < points.size() - 1 && points.get(i + 1).rate >= rate) {
      i++;
    }
    Point from = points.get(i);
    if (i == points.size() - 1 || rate >= from.rate) {
      return from;
    }
    Point to = points.get(i + 1);
    return from.towards(to, Math.log(from.rate / rate) / Math.log(from.rate / to.rate));
  }
}
