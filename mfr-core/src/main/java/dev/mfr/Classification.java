package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.MaskReading;
import java.util.List;
import java.util.Optional;

/**
 * What a classifier says of one face: a ranking of the people it knows, and whether the first of
 * them is believed.
 *
 * @param ranking candidates by falling probability; may be cut after the first few, and empty when
 *     nobody is known
 * @param known whether the first candidate is the answer; otherwise the face is of nobody known
 * @param explanation why the first candidate is not believed, a phrase; empty when it is
 * @param mask whether the face wears a mask, where the classifier looks: a gallery's does
 */
public record Classification(
    List<RankedIdentity> ranking, boolean known, String explanation, MaskReading mask) {

  public Classification {
    ranking = List.copyOf(ranking);
    checkArgument(!known || !ranking.isEmpty(), "a known person needs a ranking");
    for (int i = 1; i < ranking.size(); i++) {
      checkArgument(
          ranking.get(i - 1).probability() >= ranking.get(i).probability(),
          "a ranking falls in probability, got %s before %s",
          ranking.get(i - 1).probability(),
          ranking.get(i).probability());
    }
  }

  /**
   * An answer of a classifier that does not look for masks.
   *
   * @param ranking candidates by falling probability
   * @param known whether the first candidate is the answer
   * @param explanation why the first candidate is not believed, a phrase; empty when it is
   */
  public Classification(List<RankedIdentity> ranking, boolean known, String explanation) {
    this(ranking, known, explanation, MaskReading.NONE);
  }

  /**
   * {@return the answer that the first candidate is the person}
   *
   * @param ranking candidates by falling probability, at least one
   */
  public static Classification known(List<RankedIdentity> ranking) {
    return new Classification(ranking, true, "");
  }

  /**
   * {@return the answer that the face is of nobody known}
   *
   * @param ranking candidates by falling probability; may be empty
   * @param explanation why the first candidate is not believed, a phrase
   */
  public static Classification unknown(List<RankedIdentity> ranking, String explanation) {
    return new Classification(ranking, false, explanation);
  }

  /** {@return the person, or empty for nobody known} */
  public Optional<String> identity() {
    return known ? Optional.of(ranking.get(0).identity()) : Optional.empty();
  }

  /** {@return the first candidate's probability, believed or not; 0 when there is no candidate} */
  public double probability() {
    return ranking.isEmpty() ? 0 : ranking.get(0).probability();
  }

  /**
   * {@return the first candidate's similarity, believed or not, −1…1; not a number when there is no
   * candidate or the classifier gives none}
   */
  public double similarity() {
    return ranking.isEmpty() ? Double.NaN : ranking.get(0).similarity();
  }
}
