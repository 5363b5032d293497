package dev.mfr.landmarks.dlib;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.ModelException;
import dev.mfr.landmarks.dlib.ShapeModel.Stage;
import dev.mfr.landmarks.dlib.ShapeModel.Trees;
import java.nio.file.Path;

/**
 * Dlib's 68-point shape predictor: the points of a face whose box is known.
 *
 * <p>Given dlib's own box it gives dlib's own points. Immutable and thread-safe; nothing to close.
 * The usual model takes 70 MB of memory and half a millisecond to two a face.
 */
public final class DlibShapePredictor {
  /*
   * V. Kazemi and J. Sullivan, One Millisecond Face Alignment with an Ensemble of Regression Trees, CVPR 2014.
   *
   * 1. A shape is 68 points as shares of the face's box: (0, 0) is the middle of the box's first pixel, (1, 1) of its
   *    last. It begins as the mean shape.
   * 2. Each stage reads some pixels. A pixel hangs on a point of the shape; its offset from there turns and grows with
   *    the shape, by the similarity that takes the mean shape to the present one. Grey is the mean of red, green and
   *    blue, rounded down; outside the picture it is 0.
   * 3. Each tree of the stage compares pairs of those pixels on its way to a leaf, and the leaf is added to the shape.
   * 4. The last shape goes back to the picture and to whole pixels.
   *
   * Arithmetic is in float where dlib's is, because a pixel that rounds to a neighbour can change a leaf.
   */
  private final ShapeModel model;

  /** The mean shape about its mean point. */
  private final double[] centred = new double[ShapeModel.COORDINATES];

  private final double centredNorm;

  private final String id;

  private DlibShapePredictor(ShapeModel model) {
    this.model = model;
    this.id = model.digest();
    float[] mean = model.meanShape;
    double x = mean(mean, 0);
    double y = mean(mean, 1);
    double norm = 0;
    for (int i = 0; i < centred.length; i += 2) {
      centred[i] = mean[i] - x;
      centred[i + 1] = mean[i + 1] - y;
      norm += centred[i] * centred[i] + centred[i + 1] * centred[i + 1];
    }
    this.centredNorm = norm;
  }

  /**
   * {@return the predictor of a model file}
   *
   * @param file dlib's shape_predictor_68_face_landmarks.dat, or another of its kind with 68 points
   * @throws ModelException when it is absent, cut, damaged or something else; the message says at
   *     which byte
   */
  public static DlibShapePredictor read(Path file) {
    return new DlibShapePredictor(ShapeModelReader.read(file));
  }

  /**
   * {@return the points of the face in a box, without depth, as whole pixels like dlib's}
   *
   * @param image the picture; only read during the call
   * @param dlibBox the face as dlib's own detector would box it; x and y are dlib's left and top,
   *     width and height are dlib's right − left and bottom − top. The result follows the box: a
   *     box of another convention gives worse points
   */
  public Landmarks predict(RgbImage image, Box dlibBox) {
    float[] shape = model.meanShape.clone();
    float[] pixels = new float[0];
    for (Stage stage : model.stages) {
      if (pixels.length < stage.anchors.length) {
        pixels = new float[stage.anchors.length];
      }
      readPixels(image, dlibBox, stage, shape, pixels);
      // The pixels stay as they are during a stage, so memory can fetch the next leaf while one is
      // added.
      add(stage.trees.leaves, descend(stage.trees, pixels), shape);
    }
    float[] xyz = new float[3 * ShapeModel.POINTS];
    for (int i = 0; i < ShapeModel.POINTS; i++) {
      xyz[3 * i] = (float) Math.floor(dlibBox.x() + dlibBox.width() * shape[2 * i] + .5);
      xyz[3 * i + 1] = (float) Math.floor(dlibBox.y() + dlibBox.height() * shape[2 * i + 1] + .5);
    }
    return Landmarks.of(LandmarkScheme.DLIB_68, xyz);
  }

