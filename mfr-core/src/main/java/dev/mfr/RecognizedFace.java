package dev.mfr;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.face.MaskReading;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import java.util.List;
import java.util.Optional;

/**
 * A face of a picture and who it is.
 *
 * @param face where it is: box, score, landmarks, presence; in pixels of the picture
 * @param region the four corners of the region that was looked at, in pixels of the picture: top
 *     left, top right, bottom right, bottom left as the face stands
 * @param classification who it is
 */
public record RecognizedFace(DetectedFace face, List<Point> region, Classification classification) {

  public RecognizedFace {
    region = List.copyOf(region);
  }

  /** {@return the person, or empty for nobody known} */
  public Optional<String> identity() {
    return classification.identity();
  }

  /** {@return the probability of the first candidate, believed or not, 0…1} */
  public double probability() {
    return classification.probability();
  }

  /** {@return the candidates by falling probability} */
  public List<RankedIdentity> ranking() {
    return classification.ranking();
  }

  /** {@return whether the face wears a mask, where the classifier looks: a gallery's does} */
  public MaskReading mask() {
    return classification.mask();
  }

  /** {@return the face's box, in pixels} */
  public Box box() {
    return face.box();
  }

  /** {@return the face's landmarks, in pixels} */
  public Landmarks landmarks() {
    return face.landmarks();
  }
}
