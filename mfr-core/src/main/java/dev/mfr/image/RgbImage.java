package dev.mfr.image;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkIndex;

import com.google.common.io.ByteStreams;
import dev.mfr.image.ImageDecodeException.Reason;
import dev.mfr.internal.StageEvent;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * A picture: 8 bits a channel, red, green and blue, row by row from the top left.
 *
 * <p>Immutable and thread-safe, unless made by {@link #wrap}, which shares the caller's array and
 * is as immutable as the caller leaves it. The bytes may be strided and in any {@link PixelFormat};
 * readers see RGB. Memory is the pixel array, three or four bytes a pixel, on the Java heap; there
 * is nothing to close.
 */
public final class RgbImage {

  /**
   * The pixel limit of {@link #read(Path)} and its siblings: 100 million pixels, 300 MB of decoded
   * picture.
   */
  public static final long DEFAULT_MAX_PIXELS = 100_000_000L;

  final byte[] data;
  final int origin;
  final int rowStride;
  final PixelFormat format;
  private final int width;
  private final int height;

  private RgbImage(
      byte[] data, int origin, int width, int height, int rowStride, PixelFormat format) {
    checkArgument(
        width > 0 && height > 0, "a picture needs a positive size, got %s×%s", width, height);
    checkArgument(
        rowStride >= (long) width * format.bytes,
        "a row of %s %s pixels needs %s bytes, the row stride is %s",
        width,
        format,
        (long) width * format.bytes,
        rowStride);
    long end = origin + (height - 1L) * rowStride + (long) width * format.bytes;
    checkArgument(
        origin >= 0 && end <= data.length,
        "a %s×%s %s picture with offset %s and row stride %s needs %s bytes, the array has %s",
        width,
        height,
        format,
        origin,
        rowStride,
        end,
        data.length);
    this.data = data;
    this.origin = origin;
    this.width = width;
    this.height = height;
    this.rowStride = rowStride;
    this.format = format;
  }

  /**
   * {@return the picture in a file, upright as its EXIF orientation says}
   *
   * <p>The format is recognised by content, not by name. At most {@link #DEFAULT_MAX_PIXELS}
   * pixels.
   *
   * @param file the file
   * @throws ImageDecodeException when it cannot be read as a picture
   */
  public static RgbImage read(Path file) {
    return read(file, DEFAULT_MAX_PIXELS);
  }

  /**
   * {@return the picture in a file, upright as its EXIF orientation says}
   *
   * @param file the file
   * @param maxPixels the most pixels to accept; the header is checked before anything is allocated
   *     for pixels
   * @throws ImageDecodeException when it cannot be read as a picture or has more pixels
   */
  public static RgbImage read(Path file, long maxPixels) {
    String name = file.toString();
    byte[] encoded;
    try {
      if (Files.isDirectory(file)) {
        throw new ImageDecodeException(
            name,
            Reason.UNREADABLE,
            "it is a directory; give a picture file, or list the directory's files",
            null);
      }
      if (!Files.exists(file)) {
        throw new ImageDecodeException(
            name, Reason.UNREADABLE, "there is no such file; check the path", null);
      }
      if (!Files.isRegularFile(file)) {
        throw new ImageDecodeException(
            name,
            Reason.UNREADABLE,
            "it is a device or a pipe; read it yourself and use RgbImage.read(stream)",
            null);
      }
      encoded = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ImageDecodeException(
          name, Reason.UNREADABLE, "the file cannot be read (" + e + ")", e);
    } catch (OutOfMemoryError e) {
      throw new ImageDecodeException(
          name, Reason.TOO_LARGE, "the file is too large for an array", e);
    }
    return decode(encoded, name, maxPixels);
  }

  /**
   * {@return the picture in a stream}
   *
   * @param in an encoded picture; read to its end, not closed
   * @throws ImageDecodeException when it cannot be read as a picture of at most {@link
   *     #DEFAULT_MAX_PIXELS} pixels
   */
  public static RgbImage read(InputStream in) {
    return read(in, DEFAULT_MAX_PIXELS);
  }

  /**
   * {@return the picture in a stream}
   *
   * @param in an encoded picture; read to its end, not closed
   * @param maxPixels the most pixels to accept
   * @throws ImageDecodeException when it cannot be read as a picture or has more pixels
   */
  public static RgbImage read(InputStream in, long maxPixels) {
    byte[] encoded;
    try {
      encoded = ByteStreams.toByteArray(in);
    } catch (IOException e) {
      throw new ImageDecodeException(
          "the stream", Reason.UNREADABLE, "reading failed (" + e + ")", e);
    }
    return decode(encoded, "the stream's picture", maxPixels);
  }

  /**
   * {@return the picture in an array of encoded bytes}
   *
   * @param encoded a whole picture file; not modified
   * @throws ImageDecodeException when it cannot be read as a picture of at most {@link
   *     #DEFAULT_MAX_PIXELS} pixels
   */
  public static RgbImage read(byte[] encoded) {
    return read(encoded, DEFAULT_MAX_PIXELS);
  }

  /**
   * {@return the picture in an array of encoded bytes}
   *
   * @param encoded a whole picture file; not modified
   * @param maxPixels the most pixels to accept
   * @throws ImageDecodeException when it cannot be read as a picture or has more pixels
   */
  public static RgbImage read(byte[] encoded, long maxPixels) {
    return decode(encoded, "byte[" + encoded.length + "]", maxPixels);
  }

  private static RgbImage decode(byte[] encoded, String name, long maxPixels) {
    checkArgument(maxPixels > 0, "the pixel limit must be positive, got %s", maxPixels);
    if (encoded.length == 0) {
      throw new ImageDecodeException(
          name, Reason.EMPTY, "it is empty (0 bytes); copy or download it again", null);
    }
    StageEvent event = StageEvent.begin(StageEvent.Decode::new);
    RgbImage image = Decoders.FIRST.decode(encoded, name, maxPixels);
    StageEvent.end(event, 1);
    return image;
  }

  /**
   * Starts loading the decoder in a thread of its own, so that the first {@code read} need not wait
   * for it. Returns at once; may be called any number of times.
   */
  public static void prepareReading() {
    Thread thread = new Thread(() -> Decoders.FIRST.prepare(), "mfr-decoder");
    thread.setDaemon(true);
    thread.start();
  }

  private static final class Decoders {
    static final ImageDecoder FIRST =
        ServiceLoader.load(ImageDecoder.class, RgbImage.class.getClassLoader())
            .findFirst()
            .orElseGet(
                () ->
                    (encoded, name, maxPixels) -> {
                      throw new ImageDecodeException(
                          name,
                          Reason.UNSUPPORTED_FORMAT,
                          "no picture decoder is on the class path; add dev.mfr:mfr-landmarks, or decode the picture"
                              + " yourself and use RgbImage.copyOf",
                          null);
                    });
  }

  /**
   * {@return a copy of a decoded AWT picture}
   *
   * <p>Byte rasters of the types 3BYTE_BGR, 4BYTE_ABGR and BYTE_GRAY are copied at once; all others
   * through {@link BufferedImage#getRGB}. Alpha is dropped, not blended.
   *
   * @param image any picture; not modified
   */
  public static RgbImage copyOf(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    PixelFormat layout =
        switch (image.getType()) {
          case BufferedImage.TYPE_3BYTE_BGR -> PixelFormat.BGR;
          case BufferedImage.TYPE_4BYTE_ABGR -> PixelFormat.ABGR;
          // Never through getRGB, which takes grey for linear light and brightens it.
          case BufferedImage.TYPE_BYTE_GRAY -> PixelFormat.GREY;
          default -> null;
        };
    if (layout != null
        && image.getRaster().getSampleModel() instanceof ComponentSampleModel samples
        && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getNumBanks() == 1) {
      int start =
          buffer.getOffset()
              - image.getRaster().getSampleModelTranslateY() * samples.getScanlineStride()
              - image.getRaster().getSampleModelTranslateX() * samples.getPixelStride();
      return wrap(buffer.getData(), start, w, h, samples.getScanlineStride(), layout).copy();
    }
    byte[] rgb = new byte[arraySize(w, h)];
    int[] row = new int[w];
    for (int y = 0, o = 0; y < h; y++) {
      image.getRGB(0, y, w, 1, row, 0, w);
      for (int p : row) {
        rgb[o++] = (byte) (p >> 16);
        rgb[o++] = (byte) (p >> 8);
        rgb[o++] = (byte) p;
      }
    }
    return new RgbImage(rgb, 0, w, h, 3 * w, PixelFormat.RGB);
  }

  /**
   * {@return a packed copy of raw pixels}
   *
   * @param pixels rows from the top, in the given format; not modified
   * @param width pixels a row
   * @param height rows
   * @param rowStride bytes from one row to the next, at least width × bytes a pixel
   * @param format the order of a pixel's bytes
   * @throws IllegalArgumentException when the array is too short
   */
  public static RgbImage copyOf(
      byte[] pixels, int width, int height, int rowStride, PixelFormat format) {
    return wrap(pixels, 0, width, height, rowStride, format).copy();
  }

  /**
   * {@return a copy of raw pixels in a buffer, from its position on, stride and all}
   *
   * @param pixels rows from the top, direct or on the heap; its position and limit stay as they are
   * @param width pixels a row
   * @param height rows
   * @param rowStride bytes from one row to the next, at least width × bytes a pixel
   * @param format the order of a pixel's bytes
   * @throws IllegalArgumentException when the buffer has too few bytes
   */
  public static RgbImage copyOf(
      ByteBuffer pixels, int width, int height, int rowStride, PixelFormat format) {
    ByteBuffer source = pixels.duplicate();
    int needed =
        (int) Math.min(source.remaining(), (height - 1L) * rowStride + (long) width * format.bytes);
    byte[] bytes = new byte[Math.max(0, needed)];
    source.get(bytes);
    return new RgbImage(bytes, 0, width, height, rowStride, format);
  }

  /**
   * {@return a picture that shares the caller's array: nothing is copied}
   *
   * <p>For video frames. The caller must not change the array while the picture is used;
   * recognition reads it only during its call.
   *
   * @param pixels rows from the top; shared, not modified
   * @param offset index of the first byte
   * @param width pixels a row
   * @param height rows
   * @param rowStride bytes from one row to the next, at least width × bytes a pixel
   * @param format the order of a pixel's bytes
   * @throws IllegalArgumentException when the array is too short
   */
  public static RgbImage wrap(
      byte[] pixels, int offset, int width, int height, int rowStride, PixelFormat format) {
    return new RgbImage(pixels, offset, width, height, rowStride, format);
  }

  private static int arraySize(int width, int height) {
    long bytes = 3L * width * height;
    checkArgument(
        bytes <= Integer.MAX_VALUE - 8,
        "a %s×%s picture does not fit into one array",
        width,
        height);
    return (int) bytes;
  }

  private RgbImage copy() {
    byte[] rgb = new byte[arraySize(width, height)];
    copyInto(rgb);
    return new RgbImage(rgb, 0, width, height, 3 * width, PixelFormat.RGB);
  }

  /** {@return pixels a row} */
  public int width() {
    return width;
  }

  /** {@return rows} */
  public int height() {
    return height;
  }

  /**
   * {@return a pixel as 0xRRGGBB}
   *
   * @param x column, 0 … width − 1
   * @param y row, 0 … height − 1
   * @throws IndexOutOfBoundsException outside the picture
   */
  public int rgb(int x, int y) {
    int i = origin + checkIndex(y, height) * rowStride + checkIndex(x, width) * format.bytes;
    return ((data[i + format.red] & 255) << 16)
        | ((data[i + format.green] & 255) << 8)
        | (data[i + format.blue] & 255);
  }

  /**
   * Writes all pixels as packed RGB bytes.
   *
   * @param target at least 3 × width × height bytes; written from its start
   * @throws IllegalArgumentException when it is shorter
   */
  public void copyInto(byte[] target) {
    checkArgument(
        target.length >= 3L * width * height,
        "a %s×%s picture needs %s bytes, the array has %s",
        width,
        height,
        3L * width * height,
        target.length);
    for (int y = 0, o = 0; y < height; y++) {
      int i = origin + y * rowStride;
      if (format == PixelFormat.RGB) {
        System.arraycopy(data, i, target, o, 3 * width);
        o += 3 * width;
        continue;
      }
      for (int x = 0; x < width; x++, i += format.bytes) {
        target[o++] = data[i + format.red];
        target[o++] = data[i + format.green];
        target[o++] = data[i + format.blue];
      }
    }
  }

  /**
   * {@return a rectangle of this picture, sharing its pixels: nothing is copied}
   *
   * @param x left column
   * @param y top row
   * @param width pixels a row, at least 1
   * @param height rows, at least 1
   * @throws IllegalArgumentException when the rectangle is empty or leaves the picture
   */
  public RgbImage subImage(int x, int y, int width, int height) {
    checkArgument(
        x >= 0
            && y >= 0
            && width > 0
            && height > 0
            && (long) x + width <= this.width
            && (long) y + height <= this.height,
        "the rectangle x=%s y=%s %s×%s leaves the picture of %s×%s",
        x,
        y,
        width,
        height,
        this.width,
        this.height);
    return new RgbImage(
        data, origin + y * rowStride + x * format.bytes, width, height, rowStride, format);
  }

  /** {@return a copy as an AWT picture of type 3BYTE_BGR} */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int y = 0, o = 0; y < height; y++) {
      for (int x = 0, i = origin + y * rowStride; x < width; x++, i += format.bytes) {
        bgr[o++] = data[i + format.blue];
        bgr[o++] = data[i + format.green];
        bgr[o++] = data[i + format.red];
      }
    }
    return image;
  }

  /** {@return the size, for logs; never pixels} */
  @Override
  public String toString() {
    return "RgbImage[" + width + "×" + height + "]";
  }
}
