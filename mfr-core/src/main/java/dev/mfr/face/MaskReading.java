package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What an estimator says of a mask on a face.
 *
 * @param state masked, unmasked, or not sure
 * @param probability how probable a mask is, 0…1
 */
public record MaskReading(MaskState state, double probability) {

  /** Nobody looked. */
  public static final MaskReading NONE = new MaskReading(MaskState.NOT_SURE, .5);

  public MaskReading {
    checkArgument(
        probability >= 0 && probability <= 1,
        "the probability of a mask must lie in 0…1, got %s",
        probability);
  }
}
