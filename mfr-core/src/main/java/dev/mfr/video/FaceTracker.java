package dev.mfr.video;

import dev.mfr.LandmarkDetector;
import dev.mfr.image.RgbImage;
import java.util.List;

/**
 * Follows the faces of one video from frame to frame.
 *
 * <p>One stream, one thread at a time: a tracker remembers the last frame's faces, so a second
 * stream needs a second tracker. {@link LandmarkDetector#tracker} makes one from any detector.
 */
public interface FaceTracker extends AutoCloseable {

  /**
   * {@return every face of the next frame, and the lost ones that may still come back, by track
   * number; a track that is not in the list is over, and its number does not return}
   *
   * @param frame the next frame, as large as the one before; another size begins a new stream. Only
   *     read during the call
   */
  List<TrackedFace> track(RgbImage frame);

  /** Forgets all faces, as for a new stream or after a jump; numbers are not used again. */
  void reset();

  /** Frees what the tracker owns; by default nothing. It does not close its detector. */
  @Override
  default void close() {}

  /**
   * {@return a tracker that detects in every frame and joins the faces by place}
   *
   * <p>For detectors that cannot measure a face without finding it again. It costs what the
   * detector does.
   *
   * @param detector finds the faces; not closed
   * @param options of which the memory counts
   */
  static FaceTracker detecting(LandmarkDetector detector, TrackingOptions options) {
    return new PlaceTracker(detector, null, options);
  }

  /**
   * {@return a tracker that measures the known faces where they were, and detects only when one is
   * lost or in doubt, and now and then for new ones}
   *
   * <p>A face is lost when its measured presence falls below 0.05 and the detector does not find it
   * there either. Between 0.05 and 0.5, as under many a mask, the detector is asked every fifth
   * frame at most, and the face is lost when it refuses twice in a row. From 0.88 on four refusals
   * are needed. A face whose middle leaves the picture is lost, and so is one of two on the same
   * place.
   *
   * @param detector finds faces; not closed
   * @param follower measures a known face again; not closed
   * @param options when to detect, and how long to remember
   */
  static FaceTracker following(
      LandmarkDetector detector, FaceFollower follower, TrackingOptions options) {
    return new PlaceTracker(detector, follower, options);
  }
}
