package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers of BlazeFace in memory that is used again, and their weighted non-maximum suppression.
 * Not thread-safe.
 *
 * <p>The best answer and all that overlap it are averaged with their scores as weights, boxes and
 * keypoints alike, then taken away, and so on with the rest. The average's score is the best one's.
 */
final class Candidates {
  // A row: score, box (centre x, centre y, width, height), keypoints (x, y).
  private static final int SCORE = 0;
  private static final int BOX = 1;
  private static final int KEYPOINT = 5;
  private static final int ROW = KEYPOINT + 2 * FaceCandidate.KEYPOINTS;

  private final List<double[]> rows = new ArrayList<>();
  private final List<double[]> merged = new ArrayList<>();
  private int[] order = new int[0];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Forgets all but the first. */
  void truncate(int count) {
    size = Math.min(size, count);
  }

  private static double[] row(List<double[]> rows, int index) {
    while (rows.size() <= index) {
      rows.add(new double[ROW]);
    }
    return rows.get(index);
  }

  /** Adds an answer; keypoints follow with {@link #setKeypoint}. */
  void add(double score, double cx, double cy, double width, double height) {
    double[] row = row(rows, size++);
    row[SCORE] = score;
    row[BOX] = cx;
    row[BOX + 1] = cy;
    row[BOX + 2] = width;
    row[BOX + 3] = height;
  }

  /** Sets a keypoint of the answer that was added last. */
  void setKeypoint(int keypoint, double x, double y) {
    double[] row = rows.get(size - 1);
    row[KEYPOINT + 2 * keypoint] = x;
    row[KEYPOINT + 2 * keypoint + 1] = y;
  }

  private void add(FaceCandidate face) {
    Point centre = face.box().centre();
    add(face.score(), centre.x(), centre.y(), face.box().width(), face.box().height());
    for (int k = 0; k < FaceCandidate.KEYPOINTS; k++) {
      setKeypoint(k, face.keypoints().get(k).x(), face.keypoints().get(k).y());
    }
  }

  double score(int i) {
    return rows.get(i)[SCORE];
  }

  double centreX(int i) {
    return rows.get(i)[BOX];
  }

  double centreY(int i) {
    return rows.get(i)[BOX + 1];
  }

  double width(int i) {
    return rows.get(i)[BOX + 2];
  }

  double height(int i) {
    return rows.get(i)[BOX + 3];
  }

  double keypointX(int i, int keypoint) {
    return rows.get(i)[KEYPOINT + 2 * keypoint];
  }

  double keypointY(int i, int keypoint) {
    return rows.get(i)[KEYPOINT + 2 * keypoint + 1];
  }

  FaceCandidate get(int i) {
    List<Point> keypoints = new ArrayList<>(FaceCandidate.KEYPOINTS);
    for (int k = 0; k < FaceCandidate.KEYPOINTS; k++) {
      keypoints.add(new Point(keypointX(i, k), keypointY(i, k)));
    }
    return new FaceCandidate(
        score(i), Box.around(new Point(centreX(i), centreY(i)), width(i), height(i)), keypoints);
  }

  List<FaceCandidate> toList() {
    List<FaceCandidate> faces = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      faces.add(get(i));
    }
    return faces;
  }

  static Candidates of(List<FaceCandidate> candidates) {
    Candidates all = new Candidates();
    candidates.forEach(all::add);
    return all;
  }

  /**
   * {@return one candidate a face, by falling score}
   *
   * @param candidates answers in any order; equal scores keep it; their boxes are not empty
   * @param minOverlap intersection over union above which two answers mean one face
   */
  static List<FaceCandidate> merge(List<FaceCandidate> candidates, double minOverlap) {
    Candidates all = of(candidates);
    all.merge(minOverlap);
    return all.toList();
  }

  /**
   * Leaves one candidate a face, by falling score.
   *
   * @param minOverlap intersection over union above which two answers mean one face
   */
  void merge(double minOverlap) {
    sort();
    int faces = 0;
    int left = size;
    while (left > 0) {
      double[] best = rows.get(order[0]);
      double[] face = row(merged, faces++);
      Arrays.fill(face, 0);
      // Those that overlap are summed, the others move to the front in their order.
      double total = 0;
      int others = 0;
      for (int i = 0; i < left; i++) {
        double[] row = rows.get(order[i]);
        if (i == 0 || overlap(best, row) > minOverlap) {
          total += row[SCORE];
          for (int c = BOX; c < ROW; c++) {
            face[c] += row[SCORE] * row[c];
          }
        } else {
          order[others++] = order[i];
        }
      }
      for (int c = BOX; c < ROW; c++) {
        face[c] /= total;
      }
      face[SCORE] = best[SCORE];
      left = others;
    }
    for (int i = 0; i < faces; i++) {
      double[] row = rows.get(i);
      rows.set(i, merged.get(i));
      merged.set(i, row);
    }
    size = faces;
  }

  /** Puts the indices of the rows into order by falling score; equal scores keep theirs. */
  private void sort() {
    if (order.length < size) {
      order = new int[size];
    }
    for (int i = 0; i < size; i++) {
      double score = score(i);
      int at = i;
      for (; at > 0 && score(order[at - 1]) < score; at--) {
        order[at] = order[at - 1];
      }
      order[at] = i;
    }
  }

  /** Intersection over union of two boxes. */
  private static double overlap(double[] a, double[] b) {
    double w = shared(a[BOX], a[BOX + 2], b[BOX], b[BOX + 2]);
    double h = shared(a[BOX + 1], a[BOX + 3], b[BOX + 1], b[BOX + 3]);
    if (!(w > 0 && h > 0)) {
      return 0;
    }
    return w * h / (a[BOX + 2] * a[BOX + 3] + b[BOX + 2] * b[BOX + 3] - w * h);
  }

  private static double shared(double a, double aSize, double b, double bSize) {
    return Math.min(a + aSize / 2, b + bSize / 2) - Math.max(a - aSize / 2, b - bSize / 2);
  }
}
