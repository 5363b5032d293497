package dev.mfr.image;

/**
 * The order of the bytes of one pixel in memory. Alpha and padding are ignored: no blending takes
 * place.
 */
public enum PixelFormat {
  /** Red, green, blue; three bytes. */
  RGB(3, 0, 1, 2),
  /** Blue, green, red; three bytes. OpenCV and most video decoders. */
  BGR(3, 2, 1, 0),
  /** Red, green, blue, alpha; four bytes. */
  RGBA(4, 0, 1, 2),
  /** Blue, green, red, alpha; four bytes. */
  BGRA(4, 2, 1, 0),
  /** Alpha, red, green, blue; four bytes. */
  ARGB(4, 1, 2, 3),
  /** Alpha, blue, green, red; four bytes. {@link java.awt.image.BufferedImage#TYPE_4BYTE_ABGR}. */
  ABGR(4, 3, 2, 1),
  /** One byte of luminance, which stands for all three channels. */
  GREY(1, 0, 0, 0);

  final int bytes;
  final int red;
  final int green;
  final int blue;

  PixelFormat(int bytes, int red, int green, int blue) {
    this.bytes = bytes;
    this.red = red;
    this.green = green;
    this.blue = blue;
  }

  /** {@return how many bytes a pixel takes, 1, 3 or 4} */
  public int bytesPerPixel() {
    return bytes;
  }
}
