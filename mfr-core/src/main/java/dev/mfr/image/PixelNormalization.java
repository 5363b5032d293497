package dev.mfr.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How a channel value 0…255 becomes a network's input: {@code value · scale + offset}, the same for
 * the three channels.
 *
 * @param scale factor, finite and not 0
 * @param offset added afterwards, finite
 */
public record PixelNormalization(float scale, float offset) {

  /** {@code x / 127.5 − 1}: −1…1. BlazeFace and the ResNet-50. */
  public static final PixelNormalization SIGNED_UNIT = new PixelNormalization(1 / 127.5f, -1);

  /** {@code x / 255}: 0…1. The face mesh. */
  public static final PixelNormalization UNIT = new PixelNormalization(1 / 255f, 0);

  /** {@code x}: 0…255 as it is. dlib's face recognition network. */
  public static final PixelNormalization RAW = new PixelNormalization(1, 0);

  public PixelNormalization {
    checkArgument(
        Float.isFinite(scale) && scale != 0 && Float.isFinite(offset),
        "a normalisation needs a finite scale that is not 0 and a finite offset, got %s and %s",
        scale,
        offset);
  }
}
