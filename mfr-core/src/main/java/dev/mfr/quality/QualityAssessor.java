package dev.mfr.quality;

import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;

/** Measures how well a picture shows a face. Implementations are thread-safe. */
@FunctionalInterface
public interface QualityAssessor {

  /**
   * {@return the face's quality}
   *
   * @param image the picture; only read during the call
   * @param face a face of it, in its pixels
   */
  FaceQuality assess(RgbImage image, DetectedFace face);
}
