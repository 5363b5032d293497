package dev.mfr.landmarks.mask;

import dev.mfr.geometry.Point;
import java.awt.geom.Path2D;
import java.util.List;

/** Lines through points. */
final class Curves {
  private Curves() {}

  /** {@return a smooth open line through points: Catmull and Rom's spline as Bézier pieces} */
  static Path2D through(List<Point> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).x(), points.get(0).y());
    for (int i = 0; i + 1 < points.size(); i++) {
      Point before = points.get(Math.max(0, i - 1));
      Point from = points.get(i);
      Point to = points.get(i + 1);
      Point after = points.get(Math.min(points.size() - 1, i + 2));
      path.curveTo(
          from.x() + (to.x() - before.x()) / 6,
          from.y() + (to.y() - before.y()) / 6,
          to.x() - (after.x() - from.x()) / 6,
          to.y() - (after.y() - from.y()) / 6,
          to.x(),
          to.y());
    }
    return path;
  }

  static Path2D polygon(List<Point> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).x(), points.get(0).y());
    for (Point p : points.subList(1, points.size())) {
      path.lineTo(p.x(), p.y());
    }
    path.closePath();
    return path;
  }
}
