package dev.mfr.video;

import dev.mfr.Classification;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import java.util.Optional;

/**
 * A face that is seen in a frame, and who it is by all looks at its track.
 *
 * @param tracked where it is, and its track
 * @param classification who it is by all looks so far: the {@link IdentityVote}
 * @param looks how many frames of the track were classified so far
 * @param settled whether the vote is settled, so that the face is classified more seldom
 * @param look what the classifier says of this frame alone; empty when it was not asked
 */
public record VideoFace(
    TrackedFace tracked,
    Classification classification,
    long looks,
    boolean settled,
    Optional<Classification> look) {

  /** {@return the number of its track} */
  public long track() {
    return tracked.track();
  }

  /** {@return the person, or empty for nobody known} */
  public Optional<String> identity() {
    return classification.identity();
  }

  /** {@return the mean probability of the first candidate, believed or not, 0…1} */
  public double probability() {
    return classification.probability();
  }

  /** {@return the face's box, in pixels of the frame} */
  public Box box() {
    return tracked.face().box();
  }

  /** {@return the face's landmarks, in pixels of the frame} */
  public Landmarks landmarks() {
    return tracked.face().landmarks();
  }
}
