package dev.mfr.landmarks.mask;

import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A mask's lines on one face, in pixels of the picture.
 *
 * @param outline the cloth's edge, closed
 * @param upper its upper edge, from the person's right to the left
 * @param lower its lower edge, likewise
 * @param folds lines across, or one down the middle
 * @param loops the cords to the ears
 * @param eyes the rims of both eyes, closed
 * @param eyeDistance the scale of everything
 * @param bounds what the cloth and the cords need
 */
record MaskShape(
    Path2D outline,
    Path2D upper,
    Path2D lower,
    List<Path2D> folds,
    List<Path2D> loops,
    Path2D eyes,
    double eyeDistance,
    Box bounds) {
  /*
   * Vertices are named on the person's right; MIRROR has the left ones in the same order. The upper edge runs over the
   * side, two places of the cheek, the flank and the ridge of the nose; each lies between a low and a high vertex. The
   * sides lie between the face's outline and a column on the cheek. The chin is the outline, pushed outwards.
   */
  private static final int[] RIDGE = {5, 195, 197, 6};
  private static final int[] FLANK = {198, 114, 420, 343};
  private static final int[] INNER_CHEEK = {36, 101, 266, 330};
  private static final int[] OUTER_CHEEK = {50, 117, 280, 346};
  private static final int[] SIDE_OVAL = {234, 93, 132, 58, 172};
  private static final int[] SIDE_CHEEK = {116, 123, 147, 213, 192};
  private static final int[] SIDE_OVAL_LEFT = {454, 323, 361, 288, 397};
  private static final int[] SIDE_CHEEK_LEFT = {345, 352, 376, 433, 416};
  private static final int[] CHIN = {136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365};
  private static final int EAR_RIGHT = 234;
  private static final int EAR_LEFT = 454;
  private static final int NOSE_TIP = 4;

  static MaskShape of(Landmarks face, MaskStyle style) {
    List<Point> right = side(face, SIDE_OVAL, SIDE_CHEEK, style);
    List<Point> left = side(face, SIDE_OVAL_LEFT, SIDE_CHEEK_LEFT, style);

    List<Point> upper = new ArrayList<>();
    upper.add(right.get(0));
    upper.add(between(face, OUTER_CHEEK, 0, .75 * style.cheek()));
    upper.add(between(face, INNER_CHEEK, 0, .9 * style.cheek()));
    upper.add(between(face, FLANK, 0, .8 * style.height()));
    upper.add(ridge(face, style.height()));
    upper.add(between(face, FLANK, 2, .8 * style.height()));
    upper.add(between(face, INNER_CHEEK, 2, .9 * style.cheek()));
    upper.add(between(face, OUTER_CHEEK, 2, .75 * style.cheek()));
    upper.add(left.get(0));

    Point tip = face.point(NOSE_TIP);
    List<Point> lower = new ArrayList<>();
    lower.add(right.get(right.size() - 1));
    for (int i = 0; i < CHIN.length; i++) {
      // All of the push at the chin, none at the jaw's corners.
      double push = 1 + style.chin() * Math.sin(Math.PI * (i + 1) / (CHIN.length + 1));
      Point p = face.point(CHIN[i]);
      lower.add(new Point(tip.x() + push * (p.x() - tip.x()), tip.y() + push * (p.y() - tip.y())));
    }
    lower.add(left.get(left.size() - 1));

    Path2D upperEdge = Curves.through(upper);
    Path2D lowerEdge = Curves.through(lower);
    Path2D outline = new Path2D.Double(upperEdge);
    for (int i = 1; i < left.size(); i++) {
      outline.lineTo(left.get(i).x(), left.get(i).y());
    }
    List<Point> back = new ArrayList<>(lower);
    Collections.reverse(back);
    outline.append(Curves.through(back), true);
    for (int i = right.size() - 2; i >= 0; i--) {
      outline.lineTo(right.get(i).x(), right.get(i).y());
    }
    outline.closePath();

    List<Path2D> loops =
        style.loops()
            ? List.of(
                loop(right.get(0), face.point(EAR_RIGHT)),
                loop(right.get(3), face.point(EAR_RIGHT)),
                loop(left.get(0), face.point(EAR_LEFT)),
                loop(left.get(3), face.point(EAR_LEFT)))
            : List.of();
    double eyeDistance = face.eyeDistance();
    Rectangle2D area = outline.getBounds2D();
    for (Path2D loop : loops) {
      area = area.createUnion(loop.getBounds2D());
    }
    double margin = .1 * eyeDistance + 2;
    return new MaskShape(
        outline,
        upperEdge,
        lowerEdge,
        folds(face, style, right, left, upper),
        loops,
        eyes(face),
        eyeDistance,
        new Box(
            area.getX() - margin,
            area.getY() - margin,
            area.getWidth() + 2 * margin,
            area.getHeight() + 2 * margin));
  }

  private static List<Point> side(Landmarks face, int[] oval, int[] cheek, MaskStyle style) {
    List<Point> side = new ArrayList<>();
    for (int i = 0; i < oval.length; i++) {
      side.add(mix(face.point(oval[i]), face.point(cheek[i]), style.inset()));
    }
    // The upper corner slides down from the first place towards the second.
    side.set(0, mix(side.get(0), side.get(1), 1 - .7 * style.cheek()));
    side.remove(1);
    return side;
  }

  private static List<Path2D> folds(
      Landmarks face, MaskStyle style, List<Point> right, List<Point> left, List<Point> upper) {
    List<Path2D> folds = new ArrayList<>();
    if (style.pleats() == 0) {
      folds.add(
          Curves.through(
              List.of(
                  upper.get(4),
                  face.point(NOSE_TIP),
                  mix(face.point(164), face.point(2), .3),
                  mix(face.point(17), face.point(18), .5),
                  face.point(152))));
      return folds;
    }
    int[] middle = {1, 0, 18};
    double[] down = {.22, .5, .78};
    for (int i = 0; i < style.pleats(); i++) {
      Point r = along(right, down[i]);
      Point l = along(left, down[i]);
      Point m = face.point(middle[i]);
      folds.add(
          Curves.through(List.of(r, mix(mix(r, m, .5), m, .12), m, mix(mix(l, m, .5), m, .12), l)));
    }
    return folds;
  }

  private static Point along(List<Point> side, double share) {
    double at = share * (side.size() - 1);
    int i = Math.min(side.size() - 2, (int) at);
    return mix(side.get(i), side.get(i + 1), at - i);
  }

  private static Path2D loop(Point from, Point ear) {
    Path2D path = new Path2D.Double();
    path.moveTo(from.x(), from.y());
    path.lineTo(ear.x(), ear.y());
    return path;
  }

  private static Path2D eyes(Landmarks face) {
    Path2D eyes = new Path2D.Double();
    for (List<Integer> ring : List.of(FaceMeshTopology.RIGHT_EYE, FaceMeshTopology.LEFT_EYE)) {
      eyes.append(Curves.polygon(ring.stream().map(face::point).toList()), false);
    }
    return eyes;
  }

  private static Point ridge(Landmarks face, double height) {
    double at = height * (RIDGE.length - 1);
    int i = Math.min(RIDGE.length - 2, (int) at);
    return mix(face.point(RIDGE[i]), face.point(RIDGE[i + 1]), at - i);
  }

  private static Point between(Landmarks face, int[] lowHigh, int offset, double share) {
    return mix(face.point(lowHigh[offset]), face.point(lowHigh[offset + 1]), share);
  }

  private static Point mix(Point p, Point q, double share) {
    return new Point(p.x() + share * (q.x() - p.x()), p.y() + share * (q.y() - p.y()));
  }
}
