package dev.mfr.landmarks.mask;

/** What is printed on a mask; only cloth is printed. */
public enum MaskPattern {
  /** One colour. */
  PLAIN,
  /** Parallel stripes of the second colour, at any angle. */
  STRIPES,
  /** Dots of the second colour. */
  DOTS,
  /** Checks: two crossing bands of the second colour. */
  CHECKS,
  /** Soft-edged blotches of the second colour and of mixtures, like camouflage. */
  BLOTCHES
}
