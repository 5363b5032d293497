package dev.mfr.landmarks.mesh;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.Lists;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.internal.Spares;
import dev.mfr.internal.StageEvent;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private final Spares<Look> spares = new Spares<>(Look::new);

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
    Candidates faces = new Candidates();
    find(image, minScore, faces);
    return faces.toList();
  }

  /**
   * Writes the faces of a picture in its own pixels, by falling score, and allocates nothing.
   *
   * @param minScore the least score of an answer that takes part
   * @param target written over
   */
  void find(RgbImage image, double minScore, Candidates target) {
    Look look = spares.take();
    StageEvent event = StageEvent.begin(StageEvent.FaceDetector::new);
    try {
      look.set(image, minScore, target);
      network.run(1, look.fill, look.read);
    } finally {
      look.clear();
      spares.give(look);
    }
    StageEvent.end(event, 1);
  }

  /**
   * Writes the faces of several pictures, each in its own pixels, by falling score; {@value
   * #MAX_BATCH} pictures are a batch.
   *
   * @param minScore the least score of an answer that takes part
   * @param targets one for each picture, written over
   */
  void findAll(List<RgbImage> images, double minScore, List<Candidates> targets) {
    for (int from = 0; from < images.size(); from += MAX_BATCH) {
      int first = from;
      int count = Math.min(MAX_BATCH, images.size() - from);
      StageEvent event = StageEvent.begin(StageEvent.FaceDetector::new);
      network.run(
          count,
          in -> {
            for (int i = 0; i < count; i++) {
              RgbImage image = images.get(first + i);
              Affine map = Letterbox.of(image, 0).sourceFromNetwork(SIZE);
              render(image, map, in.input("input"), i);
            }
          },
          out -> {
            for (int i = 0; i < count; i++) {
              Letterbox box = Letterbox.of(images.get(first + i), 0);
              decode(out, i, minScore, box, targets.get(first + i));
            }
            return true;
          });
      StageEvent.end(event, count);
    }
  }

  /** A look at a whole picture; its two callbacks are made once. */
  private final class Look {
    private @Nullable RgbImage image;
    private @Nullable Candidates target;
    private double minScore;
    private int width;
    private int height;
    private Letterbox box = new Letterbox(1, 0, 0);
    private Affine map = Affine.IDENTITY;
    final Consumer<TensorBuffers> fill = this::fill;
    final Function<TensorBuffers, Boolean> read = this::read;

    void set(RgbImage image, double minScore, Candidates target) {
      this.image = image;
      this.target = target;
      this.minScore = minScore;
      if (image.width() != width || image.height() != height) {
        width = image.width();
        height = image.height();
        box = Letterbox.of(image, 0);
        map = box.sourceFromNetwork(SIZE);
      }
    }

    void clear() {
      image = null;
      target = null;
    }

    private void fill(TensorBuffers buffers) {
      render(requireNonNull(image), map, buffers.input("input"), 0);
    }

    private Boolean read(TensorBuffers buffers) {
      decode(buffers, 0, minScore, box, requireNonNull(target));
      return true;
    }
  }

  /** Writes the faces of one item of a batch, by falling score. */
  private static void decode(
      TensorBuffers out, int item, double minScore, Letterbox box, Candidates target) {
    FloatBuffer logits = out.output("classificators");
    FloatBuffer rows = out.output("regressors");
    // Comparing logits saves the exponential; sigmoid decides what is within rounding of the limit.
    double limit = minScore < 1 ? Math.log(minScore / (1 - minScore)) - 1e-6 : 0;
    target.clear();
    for (int i = 0; i < Anchors.COUNT; i++) {
      float logit = logits.get(item * Anchors.COUNT + i);
      if (logit >= limit && sigmoid(logit) >= minScore) {
        decode(sigmoid(logit), rows, (item * Anchors.COUNT + i) * ROW, i, box, target);
      }
    }
    target.merge(SAME_FACE_OVERLAP);
  }

  private static void decode(
      double score, FloatBuffer rows, int at, int anchor, Letterbox box, Candidates target) {
    boolean numbers = true;
    for (int c = 0; c < ROW; c++) {
      numbers &= Float.isFinite(rows.get(at + c));
    }
    double width = rows.get(at + 2) / (double) SIZE;
    double height = rows.get(at + 3) / (double) SIZE;
    if (!numbers || !(width > 0 && height > 0)) {
      return;
    }
    double x = Anchors.x(anchor);
    double y = Anchors.y(anchor);
    target.add(
        score,
        box.x(rows.get(at) / (double) SIZE + x),
        box.y(rows.get(at + 1) / (double) SIZE + y),
        width * box.side(),
        height * box.side());
    for (int k = 0; k < FaceCandidate.KEYPOINTS; k++) {
      int from = at + 4 + 2 * k;
      target.setKeypoint(
          k,
          box.x(rows.get(from) / (double) SIZE + x),
          box.y(rows.get(from + 1) / (double) SIZE + y));
    }
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
      StageEvent event = StageEvent.begin(StageEvent.FaceDetector::new);
      faces.addAll(
          network.run(
              batch.size(),
              in -> {
                FloatBuffer input = in.input("input");
                for (int i = 0; i < batch.size(); i++) {
                  render(image, batch.get(i).sourceFromNetwork(SIZE), input, i);
                }
              },
              out -> wholeFaces(image, batch, minScore, out)));
      StageEvent.end(event, batch.size());
    }
    return faces;
  }

  private static List<List<FaceCandidate>> wholeFaces(
      RgbImage image, List<Letterbox> tiles, double minScore, TensorBuffers out) {
    List<List<FaceCandidate>> faces = new ArrayList<>();
    Candidates found = new Candidates();
    for (int i = 0; i < tiles.size(); i++) {
      Letterbox tile = tiles.get(i);
      decode(out, i, minScore, tile, found);
      faces.add(
          found.toList().stream().filter(face -> Tiles.isWhole(face.box(), tile, image)).toList());
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
    StageEvent event = StageEvent.begin(StageEvent.FaceDetector::new);
    List<FaceCandidate> faces =
        network.run(
            CAREFUL_VIEWS,
            in -> {
              FloatBuffer input = in.input("input");
              render(image, box.sourceFromNetwork(SIZE), input, 0);
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
              return answers.faces(minScore, box);
            });
    StageEvent.end(event, CAREFUL_VIEWS);
    return faces;
  }

  private void render(RgbImage image, Affine sourceFromNetwork, FloatBuffer input, int item) {
    Warp.renderPlanar(
        image, sourceFromNetwork, SIZE, SIZE, Border.BLACK, normalization, input, item * 3 * PLANE);
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

  /** Sums of what the views of a careful look answer, in the frame of the square 0…1. */
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

    List<FaceCandidate> faces(double minScore, Letterbox box) {
      List<FaceCandidate> candidates = new ArrayList<>();
      for (int i = 0; i < Anchors.COUNT; i++) {
        double score = sigmoid(logits[i] / CAREFUL_VIEWS);
        double[] row = new double[ROW];
        boolean numbers = true;
        for (int c = 0; c < ROW; c++) {
          row[c] = rows[i * ROW + c] / CAREFUL_VIEWS;
          numbers &= Double.isFinite(row[c]);
        }
        if (score >= minScore && numbers && row[2] > 0 && row[3] > 0) {
          candidates.add(candidate(score, row, box));
        }
      }
      return Candidates.merge(candidates, SAME_FACE_OVERLAP);
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
