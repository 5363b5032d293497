package dev.mfr.dataset;

import dev.mfr.image.RgbImage;
import java.util.Optional;

/**
 * Gives a picture when it is asked for, so that a data set need not fit into memory.
 *
 * <p>Implementations must be thread-safe and give the same pixels each time.
 */
@FunctionalInterface
public interface PictureSource {

  /**
   * {@return the picture; each call may read it anew}
   *
   * @throws dev.mfr.image.ImageDecodeException when it cannot be read
   */
  RgbImage load();

  /**
   * {@return what stands for the pixels where that is known without making them, such as a copy's
   * original and what was done to it; or empty, the usual case, in which the pixels themselves do}
   *
   * <p>Equal ids must mean equal pixels: a cache finds features by it.
   */
  default Optional<String> contentId() {
    return Optional.empty();
  }
}
