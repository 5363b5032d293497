package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well pairs of pictures are told to show one person or two, by the protocol of Labeled Faces
 * in the Wild.
 *
 * <p>For each fold the threshold is the one that is most accurate on all pairs of the other folds
 * ({@link RocCurve#mostAccurateThreshold()}), so no pair is judged with a threshold that it helped
 * to choose. The accuracy is the mean over the folds.
 *
 * <p>A pair that could not be compared, because a picture shows no face, counts as judged wrongly
 * in {@link #accuracy()}, whichever kind it is, and has no part in choosing thresholds; {@link
 * #answeredAccuracy()} leaves it out. In {@link #tarAtFar} a left-out pair of one person counts as
 * refused, and one of two people does not count, for it would make false accepts look rarer. {@link
 * #roc()} is of the compared pairs only.
 *
 * <p>Immutable and thread-safe.
 */
public final class VerificationReport {
  private final List<FoldScore> folds;
  private final RocCurve roc;
  private final int leftOutSame;
  private final int leftOutDifferent;

  private VerificationReport(Builder b) {
    checkArgument(
        b.folds.size() >= 2,
        "the protocol needs 2 folds or more, got %s; with a single fold use RocCurve and a threshold"
            + " chosen on other pairs",
        b.folds.size());
    List<FoldScore> scores = new ArrayList<>();
    b.folds.forEach((number, fold) -> scores.add(score(number, fold, b.folds)));
    folds = List.copyOf(scores);
    roc = curve(b.folds, -1, "all folds");
    leftOutSame = b.folds.values().stream().mapToInt(f -> f.leftOutSame).sum();
    leftOutDifferent = b.folds.values().stream().mapToInt(f -> f.leftOutDifferent).sum();
  }

  private static FoldScore score(int number, Fold fold, Map<Integer, Fold> all) {
    double threshold =
        curve(all, number, "the folds other than fold " + number).mostAccurateThreshold();
    int correct = 0;
    for (double score : fold.same) {
      correct += score >= threshold ? 1 : 0;
    }
    for (double score : fold.different) {
      correct += score < threshold ? 1 : 0;
    }
    int leftOut = fold.leftOutSame + fold.leftOutDifferent;
    return new FoldScore(
        number, fold.same.size() + fold.different.size() + leftOut, leftOut, threshold, correct);
  }

  private static RocCurve curve(Map<Integer, Fold> folds, int except, String name) {
    List<Double> same = new ArrayList<>();
    List<Double> different = new ArrayList<>();
    folds.forEach(
        (number, fold) -> {
          if (number != except) {
            same.addAll(fold.same);
            different.addAll(fold.different);
          }
        });
    checkArgument(
        !same.isEmpty() && !different.isEmpty(),
        "%s have %s compared pairs of one person and %s of two people; both kinds are needed to choose"
            + " a threshold",
        name,
        same.size(),
        different.size());
    return RocCurve.ofOwned(Doubles.toArray(same), Doubles.toArray(different));
  }

  /** {@return a collector of pairs} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return how many pairs there are, those left out among them} */
  public int pairs() {
    return folds.stream().mapToInt(FoldScore::pairs).sum();
  }

  /** {@return the pairs that could not be compared} */
  public int leftOut() {
    return leftOutSame + leftOutDifferent;
  }

  /** {@return the folds by number} */
  public List<FoldScore> folds() {
    return folds;
  }

  /** {@return the mean accuracy of the folds, 0…1; pairs left out are wrong} */
  public double accuracy() {
    return folds.stream().mapToDouble(FoldScore::accuracy).average().orElse(Double.NaN);
  }

  /**
   * {@return the standard error of {@link #accuracy()}: the standard deviation of the folds'
   * accuracies (n − 1 in the denominator) over the root of their number}
   */
  public double standardError() {
    double mean = accuracy();
    double squares =
        folds.stream().mapToDouble(f -> (f.accuracy() - mean) * (f.accuracy() - mean)).sum();
    return Math.sqrt(squares / (folds.size() - 1) / folds.size());
  }

  /** {@return the part of all compared pairs, of whichever fold, that is judged rightly, 0…1} */
  public double answeredAccuracy() {
    return (double) folds.stream().mapToInt(FoldScore::correct).sum() / (pairs() - leftOut());
  }

  /** {@return the curve of all compared pairs, with AUC and equal error rate} */
  public RocCurve roc() {
    return roc;
  }

  /**
   * {@return the part of all pairs of one person that is accepted at the lowest threshold that
   * accepts at most {@code far} of the compared pairs of two people, 0…1; pairs left out are
   * refused}
   *
   * @param far the false accept rate allowed, 0…1
   */
  public double tarAtFar(double far) {
    return roc.tarAtFar(far) * roc.genuineCount() / (roc.genuineCount() + leftOutSame);
  }

  /** {@return the most important numbers in one line} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "VerificationReport[%d pairs in %d folds, accuracy %.4f ± %.4f, EER %.4f, %d left out]",
        pairs(),
        folds.size(),
        accuracy(),
        standardError(),
        roc.eer(),
        leftOut());
  }

  private static final class Fold {
    private final List<Double> same = new ArrayList<>();
    private final List<Double> different = new ArrayList<>();
    private int leftOutSame;
    private int leftOutDifferent;
  }

  /** Collects pairs. Not thread-safe. */
  public static final class Builder {
    private final SortedMap<Integer, Fold> folds = new TreeMap<>();

    private Builder() {}

    private Fold fold(int number) {
      checkArgument(number >= 0, "a fold's number must not be negative, got %s", number);
      return folds.computeIfAbsent(number, n -> new Fold());
    }

    /**
     * {@return this builder}
     *
     * @param fold the pair's fold, 0 or more
     * @param same whether both pictures show one person
     * @param score how alike they are, finite; higher is more alike
     */
    public Builder add(int fold, boolean same, double score) {
      checkArgument(
          Double.isFinite(score),
          "a pair's score is %s; add pairs that could not be compared with addLeftOut",
          score);
      Fold of = fold(fold);
      (same ? of.same : of.different).add(score);
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param fold the fold, 0 or more, of a pair that could not be compared
     * @param same whether both pictures show one person
     */
    public Builder addLeftOut(int fold, boolean same) {
      Fold of = fold(fold);
      of.leftOutSame += same ? 1 : 0;
      of.leftOutDifferent += same ? 0 : 1;
      return this;
    }

    /**
     * {@return the report of all that was added}
     *
     * @throws IllegalArgumentException when there are fewer than two folds, or when the folds other
     *     than some fold lack compared pairs of one person or of two people
     */
    public VerificationReport build() {
      return new VerificationReport(this);
    }
  }
}
