package dev.mfr.landmarks.mask;

/** What a mask is made as. */
public enum MaskKind {
  /** A pleated rectangle of non-woven fabric with a wire over the nose and loops to the ears. */
  SURGICAL,
  /** A moulded cup with a welded rim and two bands around the head. */
  N95,
  /** A half-mask folded along its middle, with a welded seam there and loops to the ears. */
  KN95,
  /** Two curved panels of woven cloth, sewn together along the middle; any colour or pattern. */
  CLOTH
}
