package dev.mfr.gallery;

/** Counts scores in narrow bins, so that millions need no memory of their own. Not thread-safe. */
final class ScoreHistogram {
  private static final int BINS = 1 << 18;

  private final double bound;
  private final long[] counts = new long[BINS];
  private long total;

  /**
   * @param bound scores lie in −bound…bound
   */
  ScoreHistogram(double bound) {
    this.bound = bound;
  }

  void add(double score) {
    int bin = (int) ((score + bound) / (2 * bound) * BINS);
    counts[Math.max(0, Math.min(BINS - 1, bin))]++;
    total++;
  }

  long total() {
    return total;
  }

  /** The least edge of a bin at or above which no more than this part of the scores lie. */
  double thresholdAt(double rate) {
    long allowed = (long) (rate * total * (1 + 1e-12));
    long above = 0;
    int bin = BINS;
    while (bin > 0 && above + counts[bin - 1] <= allowed) {
      above += counts[--bin];
    }
    return edge(bin);
  }

  /** An edge that no score lies above. */
  double highest() {
    int bin = BINS;
    while (bin > 0 && counts[bin - 1] == 0) {
      bin--;
    }
    return edge(bin);
  }

  private double edge(int bin) {
    return (2 * bound * bin / BINS) - bound;
  }

  /** Sees each bin that is not empty. */
  interface Bin {
    void at(double middle, long count);
  }

  void forEach(Bin sink) {
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0) {
        sink.at((edge(bin) + edge(bin + 1)) / 2, counts[bin]);
      }
    }
  }
}
