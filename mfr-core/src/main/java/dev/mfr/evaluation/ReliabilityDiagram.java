package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.Classification;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether probabilities can be taken at their word: of the answers given with a probability near
 * 0.8, are eight in ten right?
 *
 * <p>Judged is the statement "the first candidate is the person", with the first candidate's
 * probability, believed or not; so the scores are of a yes or no and not of the whole ranking,
 * which may be cut. An answer without a candidate states nothing and is not judged.
 *
 * <p>Immutable and thread-safe.
 */
public final class ReliabilityDiagram {
  /** The smallest probability that {@link #negativeLogLikelihood()} takes the logarithm of. */
  public static final double MIN_PROBABILITY = 1e-12;

  private final List<Bin> bins;
  private final int count;
  private final double brierScore;
  private final double negativeLogLikelihood;

  private ReliabilityDiagram(Builder b) {
    List<Bin> all = new ArrayList<>();
    int n = b.counts.length;
    for (int i = 0; i < n; i++) {
      all.add(
          new Bin(
              (double) i / n,
              (i + 1.) / n,
              b.counts[i],
              b.probabilities[i] / b.counts[i],
              (double) b.correct[i] / b.counts[i]));
    }
    bins = List.copyOf(all);
    count = b.count;
    brierScore = b.squares / b.count;
    negativeLogLikelihood = b.logs / b.count;
  }

  /**
   * Answers of about one probability.
   *
   * @param from the lowest probability in it
   * @param to its end; excluded, but for 1
   * @param count how many answers there are
   * @param meanProbability their mean probability; NaN for no answer
   * @param accuracy the right ones among them, 0…1; NaN for no answer
   */
  public record Bin(double from, double to, int count, double meanProbability, double accuracy) {}

  /**
   * {@return a collector of answers}
   *
   * @param bins how many bins of equal width there are between 0 and 1, at least 1
   */
  public static Builder builder(int bins) {
    return new Builder(bins);
  }

  /** {@return the bins by rising probability, empty ones among them} */
  public List<Bin> bins() {
    return bins;
  }

  /** {@return how many answers were judged} */
  public int count() {
    return count;
  }

  /**
   * {@return the expected calibration error, 0…1: the mean distance of a bin's mean probability
   * from its accuracy, weighted by its answers; NaN without answers}
   */
  public double expectedCalibrationError() {
    double sum = 0;
    for (Bin bin : bins) {
      sum += bin.count == 0 ? 0 : bin.count * Math.abs(bin.meanProbability - bin.accuracy);
    }
    return sum / count;
  }

  /**
   * {@return the mean squared difference of the probability from 1 where right and from 0 where
   * wrong, 0…1; 0 is perfect; NaN without answers}
   */
  public double brierScore() {
    return brierScore;
  }

  /**
   * {@return the mean of −ln p where right and −ln(1 − p) where wrong, with {@value
   * #MIN_PROBABILITY} in place of what is smaller; 0 is perfect; NaN without answers}
   */
  public double negativeLogLikelihood() {
    return negativeLogLikelihood;
  }

  /** {@return the most important numbers in one line} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ReliabilityDiagram[%d answers, calibration error %.4f, Brier score %.4f]",
        count,
        expectedCalibrationError(),
        brierScore);
  }

  /** Collects answers. Not thread-safe. */
  public static final class Builder {
    private final int[] counts;
    private final int[] correct;
    private final double[] probabilities;
    private int count;
    private double squares;
    private double logs;

    private Builder(int bins) {
      checkArgument(bins >= 1, "a diagram needs 1 bin or more, got %s", bins);
      counts = new int[bins];
      correct = new int[bins];
      probabilities = new double[bins];
    }

    /**
     * {@return this builder}
     *
     * @param probability how probable the answer was said to be, 0…1
     * @param right whether it is right
     */
    public Builder add(double probability, boolean right) {
      checkArgument(
          probability >= 0 && probability <= 1, "a probability lies in 0…1, got %s", probability);
      int bin = Math.min(counts.length - 1, (int) (probability * counts.length));
      counts[bin]++;
      correct[bin] += right ? 1 : 0;
      probabilities[bin] += probability;
      count++;
      double ofTheTruth = right ? probability : 1 - probability;
      squares += (1 - ofTheTruth) * (1 - ofTheTruth);
      logs -= StrictMath.log(Math.max(MIN_PROBABILITY, ofTheTruth));
      return this;
    }

    /**
     * {@return this builder; an answer without candidates is passed over}
     *
     * @param label who the picture shows
     * @param answer what the classifier says of it
     */
    public Builder add(String label, Classification answer) {
      if (answer.ranking().isEmpty()) {
        return this;
      }
      return add(answer.probability(), answer.ranking().get(0).identity().equals(label));
    }

    /** {@return the diagram of all that was added} */
    public ReliabilityDiagram build() {
      return new ReliabilityDiagram(this);
    }
  }
}
