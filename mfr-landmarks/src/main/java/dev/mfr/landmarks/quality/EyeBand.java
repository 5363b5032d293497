package dev.mfr.landmarks.quality;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;

/**
 * The part of a face that a mask leaves visible, level and at one size: eyes, brows and the lower
 * forehead, as luma.
 *
 * <p>It reaches from a little beside one eye's outer corner to the same beside the other's, and
 * from 0.65 eye distances above the eyes to 0.2 below. There are {@link #UNIT} pixels to an eye
 * distance, or as many as the picture has where that is less. Immutable.
 */
final class EyeBand {
  /** The most pixels between the eyes. */
  static final int UNIT = 40;

  /** Pixels around the band that filters may look at. */
  static final int RIM = 6;

  private static final double BESIDE = .1;
  private static final double ABOVE = .65;
  private static final double BELOW = .2;
  private static final int FINEST = 8;
  private static final int SMALLEST = 8;

  final int width;
  final int height;

  /** Luma 0…255 of the band with its rim. */
  final float[] luma;

  /** Whether a pixel of the same lies inside the picture. */
  final boolean[] inside;

  private EyeBand(int width, int height, float[] luma, boolean[] inside) {
    this.width = width;
    this.height = height;
    this.luma = luma;
    this.inside = inside;
  }

  /**
   * {@return the band of a face}
   *
   * @param image the picture
   * @param landmarks the face's points
   * @param unit what an eye distance measures when the face looks into the camera, in pixels; more
   *     than 0
   */
  static EyeBand of(RgbImage image, Landmarks landmarks, double unit) {
    double scale = Math.min(UNIT, Math.max(SMALLEST, unit)) / unit;
    Point right = landmarks.rightEye();
    Point left = landmarks.leftEye();
    double angle = right.angleTo(left);
    boolean mesh = landmarks.scheme() == LandmarkScheme.FACE_MESH_468;
    Point from = landmarks.point(mesh ? 33 : 36);
    Point to = landmarks.point(mesh ? 263 : 45);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    Point middle = right.midpoint(left);
    double x0 = along(from, middle, cos, sin) - BESIDE * unit;
    double x1 = along(to, middle, cos, sin) + BESIDE * unit;
    int width = (int) Math.max(2, Math.round((x1 - x0) * scale)) + 2 * RIM;
    int height = (int) Math.max(2, Math.round((ABOVE + BELOW) * unit * scale)) + 2 * RIM;
    // So many samples a side make one pixel of the band: the mean of an area, without aliases.
    int fine = (int) Math.max(1, Math.min(FINEST, Math.ceil(1 / scale - .1)));
    Affine sourceFromBand =
        Affine.scaling(1 / (scale * fine), 1 / (scale * fine))
            .then(
                Affine.translation(
                    x0 - RIM / scale + (1 - fine) / (2 * scale * fine) + .5 / scale,
                    -ABOVE * unit - RIM / scale + (1 - fine) / (2 * scale * fine) + .5 / scale))
            .then(Affine.rotation(angle))
            .then(Affine.translation(middle.x(), middle.y()));
    RgbImage rendered =
        Warp.render(image, sourceFromBand, width * fine, height * fine, Border.REPLICATE);
    byte[] rgb = new byte[3 * width * fine * height * fine];
    rendered.copyInto(rgb);
    float[] luma = new float[width * height];
    boolean[] inside = new boolean[width * height];
    float norm = 1f / (1000 * fine * fine);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int sum = 0;
        for (int fy = 0; fy < fine; fy++) {
          int o = 3 * ((y * fine + fy) * width * fine + x * fine);
          for (int end = o + 3 * fine; o < end; o += 3) {
            sum += 299 * (rgb[o] & 255) + 587 * (rgb[o + 1] & 255) + 114 * (rgb[o + 2] & 255);
          }
        }
        luma[y * width + x] = sum * norm;
        double cx = x * fine + (fine - 1) / 2.0;
        double cy = y * fine + (fine - 1) / 2.0;
        double px = sourceFromBand.applyX(cx, cy);
        double py = sourceFromBand.applyY(cx, cy);
        inside[y * width + x] =
            px >= -.5 && py >= -.5 && px < image.width() - .5 && py < image.height() - .5;
      }
    }
    return new EyeBand(width, height, luma, inside);
  }

  private static double along(Point p, Point origin, double cos, double sin) {
    return (p.x() - origin.x()) * cos + (p.y() - origin.y()) * sin;
  }
}
