package dev.mfr.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.geometry.Affine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle is a double loop that asks for each pixel and each border on its own, in doubles. */
class WarpTest {
  /** Four weights, each off by 2⁻¹⁵ at most, times 255, and the position's own. */
  private static final double WEIGHT_ERROR = .025;

  private final Random random = new Random(7);

  @ParameterizedTest
  @EnumSource(PixelFormat.class)
  void render_anyMapAndBorder_equalsNaiveLoop(PixelFormat format) {
    for (Border border : Border.values()) {
      for (int[] size : new int[][] {{1, 1}, {1, 9}, {8, 1}, {17, 13}, {40, 30}}) {
        RgbImage source = noise(size[0], size[1], format);
        for (Affine map : maps(size[0], size[1])) {
          assertEqualsNaive(source, map, 23, 19, border);
        }
      }
    }
  }

  private static List<Affine> maps(int width, int height) {
    List<Affine> maps =
        new ArrayList<>(
            List.of(
                Affine.IDENTITY,
                Affine.translation(.5, .25),
                Affine.translation(-3, 2),
                // Nothing of the picture in the window, near and far.
                Affine.translation(width + 5, 0),
                Affine.translation(-1e9, 1e9),
                Affine.scaling(-1, 1).then(Affine.translation(width - 1, 0)),
                Affine.scaling(1, -1).then(Affine.translation(0, height - 1)),
                Affine.scaling(.1, .2),
                Affine.scaling(7, 5).then(Affine.translation(-20, -20)),
                // All of the window on one pixel, and almost all.
                Affine.scaling(0, 0),
                Affine.scaling(1e-10, 1e-11).then(Affine.translation(width - 1 - 1e-9, 0))));
    for (int i = 0; i < 16; i++) {
      maps.add(
          Affine.translation(-11, -9)
              .then(Affine.rotation(i * Math.PI / 8 + 100 * Math.PI))
              .then(Affine.scaling(1.3, 1.3))
              .then(Affine.translation(width / 2. + .1, height / 2. - .3)));
    }
    return maps;
  }

  @Test
  void render_edgeOfTheInnerInterval_staysInside() {
    // Positions that creep towards the last pixel by steps as small as their rounding error.
    // The array ends with the last pixel.
    byte[] pixels = new byte[3 * 1001 * 2];
    random.nextBytes(pixels);
    RgbImage source = RgbImage.wrap(pixels, 0, 1001, 2, 3 * 1001, PixelFormat.RGB);
    for (double step = 1e-13; step < 1; step *= 1.37) {
      for (int k = 0; k <= 12; k++) {
        Affine creeping = new Affine(step, 0, 1000 - k * step, 0, 0, 1 - 1e-3);
        assertEqualsNaive(source, creeping, 12, 1, Border.REPLICATE);
        Affine backwards = new Affine(-step, 0, k * step, 0, 0, 0);
        assertEqualsNaive(source, backwards, 12, 1, Border.BLACK);
      }
    }
  }

  @Test
  void render_stepTooSmallToCount_staysInside() {
    RgbImage source = noise(64, 64, PixelFormat.RGB);
    assertEqualsNaive(source, new Affine(1, 0, -150, -1e-12, 1, 0), 300, 1, Border.BLACK);
    assertEqualsNaive(source, new Affine(-1e-12, 1, 0, 1, 0, -150), 300, 1, Border.REPLICATE);
  }

  @ParameterizedTest
  @EnumSource(Border.class)
  void render_identity_isExact(Border border) {
    RgbImage source = noise(31, 17, PixelFormat.BGRA);

    RgbImage same = Warp.render(source, Affine.IDENTITY, 31, 17, border);

    for (int y = 0; y < 17; y++) {
      for (int x = 0; x < 31; x++) {
        assertThat(same.rgb(x, y)).isEqualTo(source.rgb(x, y));
      }
    }
  }

