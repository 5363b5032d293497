package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Pictures put together from others. */
final class Mosaic {
  private Mosaic() {}

  /** {@return a grey picture with seeded noise} */
  static byte[] noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    Random random = new Random(seed);
    for (int i = 0; i < rgb.length; i += 3) {
      Arrays.fill(rgb, i, i + 3, (byte) (118 + random.nextInt(21)));
    }
    return rgb;
  }

  /** {@return pictures side by side, grey below the lower ones} */
  static RgbImage row(RgbImage... pictures) {
    int width = Arrays.stream(pictures).mapToInt(RgbImage::width).sum();
    int height = Arrays.stream(pictures).mapToInt(RgbImage::height).max().orElseThrow();
    byte[] rgb = noise(width, height, 1);
    int x = 0;
    for (RgbImage picture : pictures) {
      paste(rgb, width, picture, x, 0);
      x += picture.width();
    }
    return picture(rgb, width, height);
  }

  /** {@return n × n cells, filled with the pictures by turns, each as large as fits} */
  static RgbImage grid(List<RgbImage> pictures, int n, int cell) {
    byte[] rgb = noise(n * cell, n * cell, 1);
    for (int i = 0; i < n * n; i++) {
      RgbImage picture = pictures.get(i % pictures.size());
      double factor = (double) cell / Math.max(picture.width(), picture.height());
      paste(rgb, n * cell, scale(picture, factor), i % n * cell, i / n * cell);
    }
    return picture(rgb, n * cell, n * cell);
  }

  static RgbImage picture(byte[] rgb, int width, int height) {
    return RgbImage.copyOf(rgb, width, height, 3 * width, PixelFormat.RGB);
  }

  /** {@return a picture at another scale; pixel (x, y) comes to (x + ½) · factor − ½} */
  static RgbImage scale(RgbImage picture, double factor) {
    int width = (int) Math.round(picture.width() * factor);
    int height = (int) Math.round(picture.height() * factor);
    double k = 1 / factor;
    return Warp.render(
        picture, new Affine(k, 0, .5 * k - .5, 0, k, .5 * k - .5), width, height, Border.REPLICATE);
  }

  static void paste(byte[] rgb, int width, RgbImage picture, int x, int y) {
    int w = picture.width();
    byte[] pixels = new byte[3 * w * picture.height()];
    picture.copyInto(pixels);
    for (int row = 0; row < picture.height(); row++) {
      System.arraycopy(pixels, 3 * w * row, rgb, 3 * ((y + row) * width + x), 3 * w);
    }
  }
}
