package dev.mfr.landmarks.mask;

/** Closed polygons as x, y, x, y, … */
final class Polygons {
  private Polygons() {}

  static boolean contains(double[] xy, double x, double y) {
    boolean inside = false;
    for (int i = 0, j = xy.length - 2; i < xy.length; j = i, i += 2) {
      boolean crosses = xy[i + 1] > y != xy[j + 1] > y;
      if (crosses && x < (xy[j] - xy[i]) * (y - xy[i + 1]) / (xy[j + 1] - xy[i + 1]) + xy[i]) {
        inside = !inside;
      }
    }
    return inside;
  }

  /** The distance from a place to a polygon; 0 inside. */
  static double distance(double[] xy, double x, double y) {
    if (contains(xy, x, y)) {
      return 0;
    }
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0, j = xy.length - 2; i < xy.length; j = i, i += 2) {
      double ex = xy[i] - xy[j];
      double ey = xy[i + 1] - xy[j + 1];
      double length = ex * ex + ey * ey;
      double t = length > 0 ? ((x - xy[j]) * ex + (y - xy[j + 1]) * ey) / length : 0;
      t = Math.max(0, Math.min(1, t));
      nearest = Math.min(nearest, Math.hypot(x - xy[j] - t * ex, y - xy[j + 1] - t * ey));
    }
    return nearest;
  }
}
