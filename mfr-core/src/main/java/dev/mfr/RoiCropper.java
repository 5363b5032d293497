package dev.mfr;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

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
   * @param face a face of that picture
   */
  FaceViews crop(RgbImage image, DetectedFace face);

  /**
   * {@return a cropper that gives the views of this one followed by those of another, so that
   * several networks can look at one face; it rejects what either rejects}
   *
   * @param other a cropper whose views have other names
   */
  default RoiCropper and(RoiCropper other) {
    return (image, face) -> {
      FaceViews first = crop(image, face);
      if (first.isRejected()) {
        return first;
      }
      FaceViews second = other.crop(image, face);
      if (second.isRejected()) {
        return second;
      }
      List<FaceView> all = new ArrayList<>(first.list());
      all.addAll(second.list());
      return FaceViews.of(all);
    };
  }
}
