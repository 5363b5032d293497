package dev.mfr.image;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.geometry.Affine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One pass from a picture to an affine window of it: rotation, crop, resize, border, channel order
 * and normalisation together, without an intermediate picture.
 *
 * <p>Each target pixel (x, y) is the bilinear mean of the four source pixels around {@code
 * sourceFromTarget(x, y)}; integer coordinates are pixel centres; there is no area averaging. The
 * four weights are multiples of 2⁻¹⁵, so that a channel is within 0.02 grey levels of the exact
 * mean. Stateless and thread-safe; nothing is allocated but the result of {@link #render} and, once
 * a thread, memory for a row. A pixel takes 5 ns.
 */
public final class Warp {
  /*
   * Along a target row the source position moves on a straight line, so the target pixels whose four source pixels all
   * lie inside form one interval. It is found by solving the inequalities, and the inner loop has no test for borders. The
   * ends of the row are done pixel by pixel with the border rule.
   *
   * The inner loop reads two neighbouring pixels at once as a long. For one channel, masked out, that is p + q·2ˢ with s
   * the bits of a pixel, 24 or 32. Multiplied by v + u·2ˢ, the lane at 2ˢ is u·p + v·q: two of the four products of the
   * bilinear mean and their sum in one multiplication. A lane never overflows: 8 bits of a channel and 15 of weights are
   * 23. Positions are fixed-point numbers with 32 bits after the point.
   *
   * Rows are written to arrays and copied to the target as a whole, which is faster than single writes to a direct buffer.
   */
  private static final VarHandle BYTES_AS_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final double POSITION_ONE = 0x1p32;
  private static final int WEIGHT_BITS = 15;
  private static final int WEIGHT_ONE = 1 << WEIGHT_BITS;
  private static final int LANE = 0xffffff;

  /** A row's three channels, one behind the other. Holds no class of this library. */
  private static final ThreadLocal<float[]> ROW = new ThreadLocal<>();

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
    // No checkArgument: it would box the numbers of every window.
    if (position < 0 || position + 3L * width * height > target.limit()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a %d×%d window needs %d floats from %d on, the buffer ends at %d",
              width,
              height,
              3L * width * height,
              position,
              target.limit()));
    }
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
    float[] row = row(width);
    int plane = width * height;
    int maxX = source.width() - 1;
    int maxY = source.height() - 1;
    for (int y = 0; y < height; y++) {
      double x0 = m.b() * y + m.c();
      double y0 = m.e() * y + m.f();
      long inside = interval(x0, m.a(), maxX, 0, width);
      inside = interval(y0, m.d(), maxY, (int) (inside >> 32), (int) inside);
      int from = (int) (inside >> 32);
      int to = (int) inside;
      edge(source, m, y, 0, from, border, row, width, scale, offset);
      if (source.format == PixelFormat.GREY || source.data.length < source.rowStride + Long.BYTES) {
        edge(source, m, y, from, to, border, row, width, scale, offset);
      } else {
        inner(source, x0, y0, m.a(), m.d(), from, to, row, width, scale, offset);
      }
      edge(source, m, y, to, width, border, row, width, scale, offset);
      if (planar != null) {
        int at = position + y * width;
        planar.put(at, row, 0, width);
        planar.put(at + plane, row, width, width);
        planar.put(at + 2 * plane, row, 2 * width, width);
      } else if (rgb != null) {
        round(row, width, rgb, 3 * y * width);
      }
    }
  }

  private static float[] row(int width) {
    float[] row = ROW.get();
    if (row == null || row.length < 3 * width) {
      row = new float[3 * width];
      ROW.set(row);
    }
    return row;
  }

  private static void round(float[] row, int width, byte[] rgb, int at) {
    for (int x = 0, o = at; x < width; x++) {
      rgb[o++] = (byte) (row[x] + .5f);
      rgb[o++] = (byte) (row[width + x] + .5f);
      rgb[o++] = (byte) (row[2 * width + x] + .5f);
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
    // moves: the start is rounded once, the step as often as it is added.
    double slack = 1e-9 * (1 + Math.abs(start)) + (to + 2) / POSITION_ONE;
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

  private static void inner(
      RgbImage s,
      double x0,
      double y0,
      double ax,
      double ay,
      int from,
      int to,
      float[] row,
      int width,
      float scale,
      float offset) {
    byte[] data = s.data;
    int pixel = s.format.bytes;
    int stride = s.rowStride;
    int origin = s.origin;
    int lane = 8 * pixel;
    int red = 8 * s.format.red;
    int green = 8 * s.format.green;
    int blue = 8 * s.format.blue;
    long mask = 0xffL | (0xffL << lane);
    float unit = scale / WEIGHT_ONE;
    int lastLong = data.length - stride - Long.BYTES;
    long stepX = Math.round(ax * POSITION_ONE);
    long stepY = Math.round(ay * POSITION_ONE);
    // A step too small to count may lead a hair's breadth below 0.
    long px = Math.max(0, Math.round((x0 + ax * from) * POSITION_ONE));
    long py = Math.max(0, Math.round((y0 + ay * from) * POSITION_ONE));
    for (int x = from; x < to; x++) {
      int i = origin + (int) (py >> 32) * stride + (int) (px >> 32) * pixel;
      int fx = (int) (px >>> (32 - WEIGHT_BITS)) & (WEIGHT_ONE - 1);
      int fy = (int) (py >>> (32 - WEIGHT_BITS)) & (WEIGHT_ONE - 1);
      int w11 = (fx * fy) >>> WEIGHT_BITS;
      int w10 = fy - w11;
      int w01 = fx - w11;
      int w00 = WEIGHT_ONE - fx - w10;
      long upperWeights = w01 | ((long) w00 << lane);
      long lowerWeights = w11 | ((long) w10 << lane);
      // At the array's end a long starts earlier; a pair of pixels has two bytes less than it.
      int early = Math.max(0, i - lastLong);
      long upper = (long) BYTES_AS_LONG.get(data, i - early) >>> (8 * early);
      long lower = (long) BYTES_AS_LONG.get(data, i - early + stride) >>> (8 * early);
      int r =
          (int) (mean(upper >>> red, lower >>> red, mask, upperWeights, lowerWeights) >>> lane)
              & LANE;
      int g =
          (int) (mean(upper >>> green, lower >>> green, mask, upperWeights, lowerWeights) >>> lane)
              & LANE;
      int b =
          (int) (mean(upper >>> blue, lower >>> blue, mask, upperWeights, lowerWeights) >>> lane)
              & LANE;
      row[x] = unit * r + offset;
      row[width + x] = unit * g + offset;
      row[2 * width + x] = unit * b + offset;
      px += stepX;
      py += stepY;
    }
  }

  private static long mean(
      long upper, long lower, long mask, long upperWeights, long lowerWeights) {
    return (upper & mask) * upperWeights + (lower & mask) * lowerWeights;
  }

  private static void edge(
      RgbImage s,
      Affine m,
      int y,
      int from,
      int to,
      Border border,
      float[] row,
      int width,
      float scale,
      float offset) {
    for (int x = from; x < to; x++) {
      double px = m.applyX(x, y);
      double py = m.applyY(x, y);
      row[x] = scale * sample(s, s.format.red, px, py, border) + offset;
      row[width + x] = scale * sample(s, s.format.green, px, py, border) + offset;
      row[2 * width + x] = scale * sample(s, s.format.blue, px, py, border) + offset;
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
