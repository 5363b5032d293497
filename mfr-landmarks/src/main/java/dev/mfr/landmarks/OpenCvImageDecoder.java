package dev.mfr.landmarks;

import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.ImageDecodeException.Reason;
import dev.mfr.image.ImageDecoder;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Reads JPEG, PNG, WebP and BMP with OpenCV; the {@link ImageDecoder} behind {@link RgbImage#read}.
 *
 * <p>The format is recognised by content and nothing else is handed to a decoder. The size is read
 * from the header and held against the limit before pixels are allocated; a file that ends before
 * its format's own end is refused, though OpenCV would fill the rest with grey. Every picture comes
 * out as 8-bit RGB: grey is repeated, CMYK converted, 16 bits cut to 8, palettes looked up, alpha
 * dropped without blending, of an animation the first frame taken. EXIF orientation is applied.
 *
 * <p>Stateless and thread-safe. Native memory is freed before {@code decode} returns. OpenCV's
 * thread pool is reduced to one thread when the first picture is read. What its codecs print about
 * damaged files goes to standard error; the environment variable {@code OPENCV_LOG_LEVEL=OFF}
 * silences most of it.
 */
public final class OpenCvImageDecoder implements ImageDecoder {

  /** The most pixels that one Java array holds at three bytes a pixel. */
  private static final long ARRAY_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  /** Makes a decoder; {@link java.util.ServiceLoader} does so. Nothing is loaded yet. */
  public OpenCvImageDecoder() {}

  @Override
  public RgbImage decode(byte[] encoded, String name, long maxPixels) {
    if (encoded.length == 0) {
      throw new ImageDecodeException(name, Reason.EMPTY, "it is empty (0 bytes)", null);
    }
    EncodedPicture header = EncodedPicture.parse(encoded);
    if (header == null) {
      throw new ImageDecodeException(
          name,
          Reason.UNSUPPORTED_FORMAT,
          "it is no JPEG, PNG, WebP or BMP picture but "
              + EncodedPicture.describe(encoded)
              + "; convert it",
          null);
    }
    requireSize(name, header.width(), header.height(), maxPixels);
    if (!header.fault().isEmpty()) {
      throw corrupt(name, header, header.fault(), null);
    }
    OpenCv.require();
    return decode(encoded, name, header, maxPixels);
  }

  @Override
  public void prepare() {
    OpenCv.prepare();
  }

  private static RgbImage decode(
      byte[] encoded, String name, EncodedPicture header, long maxPixels) {
    try (BytePointer bytes = new BytePointer(encoded);
        Mat input = new Mat(1, encoded.length, opencv_core.CV_8UC1, bytes);
        Mat rgb = opencv_imgcodecs.imdecode(input, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
      if (rgb.empty()) {
        throw corrupt(name, header, "its content is damaged", null);
      }
      requireSize(name, rgb.cols(), rgb.rows(), maxPixels);
      int width = rgb.cols();
      int height = rgb.rows();
      byte[] pixels = new byte[3 * width * height];
      rgb.data().get(pixels);
      return RgbImage.wrap(pixels, 0, width, height, 3 * width, PixelFormat.RGB);
    } catch (ImageDecodeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw corrupt(name, header, "its content is damaged (" + firstLine(e) + ")", e);
    } catch (OutOfMemoryError e) {
      throw new ImageDecodeException(
          name,
          Reason.TOO_LARGE,
          String.format(
              Locale.ROOT,
              "there is not enough memory for its %d×%d pixels; give Java more (-Xmx) or make it smaller",
              header.width(),
              header.height()),
          e);
    }
  }

  private static void requireSize(String name, long width, long height, long maxPixels) {
    long limit = Math.min(maxPixels, ARRAY_PIXELS);
    if (width * height > limit) {
      throw new ImageDecodeException(
          name,
          Reason.TOO_LARGE,
          String.format(
              Locale.ROOT,
              "it has %d×%d = %,d pixels and the limit is %,d; %s",
              width,
              height,
              width * height,
              limit,
              limit < ARRAY_PIXELS
                  ? "if it can be trusted, raise the limit with RgbImage.read(path, maxPixels)"
                  : "that is the most a picture can have; make it smaller"),
          null);
    }
  }

  private static ImageDecodeException corrupt(
      String name, EncodedPicture header, String detail, @Nullable Throwable cause) {
    String format = header.format() == EncodedPicture.Format.WEBP ? "WebP" : header.format().name();
    return new ImageDecodeException(
        name,
        Reason.CORRUPT,
        "it is a " + format + " picture, but " + detail + "; fetch it again",
        cause);
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
