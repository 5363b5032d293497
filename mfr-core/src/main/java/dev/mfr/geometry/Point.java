package dev.mfr.geometry;

/**
 * A point in a picture, in pixels; integer coordinates are pixel centres.
 *
 * @param x to the right, from the left edge
 * @param y downwards, from the top edge
 */
public record Point(double x, double y) {

  /**
   * {@return the point half-way to another}
   *
   * @param other the other point
   */
  public Point midpoint(Point other) {
    return new Point((x + other.x) / 2, (y + other.y) / 2);
  }

  /**
   * {@return the Euclidean distance to another point, in pixels}
   *
   * @param other the other point
   */
  public double distanceTo(Point other) {
    return Math.hypot(x - other.x, y - other.y);
  }

  /**
   * {@return the angle of the direction to another point, in radians from the x axis, positive
   * towards y (clockwise on screen)}
   *
   * @param other the other point
   */
  public double angleTo(Point other) {
    return Math.atan2(other.y - y, other.x - x);
  }
}
