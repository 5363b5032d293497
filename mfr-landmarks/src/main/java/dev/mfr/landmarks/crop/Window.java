package dev.mfr.landmarks.crop;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/** Geometry that the croppers share. */
final class Window {
  private Window() {}

  /**
   * {@return a recipe's name for landmarks of a scheme}
   *
   * <p>The schemes' points differ, and so do the crops: a network that was trained on one must not
   * be shown the other unawares.
   */
  static String recipe(String meshRecipe, LandmarkScheme scheme) {
    return switch (scheme) {
      case FACE_MESH_468 -> meshRecipe;
      case DLIB_68 -> meshRecipe + "-dlib68";
    };
  }

  /**
   * {@return how much of a square window lies inside a picture, 0…1, by area}
   *
   * @param sourceFromView the map from the window to the picture
   * @param size the window's side
   * @param image the picture
   */
  static double shareInside(Affine sourceFromView, int size, RgbImage image) {
    double end = size - .5;
    if (isInside(sourceFromView, -.5, -.5, image)
        && isInside(sourceFromView, end, -.5, image)
        && isInside(sourceFromView, end, end, image)
        && isInside(sourceFromView, -.5, end, image)) {
      return 1;
    }
    Affine viewFromSource = sourceFromView.inverse();
    double r = image.width() - .5;
    double b = image.height() - .5;
    List<Point> polygon =
        List.of(
            viewFromSource.apply(new Point(-.5, -.5)),
            viewFromSource.apply(new Point(r, -.5)),
            viewFromSource.apply(new Point(r, b)),
            viewFromSource.apply(new Point(-.5, b)));
    polygon = clip(polygon, 1, 0, .5);
    polygon = clip(polygon, -1, 0, end);
    polygon = clip(polygon, 0, 1, .5);
    polygon = clip(polygon, 0, -1, end);
    return area(polygon) / ((double) size * size);
  }

  private static boolean isInside(Affine sourceFromView, double x, double y, RgbImage image) {
    double sx = sourceFromView.applyX(x, y);
    double sy = sourceFromView.applyY(x, y);
    return sx >= -.5 && sy >= -.5 && sx <= image.width() - .5 && sy <= image.height() - .5;
  }

  /** Sutherland and Hodgman (1974): the part of a convex polygon where a·x + b·y + c ≥ 0. */
  private static List<Point> clip(List<Point> polygon, double a, double b, double c) {
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i < polygon.size(); i++) {
      Point p = polygon.get(i);
      Point q = polygon.get((i + 1) % polygon.size());
      double dp = a * p.x() + b * p.y() + c;
      double dq = a * q.x() + b * q.y() + c;
      if (dp >= 0) {
        kept.add(p);
      }
      if (dp >= 0 != dq >= 0) {
        double t = dp / (dp - dq);
        kept.add(new Point(p.x() + t * (q.x() - p.x()), p.y() + t * (q.y() - p.y())));
      }
    }
    return kept;
  }

  private static double area(List<Point> polygon) {
    double twice = 0;
    for (int i = 0; i < polygon.size(); i++) {
      Point p = polygon.get(i);
      Point q = polygon.get((i + 1) % polygon.size());
      twice += p.x() * q.y() - q.x() * p.y();
    }
    return Math.abs(twice) / 2;
  }
}
