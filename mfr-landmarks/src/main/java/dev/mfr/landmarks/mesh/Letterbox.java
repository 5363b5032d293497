package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;

/**
 * A square around the middle of a picture, which becomes the detector's input.
 *
 * @param side the square's side, in pixels of the picture
 * @param left how far it reaches beyond the picture's left edge, in pixels
 * @param top how far it reaches beyond its top edge
 */
record Letterbox(double side, double left, double top) {

  /**
   * {@return the square for a picture}
   *
   * @param border what is added on each side, as a share of the longer side
   */
  static Letterbox of(RgbImage image, double border) {
    double side = Math.max(image.width(), image.height()) * (1 + 2 * border);
    return new Letterbox(side, (side - image.width()) / 2, (side - image.height()) / 2);
  }

  /** {@return the map from pixel centres of the input, {@code size} a side, to the picture's} */
  Affine sourceFromNetwork(int size) {
    double s = size / side;
    return new Affine(s, 0, left * s + .5 * s - .5, 0, s, top * s + .5 * s - .5).inverse();
  }

  /** {@return the picture's x of a place in the square, 0…1} */
  double x(double share) {
    return share * side - left;
  }

  /** {@return the picture's y of a place in the square, 0…1} */
  double y(double share) {
    return share * side - top;
  }

  /** {@return a point of the square, 0…1, in the picture} */
  Point point(double x, double y) {
    return new Point(x(x), y(y));
  }

  /** {@return a box of the square, by centre and size 0…1, in the picture} */
  Box box(double cx, double cy, double width, double height) {
    return Box.around(point(cx, cy), width * side, height * side);
  }
}
