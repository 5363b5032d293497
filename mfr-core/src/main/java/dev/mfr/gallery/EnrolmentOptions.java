package dev.mfr.gallery;

import dev.mfr.Augmentation;
import dev.mfr.quality.QualityGate;
import java.util.Optional;
import java.util.Set;

/**
 * What an enrolment asks of a picture, and what is made of it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param gate which pictures are good enough; default {@link QualityGate#enrolment()}
 * @param maskedCopies draws masks on the picture for further templates, which is what makes masked
 *     probes match; default: what the class path offers, with mfr-landmarks one copy; {@link
 *     Augmentation#NONE} for none. A face that wears a mask already gets none
 * @param faces what to do when a picture shows several people; default {@link Faces#ONE}
 * @param tags words that whoever is enrolled gets, besides those that the person has; written
 *     together with the templates; default: none
 */
public record EnrolmentOptions(
    QualityGate gate, Optional<Augmentation> maskedCopies, Faces faces, Set<String> tags) {

  public EnrolmentOptions {
    tags = Set.copyOf(tags);
  }

  /** Whom a picture may show. */
  public enum Faces {
    /**
     * One person: the one whose eyes are farthest apart, the nearest. Faces whose eyes are less
     * than half as far apart are taken for people in the background. Where another face is as near
     * as that, or more prominent in the picture, it is asked which one is meant.
     */
    ONE,
    /** Several; the most prominent one is meant. For collections that are known to be so. */
    MOST_PROMINENT
  }

  /** {@return the defaults} */
  public static EnrolmentOptions defaults() {
    return new EnrolmentOptions(QualityGate.enrolment(), Optional.empty(), Faces.ONE, Set.of());
  }

  /**
   * {@return these options with another gate}
   *
   * @param other which pictures are good enough
   */
  public EnrolmentOptions withGate(QualityGate other) {
    return new EnrolmentOptions(other, maskedCopies, faces, tags);
  }

  /**
   * {@return these options with other masked copies}
   *
   * @param copies draws masks; {@link Augmentation#NONE} for none
   */
  public EnrolmentOptions withMaskedCopies(Augmentation copies) {
    return new EnrolmentOptions(gate, Optional.of(copies), faces, tags);
  }

  /**
   * {@return these options with another rule for several people}
   *
   * @param rule whom a picture may show
   */
  public EnrolmentOptions withFaces(Faces rule) {
    return new EnrolmentOptions(gate, maskedCopies, rule, tags);
  }

  /**
   * {@return these options with other tags}
   *
   * @param words such as a site or a group; none blank
   */
  public EnrolmentOptions withTags(Set<String> words) {
    return new EnrolmentOptions(gate, maskedCopies, faces, words);
  }
}
