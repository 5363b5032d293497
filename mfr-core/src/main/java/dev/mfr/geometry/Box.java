package dev.mfr.geometry;

/**
 * An upright rectangle in a picture, in pixels. It may reach beyond the picture.
 *
 * @param x left edge
 * @param y top edge
 * @param width extent to the right, finite and not negative
 * @param height extent downwards, finite and not negative
 */
public record Box(double x, double y, double width, double height) {

  public Box {
    if (!(width >= 0 && height >= 0 && Double.isFinite(x + y + width + height))) {
      throw new IllegalArgumentException(
          "a box needs finite numbers and extents that are not negative, got x="
              + x
              + " y="
              + y
              + " width="
              + width
              + " height="
              + height);
    }
  }

  /**
   * {@return the box around a centre}
   *
   * @param centre its middle
   * @param width its width
   * @param height its height
   */
  public static Box around(Point centre, double width, double height) {
    return new Box(centre.x() - width / 2, centre.y() - height / 2, width, height);
  }

  /** {@return the middle of the box} */
  public Point centre() {
    return new Point(x + width / 2, y + height / 2);
  }

  /** {@return width times height, in square pixels} */
  public double area() {
    return width * height;
  }

  /**
   * {@return the area that two boxes share, in square pixels}
   *
   * @param other the other box
   */
  public double intersectionArea(Box other) {
    double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
    double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
    return w > 0 && h > 0 ? w * h : 0;
  }

  /**
   * {@return intersection over union, 0 (apart) to 1 (equal); 0 when both are empty}
   *
   * @param other the other box
   */
  public double intersectionOverUnion(Box other) {
    double shared = intersectionArea(other);
    double union = area() + other.area() - shared;
    return union > 0 ? shared / union : 0;
  }

  /**
   * {@return this box moved}
   *
   * @param dx to the right
   * @param dy downwards
   */
  public Box translate(double dx, double dy) {
    return new Box(x + dx, y + dy, width, height);
  }
}
