package dev.mfr.gallery;

import dev.mfr.face.MaskReading;
import java.util.List;
import java.util.Optional;

/**
 * Who of a gallery a face is: a person, or nobody known; never the least bad match.
 *
 * @param candidates the most alike people, the most alike first; empty when the gallery is empty,
 *     the filter accepts nobody, or nobody whom it accepts has a template that answers such a
 *     probe: one enrolled with a mask only does not answer a bare face
 * @param known whether the first candidate is the answer
 * @param threshold what the similarity was compared with
 * @param mask whether the face wears a mask; it chose the threshold
 */
public record Identification(
    List<Candidate> candidates, boolean known, DecisionThreshold threshold, MaskReading mask) {

  public Identification {
    candidates = List.copyOf(candidates);
  }

  /** {@return the person's name, or empty for nobody known} */
  public Optional<String> person() {
    return known ? Optional.of(candidates.get(0).name()) : Optional.empty();
  }

  /** {@return the first candidate's similarity, believed or not; −1 when there is none} */
  public double similarity() {
    return candidates.isEmpty() ? -1 : candidates.get(0).similarity();
  }

  /**
   * {@return how much more alike the first candidate is than the second; 2, the greatest there is,
   * when there is no second}
   */
  public double margin() {
    return candidates.size() < 2
        ? 2
        : candidates.get(0).similarity() - candidates.get(1).similarity();
  }

  /** {@return whether somebody was found and at which similarity, never who} */
  @Override
  public String toString() {
    return "Identification[" + (known ? "known, " : "nobody known, ") + similarity() + "]";
  }
}
