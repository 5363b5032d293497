package dev.mfr.video;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * When a tracker looks for faces, and how long it remembers one that is gone. In frames, as the
 * tracker is given them.
 *
 * @param detectEvery from one look of the detector to the next while every face is followed: how
 *     late a new face may be found; default 15, half a second at 30 frames a second
 * @param searchEvery the same while a face is lost or there is none; default 3
 * @param memory how long a lost face may come back under its number; default 30
 */
public record TrackingOptions(int detectEvery, int searchEvery, int memory) {
  private static final TrackingOptions DEFAULTS = new TrackingOptions(15, 3, 30);

  public TrackingOptions {
    checkArgument(
        detectEvery >= 1, "the detector looks every frame or more seldom, got %s", detectEvery);
    checkArgument(
        searchEvery >= 1, "a search looks every frame or more seldom, got %s", searchEvery);
    checkArgument(memory >= 0, "the memory in frames must not be negative, got %s", memory);
  }

  /** {@return a look every 15 frames, every 3 in search, a memory of 30} */
  public static TrackingOptions defaults() {
    return DEFAULTS;
  }

  /**
   * {@return these options with another distance between looks while every face is followed}
   *
   * @param frames 1 or more; 1 detects in every frame
   */
  public TrackingOptions withDetectEvery(int frames) {
    return new TrackingOptions(frames, searchEvery, memory);
  }

  /**
   * {@return these options with another distance between looks in search}
   *
   * @param frames 1 or more
   */
  public TrackingOptions withSearchEvery(int frames) {
    return new TrackingOptions(detectEvery, frames, memory);
  }

  /**
   * {@return these options with another memory}
   *
   * @param frames 0 or more; 0 forgets at once
   */
  public TrackingOptions withMemory(int frames) {
    return new TrackingOptions(detectEvery, searchEvery, frames);
  }
}
