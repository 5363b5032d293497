package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import dev.mfr.Classification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How well people who were never enrolled are refused, and what that costs those who were.
 *
 * <p>Each picture has a score, higher for surer, such as the similarity to the best candidate or
 * its probability; it is given its first candidate's name when the score is at or above a
 * threshold. {@link #identificationRateAt} and the curve go through all thresholds; {@link
 * #byRule()} counts what the classifier itself decided.
 *
 * <p>An enrolled person's picture without a face counts as not identified. A stranger's does not
 * count in any rate, for it would make false positives look rarer.
 *
 * <p>Immutable and thread-safe.
 */
public final class OpenSetReport {
  private final double[] right;
  private final double[] wrong;
  private final double[] strangers;
  private final int knownNoFace;
  private final int strangersNoFace;
  private final OpenSetCounts byRule;
  private final double auroc;

  private OpenSetReport(Builder b) {
    checkArgument(
        b.right.size() + b.wrong.size() > 0 && !b.strangers.isEmpty(),
        "%s pictures of enrolled people and %s of strangers have a score; both kinds are needed",
        b.right.size() + b.wrong.size(),
        b.strangers.size());
    right = Doubles.toArray(b.right);
    wrong = Doubles.toArray(b.wrong);
    strangers = Doubles.toArray(b.strangers);
    Arrays.sort(strangers);
    knownNoFace = b.knownNoFace;
    strangersNoFace = b.strangersNoFace;
    int refused = right.length + wrong.length + knownNoFace - b.identified - b.misidentified;
    byRule =
        new OpenSetCounts(
            b.identified,
            b.misidentified,
            refused,
            b.acceptedStrangers,
            strangers.length - b.acceptedStrangers);
    auroc = RocCurve.of(Doubles.concat(right, wrong), strangers).auc();
  }

  /**
   * One point of the curve.
   *
   * @param threshold scores at or above it are given a name; positive infinity where none is
   * @param falsePositiveRate the part of the strangers' pictures that are given a name, 0…1
   * @param identificationRate the part of the enrolled people's pictures that are given their name,
   *     0…1
   */
  public record Point(double threshold, double falsePositiveRate, double identificationRate) {}

  /** {@return a collector of pictures} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return how many pictures of enrolled people there are, those without a face among them} */
  public int known() {
    return right.length + wrong.length + knownNoFace;
  }

  /** {@return how many pictures of strangers have a face} */
  public int strangers() {
    return strangers.length;
  }

  /** {@return the pictures of enrolled people in which no face was found} */
  public int knownNoFace() {
    return knownNoFace;
  }

  /** {@return the pictures of strangers in which no face was found; they count in no rate} */
  public int strangersNoFace() {
    return strangersNoFace;
  }

  /**
   * {@return the detection and identification rate: the largest part of the enrolled people's
   * pictures that can be given their name while at most {@code falsePositiveRate} of the strangers'
   * are given one, 0…1; no interpolation}
   *
   * @param falsePositiveRate the false-positive identification rate allowed, 0…1
   */
  public double identificationRateAt(double falsePositiveRate) {
    return at(thresholdAt(falsePositiveRate)).identificationRate();
  }

  /**
   * {@return the smallest threshold at which at most {@code falsePositiveRate} of the strangers are
   * given a name; see {@link RocCurve#thresholdAtFar}}
   *
   * @param falsePositiveRate the false-positive identification rate allowed, 0…1
   */
  public double thresholdAt(double falsePositiveRate) {
    return RocCurve.of(Doubles.concat(right, wrong), strangers).thresholdAtFar(falsePositiveRate);
  }

  /**
   * {@return what becomes of all pictures at a threshold, whatever the classifier decided}
   *
   * @param threshold scores at or above it are given their first candidate's name; not NaN
   */
  public OpenSetCounts at(double threshold) {
    checkArgument(!Double.isNaN(threshold), "the threshold is NaN");
    int identified = accepted(right, threshold);
    int misidentified = accepted(wrong, threshold);
    int acceptedStrangers = accepted(strangers, threshold);
    return new OpenSetCounts(
        identified,
        misidentified,
        known() - identified - misidentified,
        acceptedStrangers,
        strangers.length - acceptedStrangers);
  }

  private static int accepted(double[] scores, double threshold) {
    int accepted = 0;
    for (double score : scores) {
      accepted += score >= threshold ? 1 : 0;
    }
    return accepted;
  }

  /** {@return what the classifier's own rule made of all pictures} */
  public OpenSetCounts byRule() {
    return byRule;
  }

  /**
   * {@return points by falling threshold, from nobody named to everybody named, for drawing}
   *
   * @param max how many points at most, 2 or more
   */
  public List<Point> points(int max) {
    List<Point> points = new ArrayList<>();
    for (RocPoint point : RocCurve.of(Doubles.concat(right, wrong), strangers).points(max)) {
      points.add(
          new Point(point.threshold(), point.far(), at(point.threshold()).identificationRate()));
    }
    return List.copyOf(points);
  }

  /**
   * {@return how probably the score of an enrolled person's picture, rightly named or not, lies
   * above a stranger's, 0…1; equal scores count half, pictures without a face do not count}
   */
  public double auroc() {
    return auroc;
  }

  /** {@return the most important numbers in one line} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "OpenSetReport[%d pictures of enrolled people, %d of strangers, AUROC %.4f, by rule %.4f"
            + " identified and %.4f false positives]",
        known(),
        strangers(),
        auroc,
        byRule.identificationRate(),
        byRule.falsePositiveRate());
  }

  /** Collects pictures. Not thread-safe. */
  public static final class Builder {
    private final List<Double> right = new ArrayList<>();
    private final List<Double> wrong = new ArrayList<>();
    private final List<Double> strangers = new ArrayList<>();
    private int knownNoFace;
    private int strangersNoFace;
    private int identified;
    private int misidentified;
    private int acceptedStrangers;

    private Builder() {}

    /**
     * {@return this builder}
     *
     * @param label who the picture shows, one of the enrolled
     * @param predicted the first candidate, believed or not
     * @param score how sure, finite; higher is surer
     * @param accepted whether the classifier's rule gives the picture that name
     */
    public Builder addKnown(String label, String predicted, double score, boolean accepted) {
      boolean correct = label.equals(predicted);
      (correct ? right : wrong).add(finite(score));
      identified += accepted && correct ? 1 : 0;
      misidentified += accepted && !correct ? 1 : 0;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param label who the picture shows, one of the enrolled
     * @param answer what the classifier says of it; one without a candidate is a wrong one
     * @param score how sure, finite, such as {@link Classification#probability()} or a similarity
     */
    public Builder addKnown(String label, Classification answer, double score) {
      String first = answer.ranking().isEmpty() ? "" : answer.ranking().get(0).identity();
      return addKnown(label, first, score, answer.known());
    }

    /** {@return this builder; adds an enrolled person's picture in which no face was found} */
    public Builder addKnownNoFace() {
      knownNoFace++;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param score how sure the classifier is of a stranger, finite; higher is surer
     * @param accepted whether the classifier's rule gives the picture a name
     */
    public Builder addStranger(double score, boolean accepted) {
      strangers.add(finite(score));
      acceptedStrangers += accepted ? 1 : 0;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param answer what the classifier says of a stranger
     * @param score how sure, finite, such as {@link Classification#probability()} or a similarity
     */
    public Builder addStranger(Classification answer, double score) {
      return addStranger(score, answer.known());
    }

    /** {@return this builder; adds a stranger's picture in which no face was found} */
    public Builder addStrangerNoFace() {
      strangersNoFace++;
      return this;
    }

    private static double finite(double score) {
      checkArgument(
          Double.isFinite(score),
          "a picture's score is %s; add pictures without a face as such",
          score);
      return score;
    }

    /**
     * {@return the report of all that was added}
     *
     * @throws IllegalArgumentException when no enrolled person's picture or no stranger's has a
     *     score
     */
    public OpenSetReport build() {
      return new OpenSetReport(this);
    }
  }
}
