package dev.mfr.video;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.DetectedFace;

/**
 * One face of a video in one frame.
 *
 * @param track the number of its track: the same face has the same number in every frame, and no
 *     other face of the tracker ever has it
 * @param age how many frames ago the track began, 0 in its first
 * @param state how it is known in this frame
 * @param face where it is, in pixels of the frame, or was, when it is {@link TrackState#LOST}; the
 *     score is the one of its last detection
 */
public record TrackedFace(long track, long age, TrackState state, DetectedFace face) {

  public TrackedFace {
    checkArgument(age >= 0, "an age is not negative, got %s", age);
  }

  /** {@return whether the face is seen in this frame} */
  public boolean isVisible() {
    return state != TrackState.LOST;
  }
}
