package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.MaskState;

/**
 * A run of the embedding that comes from one network, and what a probe's numbers in it are
 * multiplied by.
 *
 * @param length how many numbers, at least 1
 * @param unmaskedFactor for a probe without a mask, 0 or more
 * @param maskedFactor for a probe that wears a mask, or may, 0 or more
 */
public record ProbeBlock(int length, double unmaskedFactor, double maskedFactor) {

  public ProbeBlock {
    checkArgument(length >= 1, "a block has 1 number or more, got %s", length);
    checkArgument(
        unmaskedFactor >= 0 && maskedFactor >= 0 && Double.isFinite(unmaskedFactor + maskedFactor),
        "factors are 0 or more, got %s and %s",
        unmaskedFactor,
        maskedFactor);
  }

  /**
   * {@return the factor for a probe}
   *
   * @param probe its state; one that is not sure counts as masked
   */
  public double factor(MaskState probe) {
    return probe == MaskState.UNMASKED ? unmaskedFactor : maskedFactor;
  }
}