  private void readPixels(RgbImage image, Box box, Stage stage, float[] shape, float[] pixels) {
    // The similarity's linear part as a complex number: Σ conj(p)·q / Σ |p|² of the centred points.
    double meanX = mean(shape, 0);
    double meanY = mean(shape, 1);
    double re = 0;
    double im = 0;
    for (int i = 0; i < centred.length; i += 2) {
      double x = shape[i] - meanX;
      double y = shape[i + 1] - meanY;
      re += centred[i] * x + centred[i + 1] * y;
      im += centred[i] * y - centred[i + 1] * x;
    }
    float cos = (float) (re / centredNorm);
    float sin = (float) (im / centredNorm);
    for (int i = 0; i < stage.anchors.length; i++) {
      float dx = stage.deltas[2 * i];
      float dy = stage.deltas[2 * i + 1];
      int anchor = 2 * stage.anchors[i];
      float u = cos * dx - sin * dy + shape[anchor];
      float v = sin * dx + cos * dy + shape[anchor + 1];
      double x = Math.floor(box.x() + box.width() * u + .5);
      double y = Math.floor(box.y() + box.height() * v + .5);
      pixels[i] =
          x >= 0 && y >= 0 && x < image.width() && y < image.height()
              ? grey(image.rgb((int) x, (int) y))
              : 0;
    }
  }

  /** Which leaf of each tree the pixels lead to, as its place among all leaves. */
  private int[] descend(Trees trees, float[] pixels) {
    int splits = model.splits;
    int[] leaves = new int[trees.count];
    for (int tree = 0; tree < leaves.length; tree++) {
      int first = tree * splits;
      int node = 0;
      while (node < splits) {
        int split = first + node;
        float difference = pixels[trees.pixels[2 * split]] - pixels[trees.pixels[2 * split + 1]];
        node = 2 * node + (difference > trees.thresholds[split] ? 1 : 2);
      }
      leaves[tree] = (tree * (splits + 1) + node - splits) * ShapeModel.COORDINATES;
    }
    return leaves;
  }

  /**
   * Adds the chosen leaves to a shape, eight coordinates of all leaves at a time: eight sums stay
   * in registers, each in the leaves' order.
   */
  private static void add(float[] leaves, int[] chosen, float[] shape) {
    for (int c = 0; c < ShapeModel.COORDINATES; c += 8) {
      float s0 = shape[c];
      float s1 = shape[c + 1];
      float s2 = shape[c + 2];
      float s3 = shape[c + 3];
      float s4 = shape[c + 4];
      float s5 = shape[c + 5];
      float s6 = shape[c + 6];
      float s7 = shape[c + 7];
      for (int leaf : chosen) {
        int i = leaf + c;
        s0 += leaves[i];
        s1 += leaves[i + 1];
        s2 += leaves[i + 2];
        s3 += leaves[i + 3];
        s4 += leaves[i + 4];
        s5 += leaves[i + 5];
        s6 += leaves[i + 6];
        s7 += leaves[i + 7];
      }
      shape[c] = s0;
      shape[c + 1] = s1;
      shape[c + 2] = s2;
      shape[c + 3] = s3;
      shape[c + 4] = s4;
      shape[c + 5] = s5;
      shape[c + 6] = s6;
      shape[c + 7] = s7;
    }
  }

  private static int grey(int rgb) {
    return ((rgb >> 16) + ((rgb >> 8) & 255) + (rgb & 255)) / 3;
  }

  private static double mean(float[] shape, int from) {
    double sum = 0;
    for (int i = from; i < shape.length; i += 2) {
      sum += shape[i];
    }
    return sum / ShapeModel.POINTS;
  }

  /** {@return 12 hexadecimal digits of a SHA-256 over all numbers of the model} */
  public String id() {
    return id;
  }

  /** {@return the shape of the model: its stages and trees} */
  @Override
  public String toString() {
    return "DlibShapePredictor[" + model.stages.size() + " stages]";
  }
}
