package dev.mfr.landmarks.mesh;

import com.google.common.collect.Lists;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.TensorBuffers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The face detector: BlazeFace short range. Thread-safe as its network is; does not close it. */
final class BlazeFace {
  /*
   * V. Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019. The picture is
   * letterboxed into 128×128 by one bilinear warp with pixel centres aligned. A row of "regressors" is
   * (cx, cy, w, h, six keypoints), in units of the input's 128 pixels, centre and keypoints relative to the anchor.
   * As in MediaPipe, the answer is mapped back by the square's edges, without the half pixel of the centres.
   *
   * The careful look is for a face that fills the picture, which the plain one often misses: a border all around, and
   * four views of it, in colour and in grey, each also mirrored, whose answers are averaged anchor by anchor.
   *
   * The tiled look is for faces that are too small in the whole picture: each tile is letterboxed as a picture is.
   */
  static final int SIZE = 128;
  private static final int PLANE = SIZE * SIZE;
  private static final int ROW = 4 + 2 * FaceCandidate.KEYPOINTS;
  private static final int CAREFUL_VIEWS = 4;
  private static final int MAX_BATCH = 16;
  private static final float LOGIT_LIMIT = 80;
  private static final double SAME_FACE_OVERLAP = .3;
  private static final int[] MIRRORED_KEYPOINT = {1, 0, 2, 3, 5, 4};
  private static final float LUMA_RED = .299f;
  private static final float LUMA_GREEN = .587f;
  private static final float LUMA_BLUE = .114f;

  private final InferenceModel network;
  private final PixelNormalization normalization;

  BlazeFace(InferenceModel network, PixelNormalization normalization) {
    this.network = network;
    this.normalization = normalization;
  }

  /**
   * {@return the faces of a picture in its own pixels, by falling score}
   *
   * @param minScore the least score of an answer that takes part
   */
  List<FaceCandidate> find(RgbImage image, double minScore) {
    Letterbox box = Letterbox.of(image, 0);
    return network.run(
        1,
        in -> render(image, box, in.input("input"), 0),
        out -> {
          Answers answers = new Answers();
          answers.add(out.output("classificators"), out.output("regressors"), 0, false);
          return answers.faces(1, minScore, box);
        });
  }

  /**
   * {@return for each tile the faces that are whole in it, in the picture's pixels, by falling
   * score}
   *
   * @param tiles squares of the picture
   * @param minScore the least score of an answer that takes part
   */
  List<List<FaceCandidate>> findInTiles(RgbImage image, List<Letterbox> tiles, double minScore) {
    List<List<FaceCandidate>> faces = new ArrayList<>();
    for (List<Letterbox> batch : Lists.partition(tiles, MAX_BATCH)) {
      faces.addAll(
          network.run(
              batch.size(),
              in -> {
                FloatBuffer input = in.input("input");
                for (int i = 0; i < batch.size(); i++) {
                  render(image, batch.get(i), input, i);
                }
              },
              out -> wholeFaces(image, batch, minScore, out)));
    }
    return faces;
  }

