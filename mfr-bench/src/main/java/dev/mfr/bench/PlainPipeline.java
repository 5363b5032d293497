package dev.mfr.bench;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.head.SoftmaxHead;
import java.util.ArrayList;
import java.util.List;

/**
 * The paper's pipeline for the one face of a square picture, without this library's hot path: what
 * the rivals share, so that they differ in how pixels become tensors and tensors numbers.
 *
 * <p>Detector on the whole picture, anchors, weighted suppression, mesh on the face's square, the
 * four-point region, ResNet-50. The head is this library's: its time counts for everybody alike. No
 * second look, no search for small faces, no ranking, no unknown rule: less than the recognizer
 * does.
 */
abstract class PlainPipeline implements Contender {
  static final int DETECTOR_SIZE = 128;
  static final int MESH_SIZE = 192;
  static final int REGION_SIZE = 100;

  private static final int FINE_CELLS = 16;
  private static final int COARSE_CELLS = 8;
  private static final int ANCHORS = 2 * FINE_CELLS * FINE_CELLS + 6 * COARSE_CELLS * COARSE_CELLS;
  private static final double MIN_SCORE = .5;
  private static final double SAME_FACE = .3;
  private static final int[] REGION_POINTS = {10, 356, 195, 127};

  private final SoftmaxHead head;
  private final double side;

  /**
   * @param head on the ResNet-50's features
   * @param side the square picture's side in pixels
   */
  PlainPipeline(SoftmaxHead head, int side) {
    this.head = head;
    this.side = side;
  }

  /** What the detector says of an anchor. */
  interface Detections {
    float logit(int anchor);

    float value(int anchor, int column);
  }

  /** The detector on the whole picture. */
  abstract Detections detect() throws Exception;

  /** The mesh network on the window that a map from input to picture pixels shows: x, y, z. */
  abstract float[] mesh(Affine pictureFromInput) throws Exception;

  /** The ResNet-50's features of a window. */
  abstract float[] features(Affine pictureFromInput) throws Exception;

  @Override
  public final Answer run() throws Exception {
    Affine square = square(best(detect()));
    float[] xyz = mesh(square);
    float[] points = new float[2 * LandmarkScheme.FACE_MESH_468.size()];
    for (int i = 0; i < points.length / 2; i++) {
      points[2 * i] = (float) square.applyX(xyz[3 * i], xyz[3 * i + 1]);
      points[2 * i + 1] = (float) square.applyY(xyz[3 * i], xyz[3 * i + 1]);
    }
    float[] features = features(region(points));
    double[] probabilities = new double[head.labels().size()];
    head.probabilitiesInto(features, probabilities);
    int first = 0;
    for (int i = 1; i < probabilities.length; i++) {
      first = probabilities[i] > probabilities[first] ? i : first;
    }
    return new Answer(points, features, head.labels().get(first));
  }

  @Override
  public final Answer answer() throws Exception {
    return run();
  }

  /** A face in the square 0…1: box and the two eyes. */
  record Face(double score, Box box, Point rightEye, Point leftEye) {}

  static Face best(Detections detections) {
    List<Face> faces = new ArrayList<>();
    for (int i = 0; i < ANCHORS; i++) {
      double score = 1 / (1 + Math.exp(-detections.logit(i)));
      if (score >= MIN_SCORE) {
        faces.add(face(i, score, detections));
      }
    }
    if (faces.isEmpty()) {
      throw new IllegalStateException("no face was found");
    }
    Face best = faces.get(0);
    for (Face face : faces) {
      best = face.score() > best.score() ? face : best;
    }
    double total = 0;
    double[] sum = new double[8];
    for (Face face : faces) {
      if (best.box().intersectionOverUnion(face.box()) > SAME_FACE) {
        Box box = face.box();
        double[] values = {
          box.x(), box.y(), box.width(), box.height(),
          face.rightEye().x(), face.rightEye().y(), face.leftEye().x(), face.leftEye().y()
        };
        total += face.score();
        for (int k = 0; k < sum.length; k++) {
          sum[k] += face.score() * values[k];
        }
      }
    }
    for (int k = 0; k < sum.length; k++) {
      sum[k] /= total;
    }
    return new Face(
        best.score(),
        new Box(sum[0], sum[1], sum[2], sum[3]),
        new Point(sum[4], sum[5]),
        new Point(sum[6], sum[7]));
  }

  private static Face face(int anchor, double score, Detections d) {
    int fine = 2 * FINE_CELLS * FINE_CELLS;
    int cells = anchor < fine ? FINE_CELLS : COARSE_CELLS;
    int cell = anchor < fine ? anchor / 2 : (anchor - fine) / 6;
    int row = cell / cells;
    int column = cell % cells;
    double x = (column + .5) / cells;
    double y = (row + .5) / cells;
    double unit = 1. / DETECTOR_SIZE;
    return new Face(
        score,
        Box.around(
            new Point(x + unit * d.value(anchor, 0), y + unit * d.value(anchor, 1)),
            unit * d.value(anchor, 2),
            unit * d.value(anchor, 3)),
        new Point(x + unit * d.value(anchor, 4), y + unit * d.value(anchor, 5)),
        new Point(x + unit * d.value(anchor, 6), y + unit * d.value(anchor, 7)));
  }

  private Affine square(Face face) {
    double length = 1.5 * side * Math.max(face.box().width(), face.box().height());
    return Affine.translation(-MESH_SIZE / 2., -MESH_SIZE / 2.)
        .then(Affine.scaling(length / MESH_SIZE, length / MESH_SIZE))
        .then(Affine.rotation(face.rightEye().angleTo(face.leftEye())))
        .then(Affine.translation(side * face.box().centre().x(), side * face.box().centre().y()));
  }

  private static Affine region(float[] points) {
    Point right = point(points, 33).midpoint(point(points, 133));
    Point left = point(points, 362).midpoint(point(points, 263));
    Point middle = right.midpoint(left);
    Affine level =
        Affine.translation(-middle.x(), -middle.y()).then(Affine.rotation(-right.angleTo(left)));
    double x0 = Double.POSITIVE_INFINITY;
    double y0 = Double.POSITIVE_INFINITY;
    double x1 = Double.NEGATIVE_INFINITY;
    double y1 = Double.NEGATIVE_INFINITY;
    for (int vertex : REGION_POINTS) {
      Point p = level.apply(point(points, vertex));
      x0 = Math.min(x0, p.x());
      x1 = Math.max(x1, p.x());
      y0 = Math.min(y0, p.y());
      y1 = Math.max(y1, p.y());
    }
    return level
        .then(Affine.translation(-x0, -y0))
        .then(Affine.scaling(REGION_SIZE / (x1 - x0), REGION_SIZE / (y1 - y0)))
        .inverse();
  }

  private static Point point(float[] points, int vertex) {
    return new Point(points[2 * vertex], points[2 * vertex + 1]);
  }
}
