package dev.mfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import org.junit.jupiter.api.Test;

class RoiCropperTest {
  private static final RgbImage IMAGE = RgbImage.wrap(new byte[3], 0, 1, 1, 3, PixelFormat.RGB);
  private static final DetectedFace FACE =
      new DetectedFace(
          new Box(0, 0, 1, 1), .9, Landmarks.of(LandmarkScheme.DLIB_68, new float[204]), .8);

  private static RoiCropper giving(String view) {
    return (image, face) -> FaceViews.of(FaceView.of(view, "test", image));
  }

  private static final RoiCropper REJECTING = (image, face) -> FaceViews.rejected("too small");

  @Test
  void and_twoCroppers_givesBothViewsInOrder() {
    FaceViews views = giving("roi").and(giving("chip")).crop(IMAGE, FACE);
    assertThat(views.list()).extracting(FaceView::name).containsExactly("roi", "chip");
  }

  @Test
  void and_eitherRejects_isRejected() {
    assertThat(REJECTING.and(giving("roi")).crop(IMAGE, FACE).rejection()).isEqualTo("too small");
    assertThat(giving("roi").and(REJECTING).crop(IMAGE, FACE).rejection()).isEqualTo("too small");
  }

  @Test
  void and_sameViewTwice_refuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> giving("roi").and(giving("roi")).crop(IMAGE, FACE));
  }
}
