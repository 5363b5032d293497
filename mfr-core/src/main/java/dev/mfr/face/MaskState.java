package dev.mfr.face;

/** Whether a face wears a mask over mouth and nose. */
public enum MaskState {
  /** Nose and mouth are to be seen. */
  UNMASKED,
  /** A mask covers them. */
  MASKED,
  /** Cannot be told, or nobody looked. */
  NOT_SURE
}
