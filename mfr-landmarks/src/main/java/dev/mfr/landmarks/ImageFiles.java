package dev.mfr.landmarks;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.image.ImageWriteException;
import dev.mfr.image.RgbImage;
import dev.mfr.internal.WholeFile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Writes pictures to files: all of a file or nothing, because it is written beside its place and
 * then moved there. Reading is {@link RgbImage#read}.
 *
 * <p>Stateless and thread-safe.
 */
public final class ImageFiles {

  private ImageFiles() {}

  /**
   * Writes a picture without loss.
   *
   * @param image the picture
   * @param file the target, whatever its name ends with; an existing file is replaced
   * @throws ImageWriteException when it cannot be written; an existing file is then unchanged
   */
  public static void writePng(RgbImage image, Path file) {
    write(encode(image, ".png", new int[0]), file);
  }

  /**
   * Writes a picture as JPEG.
   *
   * @param image the picture
   * @param quality 1 (small) … 100 (good)
   * @param file the target, whatever its name ends with; an existing file is replaced
   * @throws ImageWriteException when it cannot be written; an existing file is then unchanged
   */
  public static void writeJpeg(RgbImage image, int quality, Path file) {
    write(encodeJpeg(image, quality), file);
  }

  /**
   * {@return a picture as the bytes of a JPEG file}
   *
   * @param image the picture
   * @param quality 1 (small) … 100 (good)
   */
  public static byte[] encodeJpeg(RgbImage image, int quality) {
    checkArgument(quality >= 1 && quality <= 100, "a quality lies in 1…100, got %s", quality);
    return encode(image, ".jpg", new int[] {opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality});
  }

  private static byte[] encode(RgbImage image, String format, int[] parameters) {
    OpenCv.require();
    BufferedImage copy = image.toBufferedImage();
    byte[] bgr = ((DataBufferByte) copy.getRaster().getDataBuffer()).getData();
    try (BytePointer pointer = new BytePointer(bgr);
        Mat pixels = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pointer);
        IntPointer options = new IntPointer(parameters);
        BytePointer encoded = new BytePointer()) {
      if (!opencv_imgcodecs.imencode(format, pixels, encoded, options)) {
        throw new IllegalStateException("OpenCV cannot encode " + image + " as " + format);
      }
      byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(bytes);
      return bytes;
    }
  }

  private static void write(byte[] bytes, Path file) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new ImageWriteException(file.toString(), "it is a directory; give a file name", null);
    }
    if (!Files.isDirectory(folder)) {
      throw new ImageWriteException(
          file.toString(), "its folder " + folder + " does not exist; create it", null);
    }
    try {
      WholeFile.write(bytes, target, false);
    } catch (IOException e) {
      throw new ImageWriteException(
          file.toString(),
          "the file system refuses (" + e + "); check its rights and free space",
          e);
    }
  }
}
