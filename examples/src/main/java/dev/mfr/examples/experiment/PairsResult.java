package dev.mfr.examples.experiment;

import dev.mfr.evaluation.RocPoint;
import dev.mfr.evaluation.VerificationReport;
import java.util.List;
import java.util.Map;

/**
 * What the comparison of pairs found.
 *
 * @param selection what was compared
 * @param rows case by case, in each the embedders in their order; none when no picture shows a
 *     usable face
 * @param seed of the masks and the halves
 * @param facts ids and settings, for the record
 */
public record PairsResult(
    PairsSelection selection, List<Row> rows, long seed, Map<String, String> facts) {

  /** The false accept rate at which the pairs of the file are reported. */
  public static final double FILE_FAR = 1e-2;

  /** The false accept rates at which all pairs are reported. */
  public static final List<Double> LOW_FARS = List.of(1e-3, 1e-4);

  public PairsResult {
    rows = List.copyOf(rows);
  }

  /**
   * One embedder in one case.
   *
   * @param embedder the embedder's name
   * @param modelId the embedder's id
   * @param pairCase who wears a mask
   * @param pairs on the pairs of the file
   * @param all on all pairs of its pictures
   * @param unmaskedReasons why photographs gave no features, by name
   * @param maskedReasons why masked copies gave none, by the photograph's name
   */
  public record Row(
      String embedder,
      String modelId,
      PairCase pairCase,
      VerificationReport pairs,
      AllPictures all,
      Map<String, String> unmaskedReasons,
      Map<String, String> maskedReasons) {

    /** {@return how many pairs of the file could not be compared} */
    public int leftOut() {
      return pairs.leftOut();
    }

    /**
     * {@return the true accept rate at {@link #FILE_FAR} on the file's pairs, 0…1; NaN when it has
     * too few compared pairs of two people to tell that rate from 0}
     */
    public double fileTar() {
      return pairs.roc().impostorCount() * FILE_FAR < 1 ? Double.NaN : pairs.tarAtFar(FILE_FAR);
    }
  }

  /**
   * All comparisons of two pictures that come from different photographs.
   *
   * @param genuine compared pairs of one person
   * @param impostors compared pairs of two people
   * @param genuineLeftOut pairs of one person that could not be compared
   * @param auc the area under the curve of the compared pairs, NaN without pairs of both kinds
   * @param eer the equal error rate of the compared pairs, likewise
   * @param curve points of the curve, empty without pairs of both kinds
   * @param rates for each of {@link #LOW_FARS}
   */
  public record AllPictures(
      int genuine,
      int impostors,
      int genuineLeftOut,
      double auc,
      double eer,
      List<RocPoint> curve,
      List<Rate> rates) {

    public AllPictures {
      curve = List.copyOf(curve);
      rates = List.copyOf(rates);
    }
  }

  /**
   * A threshold from half of the people, measured on the others; the mean of both ways.
   *
   * @param far the false accept rate asked for on the half that the threshold is from
   * @param tar the part of the other half's pairs of one person that is accepted, those that could
   *     not be compared being refused, 0…1; NaN when a half has too few pairs to tell the rate from
   *     0
   * @param reached the false accept rate on the other half, 0…1; NaN likewise
   */
  public record Rate(double far, double tar, double reached) {}
}
