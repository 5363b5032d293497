package dev.mfr.gallery;

import dev.mfr.gallery.DecisionThreshold.Interval;
import java.util.Arrays;
import java.util.Random;

/** How often each of some people was drawn in each of some resamples of all of them. */
final class PeopleDraws {
  private static final double LEVEL = .95;

  /** By person, then by resample: a person's row is read for each of its scores. */
  private final int[][] times;

  private final int resamples;

  PeopleDraws(int people, int resamples, long seed) {
    this.resamples = resamples;
    times = new int[people][resamples];
    Random random = new Random(seed);
    for (int r = 0; r < resamples; r++) {
      for (int i = 0; i < people; i++) {
        times[random.nextInt(people)][r]++;
      }
    }
  }

  int resamples() {
    return resamples;
  }

  /** By resample; not to be modified. */
  int[] of(int person) {
    return times[person];
  }

  /** In each resample: the sum over people of what they count, once for each time drawn. */
  double[] sums(int[] counts) {
    double[] sums = new double[resamples];
    for (int person = 0; person < times.length; person++) {
      for (int r = 0; r < resamples; r++) {
        sums[r] += (double) times[person][r] * counts[person];
      }
    }
    return sums;
  }

  /** In each resample: the number of pairs of an a of one person and a b of another. */
  double[] pairs(int[] a, int[] b) {
    double[] sums = sums(a);
    double[] others = sums(b);
    for (int r = 0; r < resamples; r++) {
      sums[r] *= others[r];
    }
    for (int person = 0; person < times.length; person++) {
      for (int r = 0; r < resamples; r++) {
        double drawn = times[person][r];
        sums[r] -= drawn * a[person] * drawn * b[person];
      }
    }
    return sums;
  }

  /** The percentiles that leave out 2.5 % at either end; of the values, which it sorts. */
  static Interval interval(double[] values) {
    Arrays.sort(values);
    int last = values.length - 1;
    int out = (int) Math.round(last * (1 - LEVEL) / 2);
    return new Interval(values[out], values[last - out]);
  }
}
