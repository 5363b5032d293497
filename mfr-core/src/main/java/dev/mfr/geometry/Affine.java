package dev.mfr.geometry;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * An affine map of the plane: {@code x' = a·x + b·y + c}, {@code y' = d·x + e·y + f}.
 *
 * <p>Immutable and thread-safe. Coordinates are pixels with integer values at pixel centres.
 *
 * @param a share of x in x'
 * @param b share of y in x'
 * @param c shift of x'
 * @param d share of x in y'
 * @param e share of y in y'
 * @param f shift of y'
 */
public record Affine(double a, double b, double c, double d, double e, double f) {

  /** The map that moves nothing. */
  public static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);

  /**
   * {@return the shift}
   *
   * @param dx to the right
   * @param dy downwards
   */
  public static Affine translation(double dx, double dy) {
    return new Affine(1, 0, dx, 0, 1, dy);
  }

  /**
   * {@return the scaling about the origin}
   *
   * @param sx factor of x
   * @param sy factor of y
   */
  public static Affine scaling(double sx, double sy) {
    return new Affine(sx, 0, 0, 0, sy, 0);
  }

  /**
   * {@return the rotation about the origin that takes the x axis to the given angle}
   *
   * @param angle radians, positive from x towards y (clockwise on screen)
   */
  public static Affine rotation(double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new Affine(cos, -sin, 0, sin, cos, 0);
  }

  /**
   * {@return the similarity (rotation, one scale, shift; no reflection) that takes {@code from} to
   * {@code to} with the least sum of squared distances}
   *
   * <p>The closed form of Umeyama (1991) for two dimensions: with centred points as complex numbers
   * the factor is Σ conj(p)·q / Σ |p|².
   *
   * @param from at least two points that are not all the same
   * @param to as many points
   * @throws IllegalArgumentException when the lists differ in size or the points of {@code from}
   *     coincide
   */
  public static Affine similarity(List<Point> from, List<Point> to) {
    checkArgument(
        from.size() == to.size() && from.size() >= 2,
        "a similarity needs two lists of the same size with two points or more, got %s and %s",
        from.size(),
        to.size());
    Point p0 = mean(from);
    Point q0 = mean(to);
    double re = 0;
    double im = 0;
    double norm = 0;
    for (int i = 0; i < from.size(); i++) {
      double px = from.get(i).x() - p0.x();
      double py = from.get(i).y() - p0.y();
      double qx = to.get(i).x() - q0.x();
      double qy = to.get(i).y() - q0.y();
      re += px * qx + py * qy;
      im += px * qy - py * qx;
      norm += px * px + py * py;
    }
    checkArgument(norm > 0, "a similarity cannot be fitted: all %s points coincide", from.size());
    double a = re / norm;
    double d = im / norm;
    return new Affine(
        a, -d, q0.x() - a * p0.x() + d * p0.y(), d, a, q0.y() - d * p0.x() - a * p0.y());
  }

  private static Point mean(List<Point> points) {
    double x = 0;
    double y = 0;
    for (Point p : points) {
      x += p.x();
      y += p.y();
    }
    return new Point(x / points.size(), y / points.size());
  }

  /**
   * {@return the map that applies this one first and {@code next} afterwards}
   *
   * @param next the second map
   */
  public Affine then(Affine next) {
    return new Affine(
        next.a * a + next.b * d,
        next.a * b + next.b * e,
        next.a * c + next.b * f + next.c,
        next.d * a + next.e * d,
        next.d * b + next.e * e,
        next.d * c + next.e * f + next.f);
  }

  /**
   * {@return the map back}
   *
   * @throws IllegalStateException when the map is not invertible
   */
  public Affine inverse() {
    double det = a * e - b * d;
    if (!(Math.abs(det) > 1e-300) || !Double.isFinite(det)) {
      throw new IllegalStateException("this affine map cannot be inverted: " + this);
    }
    double ia = e / det;
    double ib = -b / det;
    double id = -d / det;
    double ie = a / det;
    return new Affine(ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f));
  }

  /**
   * {@return where a point goes}
   *
   * @param p the point
   */
  public Point apply(Point p) {
    return new Point(applyX(p.x(), p.y()), applyY(p.x(), p.y()));
  }

  /**
   * {@return x' of a point}
   *
   * @param x the point's x
   * @param y the point's y
   */
  public double applyX(double x, double y) {
    return a * x + b * y + c;
  }

  /**
   * {@return y' of a point}
   *
   * @param x the point's x
   * @param y the point's y
   */
  public double applyY(double x, double y) {
    return d * x + e * y + f;
  }

  /** {@return the square root of the area factor: the scale, if the map is a similarity} */
  public double scale() {
    return Math.sqrt(Math.abs(a * e - b * d));
  }
}
