package dev.mfr.gallery;

/** What a template was made from. */
public enum TemplateOrigin {
  /** The picture as it was. */
  PHOTOGRAPH,
  /** The picture with a mask drawn on it. */
  SYNTHETIC_MASK
}
