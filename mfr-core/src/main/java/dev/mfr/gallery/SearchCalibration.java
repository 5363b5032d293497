package dev.mfr.gallery;

import dev.mfr.gallery.Calibration.Searches;
import dev.mfr.gallery.DecisionThreshold.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Measures the thresholds of searches by one kind of probe. Not thread-safe. */
final class SearchCalibration {
  /*
   * A probe p of a stranger meets K enrolled pictures of other people, j(t) of which score t or more, a picture by its best
   * template. Of all galleries of N of these pictures the part C(K − j, N) / C(K, N) has none that scores t; one minus this,
   * averaged over probes, is the false-positive rate at t: the exact mean over all random galleries of that size.
   *
   * A resample of people has some of them twice and a third of them not at all, so that its large galleries hold fewer
   * different faces and are entered more rarely. Intervals are therefore moved by as much as the mean of the resamples is
   * off the estimate.
   *
   * Pictures are binned by score between a low threshold and the highest score.
   */
  /** Rates that are measured where there are probes enough. */
  static final List<Double> RATES = List.of(.1, .05, .02, .01, .005, .002, .001);

  private static final int BINS = 8192;

  /** The bootstrap's bins are wider. */
  private static final int COARSE = 32;

  /** Probes that search at a time. */
  private static final int BATCH = 64;

  private static final double FLOOR_RATE = .25;

  private final LabelledFaces probes;
  private final LabelledFaces templates;
  private final int entries;
  private final float[] factors;
  private final double bound;
  private final PeopleDraws draws;
  private final int people;
  private final int[] entryPerson;

  /**
   * @param probes what searches
   * @param templates what is enrolled; the photograph's number is the enrolled picture's, from 0
   * @param entryPerson whom each enrolled picture shows
   * @param factors what probes are weighed by, or empty
   * @param bound scores lie in −bound…bound
   * @param people how many there are in all
   */
  SearchCalibration(
      LabelledFaces probes,
      LabelledFaces templates,
      int[] entryPerson,
      float[] factors,
      double bound,
      PeopleDraws draws,
      int people) {
    this.probes = probes;
    this.templates = templates;
    this.entryPerson = entryPerson.clone();
    this.entries = entryPerson.length;
    this.factors = factors;
    this.bound = bound;
    this.draws = draws;
    this.people = people;
  }

  /** Sees the scores of one probe with all enrolled pictures. */
  private interface Probe {
    void at(int probe, float[] scores);
  }

  /** Some probes at a time, so that the scores of no more than these are held. */
  private void search(Probe sink) {
    for (int first = 0; first < probes.size(); first += BATCH) {
      LabelledFaces batch = new LabelledFaces();
      for (int p = first; p < Math.min(first + BATCH, probes.size()); p++) {
        batch.add(probes.person(p), probes.photograph(p), probes.row(p));
      }
      float[][] scores = new float[batch.size()][entries];
      for (float[] row : scores) {
        Arrays.fill(row, Float.NEGATIVE_INFINITY);
      }
      batch.compare(
          templates,
          factors,
          false,
          (row, from, count, products) -> {
            for (int i = 0; i < count; i++) {
              int entry = templates.photograph(from + i);
              scores[row][entry] = Math.max(scores[row][entry], products[i]);
            }
          });
      for (int row = 0; row < scores.length; row++) {
        sink.at(first + row, scores[row]);
      }
    }
  }

