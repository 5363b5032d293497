package dev.mfr;

import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.ImageDecoder;
import dev.mfr.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** The picture decoder of this module's tests; the library's own lives in mfr-landmarks. */
public final class ImageIoTestDecoder implements ImageDecoder {
  @Override
  public RgbImage decode(byte[] encoded, String name, long maxPixels) {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
      if (image == null) {
        throw new ImageDecodeException(
            name, ImageDecodeException.Reason.UNSUPPORTED_FORMAT, "it is no picture", null);
      }
      return RgbImage.copyOf(image);
    } catch (IOException e) {
      throw new ImageDecodeException(name, ImageDecodeException.Reason.CORRUPT, "" + e, e);
    }
  }
}
