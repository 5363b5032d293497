package dev.mfr;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceBuffer;
import dev.mfr.image.RgbImage;
import dev.mfr.video.FaceTracker;
import dev.mfr.video.TrackingOptions;
import java.util.List;
import java.util.Optional;

/**
 * Finds the faces of a picture and measures their landmarks.
 *
 * <p>A detector that holds native resources also implements {@link AutoCloseable}; the recognizer
 * that it was given to closes it. Implementations must be thread-safe. A lambda will do.
 */
@FunctionalInterface
public interface LandmarkDetector {

  /**
   * {@return all faces of a picture, the most certain one first; empty when there is none}
   *
   * @param image the picture; only read during the call
   */
  List<DetectedFace> detect(RgbImage image);

  /**
   * Writes what {@link #detect} gives into memory of the caller's.
   *
   * <p>The face mesh detector allocates next to nothing here; by default {@code detect} is called
   * and copied.
   *
   * @param image the picture; only read during the call
   * @param faces cleared, then filled in the same order
   */
  default void detectInto(RgbImage image, FaceBuffer faces) {
    faces.clear();
    for (DetectedFace face : detect(image)) {
      faces.add(face);
    }
  }

  /**
   * Writes what {@link #detectInto} gives for several pictures.
   *
   * <p>The face mesh detector runs its networks on all pictures together; by default one picture is
   * looked at after another.
   *
   * @param images the pictures; only read during the call
   * @param faces a buffer for each, written over
   */
  default void detectAllInto(List<RgbImage> images, List<FaceBuffer> faces) {
    for (int i = 0; i < images.size(); i++) {
      detectInto(images.get(i), faces.get(i));
    }
  }

  /**
   * {@return what the faces depend on besides the picture: networks and settings; or empty, and
   * then nothing that it finds is kept in a cache}
   *
   * <p>Equal ids must mean equal faces of equal pictures.
   */
  default Optional<String> id() {
    return Optional.empty();
  }

  /**
   * {@return a tracker for one video, which does not close this detector}
   *
   * <p>By default it detects in every frame and joins the faces by place.
   *
   * @param options when it detects, and how long it remembers a lost face
   */
  default FaceTracker tracker(TrackingOptions options) {
    return FaceTracker.detecting(this, options);
  }
}
