package dev.mfr.landmarks.mask;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.Random;

/**
 * Draws a plain cloth or surgical mask onto a face of a photograph, for training and for
 * demonstrations.
 *
 * <p>The mask follows the cheeks, the jaw and the ridge of the nose as the mesh has them, so it
 * turns with the head. Its colour, height on the nose, width, pleats, ear loops and softness come
 * from the seed; its light comes from the face below it. The eyes are never touched. Equal
 * arguments give equal pictures.
 *
 * <p>Stateless and thread-safe; needs no display.
 */
public final class PlainMask {
  /*
   * 1. MaskShape gives the outline, the pleats and the loops in pixels of the picture.
   * 2. MaskLayer paints them over the box that they need: cloth with straight (unshaded) colours and its coverage.
   * 3. The coverage is softened, the cloth is shaded by the face's own blurred luminance, and both are blended in.
   */

  private PlainMask() {}

  /**
   * {@return a copy of a picture in which a face wears a mask}
   *
   * @param image the picture; not modified
   * @param landmarks the face's mesh, in pixels of the picture
   * @param seed chooses the mask
   * @throws IllegalArgumentException when the landmarks are of another scheme than FACE_MESH_468
   */
  public static RgbImage draw(RgbImage image, Landmarks landmarks, long seed) {
    checkArgument(
        landmarks.scheme() == LandmarkScheme.FACE_MESH_468,
        "a mask needs landmarks of the scheme FACE_MESH_468, got %s",
        landmarks.scheme());
    byte[] rgb = new byte[3 * image.width() * image.height()];
    image.copyInto(rgb);
    MaskStyle style = MaskStyle.random(new Random(seed));
    MaskShape shape = MaskShape.of(landmarks, style);
    Box box = shape.bounds();
    int x0 = (int) Math.max(0, Math.floor(box.x()));
    int y0 = (int) Math.max(0, Math.floor(box.y()));
    int x1 = (int) Math.min(image.width(), Math.ceil(box.x() + box.width()) + 1);
    int y1 = (int) Math.min(image.height(), Math.ceil(box.y() + box.height()) + 1);
    if (x0 < x1 && y0 < y1) {
      new MaskLayer(shape, style, x0, y0, x1 - x0, y1 - y0).blendInto(rgb, image.width());
    }
    return RgbImage.wrap(rgb, 0, image.width(), image.height(), 3 * image.width(), PixelFormat.RGB);
  }
}
