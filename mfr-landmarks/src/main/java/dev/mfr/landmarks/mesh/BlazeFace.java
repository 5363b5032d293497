package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.TensorBuffers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The face detector: BlazeFace short range. Thread-safe as its network is; does not close it. */
final class BlazeFace {
  /*
   * V. Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019. The picture is
   * letterboxed into 128×128 by one bilinear warp with pixel centres aligned. A row of "regressors" is
   * (cx, cy, w, h, six keypoints), in units of the input's 128 pixels, centre and keypoints relative to the anchor.
   * As in MediaPipe, the answer is mapped back by the square's edges, without the half pixel of the centres.
   */
  static final int SIZE = 128;
  private static final int ROW = 4 + 2 * FaceCandidate.KEYPOINTS;
  private static final float LOGIT_LIMIT = 80;
  private static final double SAME_FACE_OVERLAP = .3;

  private final InferenceModel network;
  private final PixelNormalization normalization;

  BlazeFace(InferenceModel network, PixelNormalization normalization) {
    this.network = network;
    this.normalization = normalization;
  }

  /** {@return the faces of a picture in its own pixels, by falling score} */
  List<FaceCandidate> find(RgbImage image, DetectionPass pass) {
    // Whole pixels, rounded down, as in the reference implementation.
    int pad = (int) (Math.max(image.width(), image.height()) * pass.padding() + 1e-9);
    int width = image.width() + 2 * pad;
    int height = image.height() + 2 * pad;
    int side = Math.max(width, height);
    double s = (double) SIZE / side;
    Affine sourceFromNetwork =
        new Affine(
                s,
                0,
                (SIZE - width * s) / 2 + .5 * s - .5,
                0,
                s,
                (SIZE - height * s) / 2 + .5 * s - .5)
            .inverse()
            .then(Affine.translation(-pad, -pad));
    double left = (side - width) / 2.0 + pad;
    double top = (side - height) / 2.0 + pad;
    return network.run(
        1,
        in ->
            Warp.renderPlanar(
                image,
                sourceFromNetwork,
                SIZE,
                SIZE,
                pass.border(),
                normalization,
                in.input("input"),
                0),
        out -> decode(out, pass.minScore(), side, left, top));
  }

  private static List<FaceCandidate> decode(
      TensorBuffers out, double minScore, double side, double left, double top) {
    FloatBuffer logits = out.output("classificators");
    FloatBuffer rows = out.output("regressors");
    List<FaceCandidate> candidates = new ArrayList<>();
    for (int i = 0; i < Anchors.COUNT; i++) {
      double score = sigmoid(logits.get(i));
      if (score >= minScore) {
        FaceCandidate candidate = candidate(rows, i, score, side, left, top);
        if (candidate != null) {
          candidates.add(candidate);
        }
      }
    }
    return WeightedSuppression.merge(candidates, SAME_FACE_OVERLAP);
  }

  private static @Nullable FaceCandidate candidate(
      FloatBuffer rows, int anchor, double score, double side, double left, double top) {
    int row = anchor * ROW;
    double scale = side / SIZE;
    double ax = Anchors.x(anchor) * side - left;
    double ay = Anchors.y(anchor) * side - top;
    double w = rows.get(row + 2) * scale;
    double h = rows.get(row + 3) * scale;
    if (!(w > 0 && h > 0 && Double.isFinite(w + h))) {
      return null;
    }
    List<Point> keypoints = new ArrayList<>(FaceCandidate.KEYPOINTS);
    for (int k = 4; k < ROW; k += 2) {
      keypoints.add(new Point(rows.get(row + k) * scale + ax, rows.get(row + k + 1) * scale + ay));
    }
    Point centre = new Point(rows.get(row) * scale + ax, rows.get(row + 1) * scale + ay);
    return new FaceCandidate(score, Box.around(centre, w, h), keypoints);
  }

  static double sigmoid(float logit) {
    double clamped = Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit));
    return 1 / (1 + Math.exp(-clamped));
  }
}
