package dev.mfr.landmarks.mask;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A depth-buffered drawing of triangles over a rectangle of a picture, at a whole multiple of its
 * resolution. Not thread-safe.
 */
final class Raster {
  final int width;
  final int height;
  private final int fine;
  private final double x0;
  private final double y0;

  /** Linear light of red, green and blue, three a place, and 1 where something is drawn. */
  final float[] light;

  final boolean[] drawn;
  private final float[] depth;

  /** Gives a colour to a place of a triangle. */
  interface Ink {
    /** Writes linear red, green, blue to target[at…at+2]. */
    void at(float u, float v, float shade, float[] target, int at);
  }

  /**
   * @param x0 left column of the rectangle in the picture
   * @param y0 its top row
   * @param columns its columns
   * @param rows its rows
   * @param fine places a pixel, each way
   */
  Raster(int x0, int y0, int columns, int rows, int fine) {
    this.x0 = x0 - .5;
    this.y0 = y0 - .5;
    this.width = columns * fine;
    this.height = rows * fine;
    this.fine = fine;
    this.light = new float[3 * width * height];
    this.drawn = new boolean[width * height];
    this.depth = new float[width * height];
    Arrays.fill(depth, Float.NEGATIVE_INFINITY);
  }

  /**
   * Draws a triangle where it is nearer than what is there.
   *
   * @param p x, y, depth of all places
   * @param t u, v, shade of all places
   * @param ink its colour; null hides what lies behind and shows nothing
   * @param culled whether a triangle that is clockwise on the picture is left out
   */
  void triangle(
      double[] p, double[] t, int a, int b, int c, double bias, @Nullable Ink ink, boolean culled) {
    double ax = (p[3 * a] - x0) * fine - .5;
    double ay = (p[3 * a + 1] - y0) * fine - .5;
    double bx = (p[3 * b] - x0) * fine - .5;
    double by = (p[3 * b + 1] - y0) * fine - .5;
    double cx = (p[3 * c] - x0) * fine - .5;
    double cy = (p[3 * c + 1] - y0) * fine - .5;
    double area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (culled ? !(area > 1e-9) : !(Math.abs(area) > 1e-9)) {
      return;
    }
    int top = (int) Math.max(0, Math.ceil(Math.min(ay, Math.min(by, cy))));
    int bottom = (int) Math.min(height - 1, Math.floor(Math.max(ay, Math.max(by, cy))));
    int left = (int) Math.max(0, Math.ceil(Math.min(ax, Math.min(bx, cx))));
    int right = (int) Math.min(width - 1, Math.floor(Math.max(ax, Math.max(bx, cx))));
    double bdx = (cy - ay) / area;
    double bdy = -(cx - ax) / area;
    double cdx = -(by - ay) / area;
    double cdy = (bx - ax) / area;
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double wb = (x - ax) * bdx + (y - ay) * bdy;
        double wc = (x - ax) * cdx + (y - ay) * cdy;
        double wa = 1 - wb - wc;
        if (wa < -1e-9 || wb < -1e-9 || wc < -1e-9) {
          continue;
        }
        int i = y * width + x;
        float z = (float) (wa * p[3 * a + 2] + wb * p[3 * b + 2] + wc * p[3 * c + 2] + bias);
        if (z <= depth[i]) {
          continue;
        }
        depth[i] = z;
        drawn[i] = ink != null;
        if (ink != null) {
          ink.at(
              (float) (wa * t[3 * a] + wb * t[3 * b] + wc * t[3 * c]),
              (float) (wa * t[3 * a + 1] + wb * t[3 * b + 1] + wc * t[3 * c + 1]),
              (float) (wa * t[3 * a + 2] + wb * t[3 * b + 2] + wc * t[3 * c + 2]),
              light,
              3 * i);
        }
      }
    }
  }

  /**
   * {@return the drawing in the picture's resolution: planes of sRGB red, green and blue (0…255,
   * times coverage) and of coverage (0…1)}
   */
  float[][] reduced() {
    int columns = width / fine;
    int rows = height / fine;
    float[][] planes = new float[4][columns * rows];
    float share = 1f / (fine * fine);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        if (!drawn[i]) {
          continue;
        }
        int o = y / fine * columns + x / fine;
        for (int k = 0; k < 3; k++) {
          planes[k][o] += share * Tone.encoded(light[3 * i + k]);
        }
        planes[3][o] += share;
      }
    }
    return planes;
  }
}
