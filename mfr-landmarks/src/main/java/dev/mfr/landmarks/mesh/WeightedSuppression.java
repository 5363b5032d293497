package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Weighted non-maximum suppression: the many answers for one face become one.
 *
 * <p>The best answer and all that overlap it are averaged with their scores as weights, boxes and
 * keypoints alike, then taken away, and so on with the rest. The average's score is the best one's.
 */
final class WeightedSuppression {
  private WeightedSuppression() {}

  /**
   * {@return one candidate a face, by falling score}
   *
   * @param candidates all answers above the least score, in any order; equal scores keep it; their
   *     boxes are not empty
   * @param minOverlap intersection over union above which two answers mean one face
   */
  static List<FaceCandidate> merge(List<FaceCandidate> candidates, double minOverlap) {
    List<FaceCandidate> left = new ArrayList<>(candidates);
    left.sort(Comparator.comparingDouble(FaceCandidate::score).reversed());
    List<FaceCandidate> faces = new ArrayList<>();
    while (!left.isEmpty()) {
      FaceCandidate best = left.get(0);
      List<FaceCandidate> same = new ArrayList<>();
      List<FaceCandidate> others = new ArrayList<>();
      for (FaceCandidate c : left) {
        boolean overlaps = best.box().intersectionOverUnion(c.box()) > minOverlap;
        (overlaps ? same : others).add(c);
      }
      faces.add(average(best.score(), same));
      left = others;
    }
    return faces;
  }

  private static FaceCandidate average(double score, List<FaceCandidate> candidates) {
    double total = candidates.stream().mapToDouble(FaceCandidate::score).sum();
    double cx = 0;
    double cy = 0;
    double w = 0;
    double h = 0;
    double[] keypoints = new double[2 * FaceCandidate.KEYPOINTS];
    for (FaceCandidate c : candidates) {
      double weight = c.score() / total;
      cx += weight * c.box().centre().x();
      cy += weight * c.box().centre().y();
      w += weight * c.box().width();
      h += weight * c.box().height();
      for (int k = 0; k < FaceCandidate.KEYPOINTS; k++) {
        keypoints[2 * k] += weight * c.keypoints().get(k).x();
        keypoints[2 * k + 1] += weight * c.keypoints().get(k).y();
      }
    }
    List<Point> points = new ArrayList<>();
    for (int k = 0; k < FaceCandidate.KEYPOINTS; k++) {
      points.add(new Point(keypoints[2 * k], keypoints[2 * k + 1]));
    }
    return new FaceCandidate(score, Box.around(new Point(cx, cy), w, h), points);
  }
}
