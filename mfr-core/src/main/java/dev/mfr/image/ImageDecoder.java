package dev.mfr.image;

/**
 * Turns an encoded picture into pixels: the port behind {@link RgbImage#read}.
 *
 * <p>mfr-landmarks provides one (JPEG, PNG, WebP, BMP by OpenCV) that is found through {@link
 * java.util.ServiceLoader}; the first one found is used. Implementations must be thread-safe.
 */
public interface ImageDecoder {

  /**
   * {@return the decoded picture, upright: the EXIF orientation is applied}
   *
   * @param encoded the whole file's bytes; not modified, and not kept after the call
   * @param name what to call the picture in error messages
   * @param maxPixels the most pixels (width × height) that may be allocated, at least 1; checked
   *     against the header before the pixels are decoded
   * @throws ImageDecodeException when the bytes are no picture that can be read
   */
  RgbImage decode(byte[] encoded, String name, long maxPixels);

  /**
   * Loads what decoding needs, so that the first picture need not wait for it; nothing unless
   * overridden. Never throws for what is missing: the first {@link #decode} does.
   */
  default void prepare() {}
}
