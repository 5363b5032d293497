package dev.mfr.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaceViewTest {

  private static RgbImage white(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    Arrays.fill(pixels, (byte) 255);
    return RgbImage.wrap(pixels, 0, width, height, 3 * width, PixelFormat.RGB);
  }

  @Test
  void clippedTo_rectangle_keepsItsPixelsOnly() {
    FaceView view =
        FaceView.of("roi", "test", white(8, 6))
            .clippedTo(
                List.of(
                    new Point(1.5, .5),
                    new Point(5.5, .5),
                    new Point(5.5, 3.5),
                    new Point(1.5, 3.5)));
    RgbImage bytes = view.render();
    FloatBuffer planar = FloatBuffer.allocate(2 + 3 * 48);
    view.renderPlanar(PixelNormalization.SIGNED_UNIT, planar, 2);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 8; x++) {
        boolean inside = x >= 2 && x <= 5 && y >= 1 && y <= 3;
        assertThat(bytes.rgb(x, y)).isEqualTo(inside ? 0xffffff : 0);
        for (int c = 0; c < 3; c++) {
          assertThat(planar.get(2 + 48 * c + 8 * y + x))
              .isCloseTo(inside ? 1f : -1f, within(1e-6f));
        }
      }
    }
  }

  @Test
  void clippedTo_randomTriangle_followsTheHalfPlanes() {
    Point a = new Point(3.3, 1.2);
    Point b = new Point(17.7, 6.4);
    Point c = new Point(5.1, 14.9);
    RgbImage clipped =
        FaceView.of("roi", "test", white(20, 16)).clippedTo(List.of(a, b, c)).render();
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 20; x++) {
        Point p = new Point(x, y);
        boolean inside = side(a, b, p) > 0 && side(b, c, p) > 0 && side(c, a, p) > 0;
        assertThat(clipped.rgb(x, y)).as("%s,%s", x, y).isEqualTo(inside ? 0xffffff : 0);
      }
    }
  }

  private static double side(Point from, Point to, Point p) {
    return (to.x() - from.x()) * (p.y() - from.y()) - (to.y() - from.y()) * (p.x() - from.x());
  }

  @Test
  void clippedTo_twoCorners_refuses() {
    FaceView view = FaceView.of("roi", "test", white(2, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view.clippedTo(List.of(new Point(0, 0), new Point(1, 1))))
        .withMessageContaining("three corners");
  }

  @Test
  void outline_window_liesHalfAPixelAroundTheOuterCentres() {
    FaceView view =
        FaceView.window(
            "roi",
            "test",
            white(50, 50),
            Affine.translation(-10, -20).then(Affine.scaling(2, 2)),
            8,
            4,
            Border.BLACK);
    // View pixel (x, y) looks at (10 + x / 2, 20 + y / 2).
    assertThat(view.outline())
        .containsExactly(
            new Point(9.75, 19.75),
            new Point(13.75, 19.75),
            new Point(13.75, 21.75),
            new Point(9.75, 21.75));
  }

  @Test
  void window_beyondThePicture_showsTheBorder() {
    FaceView view =
        FaceView.window("roi", "test", white(4, 4), Affine.translation(2, 0), 6, 4, Border.BLACK);
    assertThat(view.render().rgb(1, 1)).isZero();
    assertThat(view.render().rgb(2, 1)).isEqualTo(0xffffff);
  }

  @Test
  void views_byName_areFoundOrExplained() {
    FaceView roi = FaceView.of("roi", "test", white(2, 2));
    FaceView chip = FaceView.of("chip", "test", white(2, 2));
    FaceViews views = FaceViews.of(roi, chip);
    assertThat(views.get("chip")).isSameAs(chip);
    assertThat(views.find("other")).isEmpty();
    assertThat(views.isRejected()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> views.get("other"))
        .withMessageContaining("RoiCropper.and");
    assertThatIllegalArgumentException().isThrownBy(() -> FaceViews.of(roi, roi));
    assertThatIllegalArgumentException().isThrownBy(() -> FaceViews.of(List.of()));
    FaceViews rejected = FaceViews.rejected("too far outside");
    assertThat(rejected.isRejected()).isTrue();
    assertThat(rejected.rejection()).isEqualTo("too far outside");
    assertThat(rejected.list()).isEmpty();
  }
}
