package dev.mfr.landmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaceAnnotatorTest {
  private final RgbImage black =
      RgbImage.copyOf(new byte[3 * 200 * 100], 200, 100, 600, PixelFormat.RGB);

  @Test
  void box_inThePicture_linesOnItsEdgesAndTheOriginalUntouched() {
    RgbImage drawn = FaceAnnotator.of(black).box(new Box(20, 30, 60, 40), Color.RED).image();

    assertThat(drawn.rgb(20, 50) >> 16).isGreaterThan(200);
    assertThat(drawn.rgb(80, 50) >> 16).isGreaterThan(200);
    assertThat(drawn.rgb(50, 30) >> 16).isGreaterThan(200);
    assertThat(drawn.rgb(50, 50)).isZero();
    assertThat(black.rgb(20, 50)).isZero();
  }

  @Test
  void everything_partlyOutside_drawnWithoutFailure() {
    float[] xyz = new float[3 * 468];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (i * 37) % 300 - 50;
    }
    RgbImage drawn =
        FaceAnnotator.of(black)
            .mesh(Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz), new Color(0, 255, 0, 90))
            .mesh(Landmarks.of(LandmarkScheme.DLIB_68, new float[3 * 68]), Color.BLUE)
            .points(Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz), Color.CYAN)
            .outline(
                List.of(new Point(-10, -10), new Point(300, 50), new Point(50, 90)), Color.PINK)
            .box(new Box(-50, -50, 500, 500), Color.RED)
            .caption("unknown 0.93 ä", new Point(190, 500), Color.WHITE)
            .caption("x".repeat(500), new Point(-5, -5), Color.WHITE)
            .image();

    assertThat(List.of(drawn.width(), drawn.height())).containsExactly(200, 100);
    assertThat(SharedData.meanAbsoluteDifference(drawn, black)).isGreaterThan(1);
  }
}