  @Test
  void renderPlanar_anyMap_equalsBytesUpToRounding() {
    RgbImage source = noise(20, 20, PixelFormat.BGR);
    for (Affine map : maps(20, 20)) {
      for (Border border : Border.values()) {
        RgbImage bytes = Warp.render(source, map, 9, 7, border);
        FloatBuffer planar = FloatBuffer.allocate(5 + 3 * 63);
        Warp.renderPlanar(source, map, 9, 7, border, PixelNormalization.RAW, planar, 5);
        for (int y = 0; y < 7; y++) {
          for (int x = 0; x < 9; x++) {
            for (int c = 0; c < 3; c++) {
              int channel = bytes.rgb(x, y) >> (16 - 8 * c) & 255;
              assertThat((double) planar.get(5 + c * 63 + y * 9 + x))
                  .isCloseTo(channel, within(.501));
            }
          }
        }
        assertThat(planar.position()).isZero();
      }
    }
  }

  @Test
  void renderPlanar_normalisationAndDirectBuffer_writesScaledValuesAndNothingElse() {
    RgbImage white = RgbImage.wrap(new byte[] {-1, -1, -1}, 0, 1, 1, 3, PixelFormat.RGB);
    FloatBuffer target =
        ByteBuffer.allocateDirect(4 * 5).order(ByteOrder.nativeOrder()).asFloatBuffer();
    target.put(0, 42).put(4, 43);

    Warp.renderPlanar(
        white, Affine.IDENTITY, 1, 1, Border.BLACK, PixelNormalization.SIGNED_UNIT, target, 1);

    assertThat(target.get(0)).isEqualTo(42);
    for (int i = 1; i < 4; i++) {
      assertThat(target.get(i)).isCloseTo(1, within(1e-6f));
    }
    assertThat(target.get(4)).isEqualTo(43);
  }

  @Test
  void renderPlanar_shortTarget_refuses() {
    RgbImage source = noise(4, 4, PixelFormat.RGB);
    assertThatThrownBy(
            () ->
                Warp.renderPlanar(
                    source,
                    Affine.IDENTITY,
                    2,
                    2,
                    Border.BLACK,
                    PixelNormalization.UNIT,
                    FloatBuffer.allocate(12),
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs 12 floats from 1 on");
    assertThatThrownBy(() -> Warp.render(source, Affine.IDENTITY, 0, 2, Border.BLACK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertEqualsNaive(
      RgbImage source, Affine map, int width, int height, Border border) {
    RgbImage actual = Warp.render(source, map, width, height, border);
    FloatBuffer planar = FloatBuffer.allocate(3 * width * height);
    Warp.renderPlanar(source, map, width, height, border, PixelNormalization.RAW, planar, 0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double px = map.applyX(x, y);
        double py = map.applyY(x, y);
        for (int shift = 0; shift <= 16; shift += 8) {
          double expected = naive(source, px, py, shift, border);
          int got = actual.rgb(x, y) >> shift & 255;
          assertThat((double) got)
              .as("%s %s at %s,%s of %s", border, map, x, y, source)
              .isCloseTo(expected, within(.5 + WEIGHT_ERROR));
          int plane = 2 - shift / 8;
          assertThat((double) planar.get((plane * height + y) * width + x))
              .as("planar %s %s at %s,%s of %s", border, map, x, y, source)
              .isCloseTo(expected, within(WEIGHT_ERROR));
        }
      }
    }
  }

  private static double naive(RgbImage source, double px, double py, int shift, Border border) {
    double x0 = Math.floor(px);
    double y0 = Math.floor(py);
    double sum = 0;
    for (int dy = 0; dy < 2; dy++) {
      for (int dx = 0; dx < 2; dx++) {
        double weight = (1 - Math.abs(px - x0 - dx)) * (1 - Math.abs(py - y0 - dy));
        sum += weight * pixel(source, x0 + dx, y0 + dy, shift, border);
      }
    }
    return sum;
  }

  private static int pixel(RgbImage source, double x, double y, int shift, Border border) {
    int w = source.width();
    int h = source.height();
    if (border == Border.BLACK && (x < 0 || y < 0 || x >= w || y >= h)) {
      return 0;
    }
    int nearestX = (int) Math.max(0, Math.min(w - 1, x));
    int nearestY = (int) Math.max(0, Math.min(h - 1, y));
    return source.rgb(nearestX, nearestY) >> shift & 255;
  }

  private RgbImage noise(int width, int height, PixelFormat format) {
    int stride = width * format.bytesPerPixel() + 5;
    byte[] bytes = new byte[3 + stride * height];
    random.nextBytes(bytes);
    return RgbImage.wrap(bytes, 3, width, height, stride, format);
  }
}
