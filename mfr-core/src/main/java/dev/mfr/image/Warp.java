package dev.mfr.image;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.geometry.Affine;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One pass from a picture to an affine window of it: rotation, crop, resize, border, channel order
 * and normalisation together, without an intermediate picture.
 *
 * <p>Each target pixel (x, y) is the bilinear mean of the four source pixels around {@code
 * sourceFromTarget(x, y)}; integer coordinates are pixel centres; there is no area averaging.
 * Stateless and thread-safe; nothing is allocated but the result of {@link #render}.
 */
public final class Warp {
  /*
   * Along a target row the source position moves on a straight line, so the target pixels whose four source pixels all
   * lie inside form one interval. It is found by solving the inequalities, and the inner loop has no test. The ends of
   * the row are done pixel by pixel with the border rule.
   */

  private Warp() {}

  /**
   * {@return the window as a picture, rounded to 8 bits}
   *
   * @param source the picture to read
   * @param sourceFromTarget where a target pixel's centre lies in the source
   * @param width target pixels a row, at least 1
   * @param height target rows, at least 1
   * @param border what is read outside the source
   */
  public static RgbImage render(
      RgbImage source, Affine sourceFromTarget, int width, int height, Border border) {
    checkArgument(
        width > 0 && height > 0, "a window needs a positive size, got %s×%s", width, height);
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    run(source, sourceFromTarget, width, height, border, rgb, null, 0, 1, 0);
    return RgbImage.wrap(rgb, 0, width, height, 3 * width, PixelFormat.RGB);
  }

  /**
   * Writes the window as planar floats: all of red, all of green, all of blue, each row by row.
   *
   * @param source the picture to read
   * @param sourceFromTarget where a target pixel's centre lies in the source
   * @param width target pixels a row, at least 1
   * @param height target rows, at least 1
   * @param border what is read outside the source
   * @param normalization applied to each channel value
   * @param target written from {@code position} on, 3 × width × height floats; its own position
   *     stays as it is
   * @param position index of the first float
   * @throws IllegalArgumentException when the target is too short
   */
  public static void renderPlanar(
      RgbImage source,
      Affine sourceFromTarget,
      int width,
      int height,
      Border border,
      PixelNormalization normalization,
      FloatBuffer target,
      int position) {
    checkArgument(
        width > 0 && height > 0, "a window needs a positive size, got %s×%s", width, height);
    checkArgument(
        position >= 0 && position + 3L * width * height <= target.limit(),
        "a %s×%s window needs %s floats from %s on, the buffer ends at %s",
        width,
        height,
        3L * width * height,
        position,
        target.limit());
    run(
        source,
        sourceFromTarget,
        width,
        height,
        border,
        null,
        target,
        position,
        normalization.scale(),
        normalization.offset());
  }

  private static void run(
      RgbImage source,
      Affine m,
      int width,
      int height,
      Border border,
      byte @Nullable [] rgb,
      @Nullable FloatBuffer planar,
      int position,
      float scale,
      float offset) {
    double ax = m.a();
    double ay = m.d();
    int maxX = source.width() - 1;
    int maxY = source.height() - 1;
    for (int y = 0; y < height; y++) {
      double x0 = m.b() * y + m.c();
      double y0 = m.e() * y + m.f();
      long inside = interval(x0, ax, maxX, 0, width);
      inside = interval(y0, ay, maxY, (int) (inside >> 32), (int) inside);
      int from = (int) (inside >> 32);
      int to = (int) inside;
      if (planar != null) {
        int at = position + y * width;
        edgePlanar(source, m, y, 0, from, border, planar, at, width * height, scale, offset);
        innerPlanar(source, x0, y0, ax, ay, from, to, planar, at, width * height, scale, offset);
        edgePlanar(source, m, y, to, width, border, planar, at, width * height, scale, offset);
      } else if (rgb != null) {
        int at = 3 * y * width;
        edgeBytes(source, m, y, 0, from, border, rgb, at);
        innerBytes(source, x0, y0, ax, ay, from, to, rgb, at);
        edgeBytes(source, m, y, to, width, border, rgb, at);
      }
    }
  }

  /**
   * The part of [from, to) where 0 ≤ start + step·i and start + step·i < max, as two packed ints.
   */
  private static long interval(double start, double step, int max, int from, int to) {
    double lo = 0;
    double hi = max;
    double first = from;
    double last = to;
    // Rounding in the inner loop must not read beyond the last pixel, however slowly the position
    // moves.
    double slack = 1e-9 * (1 + Math.abs(start));
    if (step > 1e-12) {
      first = Math.max(first, Math.ceil((lo - start + slack) / step));
      last = Math.min(last, Math.floor((hi - start - slack) / step) + 1);
    } else if (step < -1e-12) {
      first = Math.max(first, Math.ceil((hi - start - slack) / step));
      last = Math.min(last, Math.floor((lo - start + slack) / step) + 1);
    } else if (!(start >= lo && start < hi - 1e-6)) {
      last = first;
    }
    if (!(last > first)) {
      return (long) from << 32 | from;
    }
    return (long) first << 32 | (long) last;
  }

  private static void innerPlanar(
      RgbImage s,
      double x0,
      double y0,
      double ax,
      double ay,
      int from,
      int to,
      FloatBuffer out,
      int at,
      int plane,
      float scale,
      float offset) {
    byte[] data = s.data;
    int pixel = s.format.bytes;
    int stride = s.rowStride;
    int r = s.origin + s.format.red;
    int g = s.origin + s.format.green;
    int b = s.origin + s.format.blue;
    for (int x = from; x < to; x++) {
      double px = x0 + ax * x;
      double py = y0 + ay * x;
      int ix = (int) px;
      int iy = (int) py;
      float fx = (float) (px - ix);
      float fy = (float) (py - iy);
      float w11 = fx * fy;
      float w10 = fy - w11;
      float w01 = fx - w11;
      float w00 = 1 - fx - w10;
      int i = iy * stride + ix * pixel;
      int j = i + stride;
      int o = at + x;
      out.put(o, scale * blend(data, r + i, r + j, pixel, w00, w01, w10, w11) + offset);
      out.put(o + plane, scale * blend(data, g + i, g + j, pixel, w00, w01, w10, w11) + offset);
      out.put(o + 2 * plane, scale * blend(data, b + i, b + j, pixel, w00, w01, w10, w11) + offset);
    }
  }

  private static void innerBytes(
      RgbImage s,
      double x0,
      double y0,
      double ax,
      double ay,
      int from,
      int to,
      byte[] out,
      int at) {
    byte[] data = s.data;
    int pixel = s.format.bytes;
    int stride = s.rowStride;
    int r = s.origin + s.format.red;
    int g = s.origin + s.format.green;
    int b = s.origin + s.format.blue;
    for (int x = from; x < to; x++) {
      double px = x0 + ax * x;
      double py = y0 + ay * x;
      int ix = (int) px;
      int iy = (int) py;
      float fx = (float) (px - ix);
      float fy = (float) (py - iy);
      float w11 = fx * fy;
      float w10 = fy - w11;
      float w01 = fx - w11;
      float w00 = 1 - fx - w10;
      int i = iy * stride + ix * pixel;
      int j = i + stride;
      int o = at + 3 * x;
      out[o] = (byte) (blend(data, r + i, r + j, pixel, w00, w01, w10, w11) + .5f);
      out[o + 1] = (byte) (blend(data, g + i, g + j, pixel, w00, w01, w10, w11) + .5f);
      out[o + 2] = (byte) (blend(data, b + i, b + j, pixel, w00, w01, w10, w11) + .5f);
    }
  }

  private static float blend(
      byte[] data, int i, int j, int pixel, float w00, float w01, float w10, float w11) {
    return w00 * (data[i] & 255)
        + w01 * (data[i + pixel] & 255)
        + w10 * (data[j] & 255)
        + w11 * (data[j + pixel] & 255);
  }

  private static void edgePlanar(
      RgbImage s,
      Affine m,
      int y,
      int from,
      int to,
      Border border,
      FloatBuffer out,
      int at,
      int plane,
      float scale,
      float offset) {
    for (int x = from; x < to; x++) {
      double px = m.applyX(x, y);
      double py = m.applyY(x, y);
      int o = at + x;
      out.put(o, scale * sample(s, s.format.red, px, py, border) + offset);
      out.put(o + plane, scale * sample(s, s.format.green, px, py, border) + offset);
      out.put(o + 2 * plane, scale * sample(s, s.format.blue, px, py, border) + offset);
    }
  }

  private static void edgeBytes(
      RgbImage s, Affine m, int y, int from, int to, Border border, byte[] out, int at) {
    for (int x = from; x < to; x++) {
      double px = m.applyX(x, y);
      double py = m.applyY(x, y);
      int o = at + 3 * x;
      out[o] = (byte) (sample(s, s.format.red, px, py, border) + .5f);
      out[o + 1] = (byte) (sample(s, s.format.green, px, py, border) + .5f);
      out[o + 2] = (byte) (sample(s, s.format.blue, px, py, border) + .5f);
    }
  }

  private static float sample(RgbImage s, int channel, double px, double py, Border border) {
    int maxX = s.width() - 1;
    int maxY = s.height() - 1;
    if (border == Border.REPLICATE) {
      px = Math.max(0, Math.min(maxX, px));
      py = Math.max(0, Math.min(maxY, py));
    } else if (!(px > -1 && py > -1 && px < maxX + 1 && py < maxY + 1)) {
      return 0;
    }
    int ix = (int) Math.floor(px);
    int iy = (int) Math.floor(py);
    float fx = (float) (px - ix);
    float fy = (float) (py - iy);
    return (1 - fy) * ((1 - fx) * tap(s, channel, ix, iy) + fx * tap(s, channel, ix + 1, iy))
        + fy * ((1 - fx) * tap(s, channel, ix, iy + 1) + fx * tap(s, channel, ix + 1, iy + 1));
  }

  /** A pixel, or 0 outside; with REPLICATE only a pixel of weight 0 can lie outside. */
  private static int tap(RgbImage s, int channel, int x, int y) {
    if (x < 0 || y < 0 || x >= s.width() || y >= s.height()) {
      return 0;
    }
    return s.data[s.origin + y * s.rowStride + x * s.format.bytes + channel] & 255;
  }
}