  private static List<List<FaceCandidate>> wholeFaces(
      RgbImage image, List<Letterbox> tiles, double minScore, TensorBuffers out) {
    List<List<FaceCandidate>> faces = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      Letterbox tile = tiles.get(i);
      Answers answers = new Answers();
      answers.add(out.output("classificators"), out.output("regressors"), i, false);
      faces.add(
          answers.faces(1, minScore, tile).stream()
              .filter(face -> Tiles.isWhole(face.box(), tile, image))
              .toList());
    }
    return faces;
  }

  /**
   * {@return the faces that a careful look finds, by falling score}
   *
   * @param border the black border on each side, as a share of the picture's longer side
   * @param minScore the least averaged score of an answer that takes part
   */
  List<FaceCandidate> findCarefully(RgbImage image, double border, double minScore) {
    Letterbox box = Letterbox.of(image, border);
    return network.run(
        CAREFUL_VIEWS,
        in -> {
          FloatBuffer input = in.input("input");
          render(image, box, input, 0);
          mirror(input, 0, 1);
          grey(image, box, input, 0, 2);
          mirror(input, 2, 3);
        },
        out -> {
          Answers answers = new Answers();
          for (int view = 0; view < CAREFUL_VIEWS; view++) {
            answers.add(
                out.output("classificators"), out.output("regressors"), view, view % 2 == 1);
          }
          return answers.faces(CAREFUL_VIEWS, minScore, box);
        });
  }

  private void render(RgbImage image, Letterbox box, FloatBuffer input, int item) {
    Warp.renderPlanar(
        image,
        box.sourceFromNetwork(SIZE),
        SIZE,
        SIZE,
        Border.BLACK,
        normalization,
        input,
        item * 3 * PLANE);
  }

  private static void mirror(FloatBuffer input, int from, int to) {
    int source = from * 3 * PLANE;
    int target = to * 3 * PLANE;
    for (int row = 0; row < 3 * SIZE; row++) {
      for (int x = 0; x < SIZE; x++) {
        input.put(target + row * SIZE + x, input.get(source + row * SIZE + SIZE - 1 - x));
      }
    }
  }

  /** The luminance of a view in all three channels; the border has the picture's mean. */
  private void grey(RgbImage image, Letterbox box, FloatBuffer input, int from, int to) {
    // The view's border is black. Luminance is linear, so it is taken after the warp, and the
    // border's share of each
    // pixel is filled up with the mean.
    Affine map = box.sourceFromNetwork(SIZE);
    double[] insideX = inside(map.a(), map.c(), image.width());
    double[] insideY = inside(map.e(), map.f(), image.height());
    int source = from * 3 * PLANE;
    int target = to * 3 * PLANE;
    float black = normalization.offset();
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < PLANE; i++) {
      float luma =
          LUMA_RED * input.get(source + i)
              + LUMA_GREEN * input.get(source + PLANE + i)
              + LUMA_BLUE * input.get(source + 2 * PLANE + i)
              - black;
      input.put(target + i, luma);
      sum += luma;
      weight += insideX[i % SIZE] * insideY[i / SIZE];
    }
    double mean = weight > 0 ? sum / weight : 0;
    for (int i = 0; i < PLANE; i++) {
      double inside = insideX[i % SIZE] * insideY[i / SIZE];
      float value = (float) (input.get(target + i) + (1 - inside) * mean + black);
      input.put(target + i, value);
      input.put(target + PLANE + i, value);
      input.put(target + 2 * PLANE + i, value);
    }
  }

  /** The share of each view pixel along one axis that bilinear interpolation takes from inside. */
  private static double[] inside(double step, double start, int length) {
    double[] share = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      double at = start + step * i;
      share[i] = Math.max(0, Math.min(1, Math.min(at + 1, length - at)));
    }
    return share;
  }

  /** Sums of what several views answer, in the frame of the square 0…1. */
  private static final class Answers {
    private final double[] logits = new double[Anchors.COUNT];
    private final double[] rows = new double[Anchors.COUNT * ROW];

    void add(FloatBuffer logit, FloatBuffer regressor, int view, boolean mirrored) {
      for (int i = 0; i < Anchors.COUNT; i++) {
        int from = view * Anchors.COUNT + i;
        int to = mirrored ? Anchors.mirrored(i) : i;
        logits[to] += Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit.get(from)));
        addPoint(regressor, from, i, 0, to, 0, mirrored);
        rows[to * ROW + 2] += regressor.get(from * ROW + 2) / (double) SIZE;
        rows[to * ROW + 3] += regressor.get(from * ROW + 3) / (double) SIZE;
        for (int k = 0; k < FaceCandidate.KEYPOINTS; k++) {
          int as = mirrored ? MIRRORED_KEYPOINT[k] : k;
          addPoint(regressor, from, i, 4 + 2 * k, to, 4 + 2 * as, mirrored);
        }
      }
    }

    private void addPoint(
        FloatBuffer regressor,
        int from,
        int anchor,
        int column,
        int to,
        int toColumn,
        boolean mirrored) {
      double x = regressor.get(from * ROW + column) / (double) SIZE + Anchors.x(anchor);
      double y = regressor.get(from * ROW + column + 1) / (double) SIZE + Anchors.y(anchor);
      rows[to * ROW + toColumn] += mirrored ? 1 - x : x;
      rows[to * ROW + toColumn + 1] += y;
    }

    List<FaceCandidate> faces(int views, double minScore, Letterbox box) {
      List<FaceCandidate> candidates = new ArrayList<>();
      for (int i = 0; i < Anchors.COUNT; i++) {
        double score = sigmoid(logits[i] / views);
        double[] row = new double[ROW];
        boolean numbers = true;
        for (int c = 0; c < ROW; c++) {
          row[c] = rows[i * ROW + c] / views;
          numbers &= Double.isFinite(row[c]);
        }
        if (score >= minScore && numbers && row[2] > 0 && row[3] > 0) {
          candidates.add(candidate(score, row, box));
        }
      }
      return WeightedSuppression.merge(candidates, SAME_FACE_OVERLAP);
    }

    private static FaceCandidate candidate(double score, double[] row, Letterbox box) {
      List<Point> keypoints = new ArrayList<>(FaceCandidate.KEYPOINTS);
      for (int k = 4; k < ROW; k += 2) {
        keypoints.add(box.point(row[k], row[k + 1]));
      }
      return new FaceCandidate(score, box.box(row[0], row[1], row[2], row[3]), keypoints);
    }
  }

  static double sigmoid(double logit) {
    double clamped = Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit));
    return 1 / (1 + Math.exp(-clamped));
  }
}
