package dev.mfr;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceViews;
import dev.mfr.image.RgbImage;
import java.util.Optional;

/**
 * Chooses what the networks see of a face: one or more named views.
 *
 * <p>Implementations must be thread-safe and cheap: a view is a window that is rendered later. A
 * lambda will do: {@code (image, face) -> FaceViews.of(FaceView.of("roi", "mine", crop(image,
 * face)))}.
 */
@FunctionalInterface
public interface RoiCropper {

  /**
   * {@return the views of a face, or a rejection when its region is impossible}
   *
   * @param image the picture
   * @param face a face of that picture; its landmarks are valid during the call only, because they
   *     may lie in memory that is used again
   */
  FaceViews crop(RgbImage image, DetectedFace face);

  /**
   * {@return a cropper that gives the views of this one followed by those of another, so that
   * several networks can look at one face; it rejects what either rejects}
   *
   * @param other a cropper whose views have other names
   */
  default RoiCropper and(RoiCropper other) {
    RoiCropper self = this;
    return new RoiCropper() {
      @Override
      public FaceViews crop(RgbImage image, DetectedFace face) {
        FaceViews first = self.crop(image, face);
        if (first.isRejected()) {
          return first;
        }
        return first.and(other.crop(image, face));
      }

      @Override
      public Optional<String> id() {
        return self.id().flatMap(mine -> other.id().map(its -> mine + " & " + its));
      }
    };
  }

  /**
   * {@return what the views depend on besides the picture and the face, such as a recipe; or empty,
   * and then no features of its views are kept in a cache}
   *
   * <p>Equal ids must mean equal views of equal faces.
   */
  default Optional<String> id() {
    return Optional.empty();
  }
}
