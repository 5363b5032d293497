package dev.mfr.dataset;

import dev.mfr.image.RgbImage;

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
}
