package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkIndex;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;

/**
 * What heads said of the pictures that they were not trained on, row by row of the training set.
 *
 * <p>Immutable and thread-safe.
 */
public final class CrossValidationReport {

  /** The {@link #foldOf} of a row that is only trained on. */
  public static final int UNTESTED = -1;

  /**
   * Probabilities below count as this in a log loss, so that one certain error does not make it
   * infinite: 1e-15.
   */
  public static final double LEAST_PROBABILITY = 1e-15;

  private final int folds;
  private final int[] foldOf;
  private final boolean[] right;
  private final double[] probabilities;

  /** Takes the arrays over. */
  CrossValidationReport(int folds, int[] foldOf, boolean[] right, double[] probabilities) {
    this.folds = folds;
    this.foldOf = foldOf;
    this.right = right;
    this.probabilities = probabilities;
  }

  /** {@return how many rows the training set has} */
  public int rows() {
    return foldOf.length;
  }

  /**
   * {@return the fold that a row was tested in, from 0, or {@link #UNTESTED}}
   *
   * @param row of the training set
   */
  public int foldOf(int row) {
    return foldOf[checkIndex(row, foldOf.length)];
  }

  /**
   * {@return whether a row's first candidate was right; false for a row that was not tested}
   *
   * @param row of the training set
   */
  public boolean right(int row) {
    return right[checkIndex(row, right.length)];
  }

  /**
   * {@return the probability that a row's true person got, 0…1; NaN for a row that was not tested}
   *
   * @param row of the training set
   */
  public double trueProbability(int row) {
    return probabilities[checkIndex(row, probabilities.length)];
  }

  /** {@return the scores of all rows that were tested} */
  public Scores scores() {
    return scores(row -> true);
  }

  /**
   * {@return the scores of some of the rows, such as the masked ones; all were trained alike}
   *
   * @param scored which rows of the training set to count
   * @throws IllegalArgumentException when none of them was tested
   */
  public Scores scores(IntPredicate scored) {
    int[] counts = new int[folds];
    int[] rights = new int[folds];
    double[] losses = new double[folds];
    for (int row = 0; row < foldOf.length; row++) {
      int fold = foldOf[row];
      if (fold != UNTESTED && scored.test(row)) {
        counts[fold]++;
        rights[fold] += right[row] ? 1 : 0;
        losses[fold] -= StrictMath.log(Math.max(LEAST_PROBABILITY, probabilities[row]));
      }
    }
    List<Fold> scores = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      if (counts[fold] > 0) {
        scores.add(
            new Fold(
                fold,
                counts[fold],
                (double) rights[fold] / counts[fold],
                losses[fold] / counts[fold]));
      }
    }
    return new Scores(scores);
  }

  /**
   * The scores of one fold.
   *
   * @param fold its number, from 0
   * @param rows how many rows are counted, at least 1
   * @param accuracy the part of them whose first candidate was right, 0…1
   * @param logLoss the mean of −ln of the true person's probability, in nats, at least 0; {@link
   *     #LEAST_PROBABILITY} bounds it
   */
  public record Fold(int fold, int rows, double accuracy, double logLoss) {}

  /**
   * The scores of some rows.
   *
   * @param folds by number; those without such a row are missing
   */
  public record Scores(List<Fold> folds) {
    public Scores {
      folds = List.copyOf(folds);
      checkArgument(
          !folds.isEmpty(),
          "none of these rows was tested; count rows of people with two photographs");
    }

    /** {@return how many rows are counted} */
    public int rows() {
      return folds.stream().mapToInt(Fold::rows).sum();
    }

    /** {@return the mean accuracy of the folds, 0…1} */
    public double accuracy() {
      return mean(Fold::accuracy);
    }

    /**
     * {@return the standard deviation of the folds' accuracies, with n − 1 in the denominator; NaN
     * for a single fold}
     */
    public double accuracyDeviation() {
      return deviation(Fold::accuracy);
    }

    /** {@return the mean log loss of the folds, in nats} */
    public double logLoss() {
      return mean(Fold::logLoss);
    }

    /**
     * {@return the standard deviation of the folds' log losses, with n − 1 in the denominator; NaN
     * for a single fold}
     */
    public double logLossDeviation() {
      return deviation(Fold::logLoss);
    }

    private double mean(ToDoubleFunction<Fold> figure) {
      return folds.stream().mapToDouble(figure).sum() / folds.size();
    }

    private double deviation(ToDoubleFunction<Fold> figure) {
      double mean = mean(figure);
      double squares =
          folds.stream().mapToDouble(figure).map(value -> (value - mean) * (value - mean)).sum();
      return Math.sqrt(squares / (folds.size() - 1));
    }

    /** {@return such as {@code accuracy 0.9312 ± 0.0102, log loss 0.251 ± 0.031, 5 folds}} */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "accuracy %.4f ± %.4f, log loss %.3f ± %.3f, %d folds",
          accuracy(),
          accuracyDeviation(),
          logLoss(),
          logLossDeviation(),
          folds.size());
    }
  }
}
