package dev.mfr.examples.demo;

import dev.mfr.LandmarkDetector;
import dev.mfr.MfrException;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mask.MaskObstacle;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import java.util.Comparator;
import java.util.Optional;

/** Puts masks on people in pictures. Stateless and thread-safe. */
public final class MaskPainter {
  private static final MaskSynthesizer MASKS = MaskSynthesizer.create();

  private MaskPainter() {}

  /**
   * {@return a copy of a picture in which its main face wears a mask}
   *
   * @param picture the picture; not modified
   * @param detector finds the face
   * @param seed chooses the mask
   * @throws MfrException when the picture shows no face, or one that cannot wear a mask
   */
  public static RgbImage mask(RgbImage picture, LandmarkDetector detector, long seed) {
    DetectedFace face =
        mainFace(picture, detector)
            .orElseThrow(() -> new MfrException("no mask can be drawn: no face was found"));
    Optional<MaskObstacle> obstacle = MASKS.obstacle(picture, face.landmarks());
    if (obstacle.isPresent()) {
      throw new MfrException("no mask can be drawn: " + obstacle.get().sentence());
    }
    return MASKS.synthesize(picture, face.landmarks(), seed).image();
  }

  /** The face that a picture is about, as {@link dev.mfr.Recognition#mainFace()} chooses it. */
  static Optional<DetectedFace> mainFace(RgbImage picture, LandmarkDetector detector) {
    return detector.detect(picture).stream()
        .max(Comparator.comparingDouble(f -> f.prominence(picture.width(), picture.height())));
  }
}
