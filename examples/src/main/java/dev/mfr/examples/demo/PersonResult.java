package dev.mfr.examples.demo;

import dev.mfr.Recognition;
import dev.mfr.RecognizedFace;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import java.util.List;

/**
 * What the demo found out about one person.
 *
 * @param portrait the person
 * @param original the portrait's picture
 * @param face the face in it
 * @param masked pictures of the person with masks drawn on
 * @param enrolled what the recognizer that knows everybody says of the masked pictures
 * @param leftOutMasked what the recognizer that knows everybody else says of the masked pictures
 * @param leftOutUnmasked what the recognizer that knows everybody else says of the same pictures
 *     before the masks were drawn
 */
public record PersonResult(
    Portrait portrait,
    RgbImage original,
    DetectedFace face,
    List<RgbImage> masked,
    List<Recognition> enrolled,
    List<Recognition> leftOutMasked,
    List<Recognition> leftOutUnmasked) {

  public PersonResult {
    masked = List.copyOf(masked);
    enrolled = List.copyOf(enrolled);
    leftOutMasked = List.copyOf(leftOutMasked);
    leftOutUnmasked = List.copyOf(leftOutUnmasked);
  }

  /**
   * {@return whether the main face is recognised as this person}
   *
   * @param recognition of a picture of this person
   */
  public boolean isRight(Recognition recognition) {
    return recognition
        .mainFace()
        .flatMap(RecognizedFace::identity)
        .filter(portrait.person()::equals)
        .isPresent();
  }

  /**
   * {@return whether there is a face and nobody known is recognised}
   *
   * @param recognition of a picture
   */
  public static boolean isUnknown(Recognition recognition) {
    return recognition.mainFace().isPresent() && recognition.mainFace().get().identity().isEmpty();
  }

  /** {@return how many masked pictures are recognised as this person} */
  public int recognised() {
    return (int) enrolled.stream().filter(this::isRight).count();
  }

  /** {@return the mean probability that the masked pictures are given for this person, 0…1} */
  public double meanProbability() {
    return enrolled.stream()
        .mapToDouble(
            recognition ->
                recognition.mainFace().stream()
                    .flatMap(face -> face.ranking().stream())
                    .filter(candidate -> candidate.identity().equals(portrait.person()))
                    .mapToDouble(candidate -> candidate.probability())
                    .sum())
        .average()
        .orElse(Double.NaN);
  }

  /** {@return how many masked pictures are of nobody known when this person is left out} */
  public int unknownMasked() {
    return (int) leftOutMasked.stream().filter(PersonResult::isUnknown).count();
  }

  /** {@return how many unmasked pictures are of nobody known when this person is left out} */
  public int unknownUnmasked() {
    return (int) leftOutUnmasked.stream().filter(PersonResult::isUnknown).count();
  }

  /** {@return whether everything came out as it should} */
  public boolean isAsExpected() {
    return recognised() == enrolled.size()
        && unknownMasked() == leftOutMasked.size()
        && unknownUnmasked() == leftOutUnmasked.size();
  }
}
