package dev.mfr.examples.demo;

import dev.mfr.LandmarkDetector;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mask.PlainMask;
import java.util.Comparator;
import java.util.Optional;

/** Puts masks on people in pictures. Stateless and thread-safe. */
public final class MaskedPicture {
  private MaskedPicture() {}

  /**
   * {@return a copy of a picture in which its main face wears a mask; the picture itself when it
   * shows no face}
   *
   * @param picture the picture; not modified
   * @param detector finds the face
   * @param seed chooses the mask
   */
  public static RgbImage of(RgbImage picture, LandmarkDetector detector, long seed) {
    return mainFace(picture, detector)
        .map(face -> PlainMask.draw(picture, face.landmarks(), seed))
        .orElse(picture);
  }

  /** The face that a picture is about, as {@link dev.mfr.Recognition#mainFace()} chooses it. */
  static Optional<DetectedFace> mainFace(RgbImage picture, LandmarkDetector detector) {
    return detector.detect(picture).stream()
        .max(Comparator.comparingDouble(f -> f.prominence(picture.width(), picture.height())));
  }
}
