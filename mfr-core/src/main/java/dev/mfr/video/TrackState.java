package dev.mfr.video;

/** How a tracked face is known in a frame. */
public enum TrackState {
  /** The detector found it in this frame. */
  DETECTED,

  /**
   * It was measured in this frame where it was last seen; the detector did not run, or missed it.
   */
  FOLLOWED,

  /** It is not seen in this frame; its face is the last one seen. It may come back. */
  LOST
}