  /** Empty where there are too few probes for any rate, or nobody else's pictures to find. */
  Optional<Searches> run() {
    List<Double> rates = new ArrayList<>(RATES);
    rates.removeIf(rate -> rate * probes.size() < PairCalibration.EXPECTED);
    int[] enrolled = new int[people];
    for (int person : entryPerson) {
      enrolled[person]++;
    }
    int most = entries;
    for (int count : enrolled) {
      most = Math.min(most, entries - count);
    }
    List<Integer> sizes = sizes(most);
    return rates.isEmpty() || sizes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Searches(probes.size(), curves(sizes, rates, enrolled)));
  }

  /** 1, 3, 10, 30, … */
  private static List<Integer> sizes(int most) {
    List<Integer> sizes = new ArrayList<>();
    for (long ten = 1; ten <= most; ten *= 10) {
      sizes.add((int) ten);
      if (3 * ten <= most) {
        sizes.add((int) (3 * ten));
      }
    }
    return sizes;
  }

  private NavigableMap<Integer, RateCurve> curves(
      List<Integer> sizes, List<Double> rates, int[] enrolled) {
    ScoreHistogram all = new ScoreHistogram(bound);
    search(
        (p, scores) -> {
          for (int e = 0; e < entries; e++) {
            if (entryPerson[e] != probes.person(p)) {
              all.add(scores[e]);
            }
          }
        });
    double floor = all.thresholdAt(FLOOR_RATE);
    double width = Math.max(1e-9, (all.highest() - floor) / BINS);
    Rates measured = new Rates(sizes, floor, width, enrolled);
    search(measured);
    double[] probesDrawn = draws.sums(probes.counts(people));
    NavigableMap<Integer, RateCurve> curves = new TreeMap<>();
    for (int s = 0; s < sizes.size(); s++) {
      double[] above = measured.means(s);
      double[][] resampled = measured.resampled(s, probesDrawn);
      double[] middle = mean(resampled);
      List<RateCurve.Point> points = new ArrayList<>();
      for (double rate : rates) {
        int edge = BINS + 1;
        while (edge > 0 && above[edge - 1] <= rate) {
          edge--;
        }
        double threshold = floor + (width * edge);
        points.add(
            new RateCurve.Point(
                rate,
                threshold,
                shifted(
                    PairCalibration.thresholds(resampled, rate, floor, COARSE * width),
                    threshold - PairCalibration.threshold(middle, rate, floor, COARSE * width)),
                scaled(
                    PairCalibration.rates(resampled, threshold, floor, COARSE * width),
                    rate / PairCalibration.rate(middle, threshold, floor, COARSE * width))));
      }
      curves.put(sizes.get(s), new RateCurve(points));
    }
    return curves;
  }

  private static double[] mean(double[][] resampled) {
    double[] mean = new double[resampled[0].length];
    for (double[] one : resampled) {
      for (int bin = 0; bin < mean.length; bin++) {
        mean[bin] += one[bin] / resampled.length;
      }
    }
    return mean;
  }

  private static Interval shifted(Interval interval, double by) {
    return new Interval(interval.low() + by, interval.high() + by);
  }

  private static Interval scaled(Interval interval, double by) {
    return Double.isFinite(by) ? new Interval(by * interval.low(), by * interval.high()) : interval;
  }

  /** False-positive rates at the edges of bins, by size of the gallery. */
  private final class Rates implements Probe {
    private final List<Integer> sizes;
    private final double floor;
    private final double width;
    private final int[] enrolled;
    private final double[][] sums;
    private final double[][][] drawnSums;
    private final double[][][] drawnTables;
    private final int[] entriesDrawn;
    private final int[][] coarse = new int[(BINS / COARSE) + 2][draws.resamples()];

    Rates(List<Integer> sizes, double floor, double width, int[] enrolled) {
      this.sizes = sizes;
      this.floor = floor;
      this.width = width;
      this.enrolled = enrolled;
      sums = new double[sizes.size()][BINS + 2];
      drawnSums = new double[sizes.size()][draws.resamples()][(BINS / COARSE) + 2];
      drawnTables = new double[sizes.size()][draws.resamples()][];
      double[] drawn = draws.sums(enrolled);
      entriesDrawn = new int[draws.resamples()];
      for (int r = 0; r < drawn.length; r++) {
        entriesDrawn[r] = (int) drawn[r];
        for (int s = 0; s < sizes.size(); s++) {
          drawnTables[s][r] = hit(entriesDrawn[r], sizes.get(s));
        }
      }
    }

    @Override
    public void at(int probe, float[] scores) {
      int person = probes.person(probe);
      int[] counts = new int[BINS + 2];
      for (int[] bin : coarse) {
        Arrays.fill(bin, 0);
      }
      for (int e = 0; e < entries; e++) {
        if (scores[e] >= floor && entryPerson[e] != person) {
          int bin = Math.min(BINS, (int) ((scores[e] - floor) / width));
          counts[bin]++;
          int[] drawn = draws.of(entryPerson[e]);
          int[] target = coarse[bin / COARSE];
          for (int r = 0; r < target.length; r++) {
            target[r] += drawn[r];
          }
        }
      }
      int others = entries - enrolled[person];
      for (int s = 0; s < sizes.size(); s++) {
        double[] table = hit(others, sizes.get(s));
        int above = 0;
        for (int bin = BINS; bin >= 0; bin--) {
          above += counts[bin];
          sums[s][bin] += table[above];
        }
      }
      addDrawn(draws.of(person));
    }

    private void addDrawn(int[] own) {
      for (int r = 0; r < own.length; r++) {
        int above = 0;
        for (int bin = coarse.length - 1; own[r] > 0 && bin >= 0; bin--) {
          above += coarse[bin][r];
          if (above > 0) {
            for (int s = 0; s < sizes.size(); s++) {
              drawnSums[s][r][bin] += own[r] * drawnTables[s][r][above];
            }
          }
        }
      }
    }

    double[] means(int size) {
      double[] means = sums[size].clone();
      for (int bin = 0; bin < means.length; bin++) {
        means[bin] /= probes.size();
      }
      return means;
    }

    double[][] resampled(int size, double[] probesDrawn) {
      double[][] rates = drawnSums[size];
      for (int r = 0; r < rates.length; r++) {
        for (int bin = 0; bin < rates[r].length; bin++) {
          rates[r][bin] /= Math.max(1, probesDrawn[r]);
        }
      }
      return rates;
    }
  }

  /** For each j: the part of the samples of n out of k things that hold one of j of them. */
  static double[] hit(int k, int n) {
    double[] hit = new double[k + 1];
    double none = 1;
    for (int j = 1; j <= k; j++) {
      none *= Math.max(0, (double) (k - n - j + 1) / (k - j + 1));
      hit[j] = 1 - none;
    }
    return hit;
  }
}
