package dev.mfr.gallery;

import dev.mfr.face.MaskState;

/**
 * Who wears a mask on two pictures that are compared.
 *
 * <p>Strangers with masks are more alike than strangers without: each pairing has a threshold of
 * its own.
 */
public enum MaskPairing {
  /** Nobody. */
  BOTH_UNMASKED,
  /** One of the two. */
  ONE_MASKED,
  /** Both. */
  BOTH_MASKED;

  /**
   * {@return the pairing of two faces; who may wear a mask counts as if he did}
   *
   * @param a one face's state
   * @param b the other's
   */
  public static MaskPairing of(MaskState a, MaskState b) {
    boolean first = a != MaskState.UNMASKED;
    boolean second = b != MaskState.UNMASKED;
    return first && second ? BOTH_MASKED : first || second ? ONE_MASKED : BOTH_UNMASKED;
  }

  /**
   * {@return the state that chooses a comparison's weights: masked as soon as one of the two is}
   */
  public MaskState weighedAs() {
    return this == BOTH_UNMASKED ? MaskState.UNMASKED : MaskState.MASKED;
  }

  /** Who wears one, as a sentence goes on. */
  String words() {
    return switch (this) {
      case BOTH_UNMASKED -> "without masks";
      case ONE_MASKED -> "with one mask";
      case BOTH_MASKED -> "with two masks";
    };
  }
}
