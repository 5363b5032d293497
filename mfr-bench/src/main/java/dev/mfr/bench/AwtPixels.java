package dev.mfr.bench;

import dev.mfr.geometry.Affine;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/** Crops by Java's own graphics, as programs without an image library do it. */
final class AwtPixels {
  private AwtPixels() {}

  /**
   * {@return a square window on a picture, bilinear, black outside}
   *
   * @param pictureFromCrop the map between pixel centres
   * @param size pixels a side
   */
  static BufferedImage crop(BufferedImage picture, Affine pictureFromCrop, int size) {
    Affine map = pictureFromCrop.inverse();
    // Graphics2D counts from a pixel's corner.
    AffineTransform transform = AffineTransform.getTranslateInstance(.5, .5);
    transform.concatenate(
        new AffineTransform(map.a(), map.d(), map.b(), map.e(), map.c(), map.f()));
    transform.translate(-.5, -.5);
    BufferedImage crop = new BufferedImage(size, size, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = crop.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, transform, null);
    graphics.dispose();
    return crop;
  }
}
