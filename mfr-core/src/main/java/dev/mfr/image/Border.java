package dev.mfr.image;

/** What a warp reads outside its picture. */
public enum Border {
  /** Black: every channel 0. */
  BLACK,
  /** The nearest pixel of the picture's edge, repeated. */
  REPLICATE
}
