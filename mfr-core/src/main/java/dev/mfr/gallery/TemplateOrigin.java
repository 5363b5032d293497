package dev.mfr.gallery;

import dev.mfr.face.MaskState;

/** What a template was made from. */
public enum TemplateOrigin {
  /** The picture as it was. */
  PHOTOGRAPH,
  /** The picture with a mask drawn on it. */
  SYNTHETIC_MASK;

  /**
   * {@return whether a template of this origin is compared with a probe: one with a drawn mask only
   * when the probe wears a mask, or may}
   *
   * <p>Compared with probes without masks, drawn masks make strangers more alike and nobody easier
   * to find.
   *
   * @param probe whether the probe wears a mask
   */
  public boolean answers(MaskState probe) {
    return this == PHOTOGRAPH || probe != MaskState.UNMASKED;
  }
}
