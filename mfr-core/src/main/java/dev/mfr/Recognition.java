package dev.mfr;

import static com.google.common.collect.ImmutableList.toImmutableList;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a recognizer says of one picture. A picture without a face has no faces here: that is a
 * result, not an error.
 *
 * @param width the picture's width in pixels
 * @param height the picture's height in pixels
 * @param faces every usable face, the one that the detector is surest of first
 * @param rejected what was detected and cannot be used, with the reason
 * @param timings how long it took
 */
public record Recognition(
    int width,
    int height,
    List<RecognizedFace> faces,
    List<RejectedFace> rejected,
    StageTimings timings) {

  public Recognition {
    faces = List.copyOf(faces);
    rejected = List.copyOf(rejected);
  }

  /**
   * {@return the face that the picture is about: large and near the middle ({@link
   * dev.mfr.face.DetectedFace#prominence}); empty when there is no face}
   */
  public Optional<RecognizedFace> mainFace() {
    return faces.stream().max(Comparator.comparingDouble(f -> f.face().prominence(width, height)));
  }

  /** {@return the people who were recognised, in the order of their faces; nobody unknown} */
  public List<String> identities() {
    return faces.stream().flatMap(f -> f.identity().stream()).collect(toImmutableList());
  }
}
