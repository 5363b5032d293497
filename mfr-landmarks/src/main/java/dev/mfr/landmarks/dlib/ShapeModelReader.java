package dev.mfr.landmarks.dlib;

import static dev.mfr.landmarks.dlib.DlibInput.INTEGER_BYTES;
import static dev.mfr.landmarks.dlib.DlibInput.REAL_BYTES;
import static dev.mfr.landmarks.dlib.ShapeModel.COORDINATES;
import static dev.mfr.landmarks.dlib.ShapeModel.POINTS;

import dev.mfr.inference.ModelException;
import dev.mfr.landmarks.dlib.ShapeModel.Stage;
import dev.mfr.landmarks.dlib.ShapeModel.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a shape predictor from dlib's file. Every size is checked against what the file can hold
 * before memory is taken for it, so that a damaged file costs no more memory than it has bytes.
 */
final class ShapeModelReader {
  /*
   * The file: the version, 1; the mean shape, a column of x and y by turns; the stages, each a list of trees; for each
   * stage the anchors of its pixels; for each stage their offsets. A tree: its splits (pixel, pixel, threshold), then
   * its leaves (columns like the mean shape). Which pixels exist is known only after all trees, so a split that looks
   * at another one is found late; the reader remembers where it was.
   */
  private static final int VERSION = 1;
  private static final int MAX_SPLITS = (1 << 15) - 1;
  private static final int MAX_PIXELS = 1 << 20;
  private static final int SPLIT_BYTES = 2 * INTEGER_BYTES + REAL_BYTES;
  private static final int LEAF_BYTES = 2 * INTEGER_BYTES + COORDINATES * REAL_BYTES;
  private static final int TREE_BYTES = 2 * INTEGER_BYTES + SPLIT_BYTES + 2 * LEAF_BYTES;

  private final DlibInput in;
  private int splits;

  private ShapeModelReader(DlibInput in) {
    this.in = in;
  }

  static ShapeModel read(Path file) {
    String name = file.toString();
    if (Files.isDirectory(file)) {
      throw new ModelException(
          name, "it is a directory; name the file, shape_predictor_68_face_landmarks.dat", null);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new ShapeModelReader(new DlibInput(name, in, Files.size(file))).model();
    } catch (NoSuchFileException e) {
      throw new ModelException(name, "there is no such file; " + DlibModelFile.WHERE_TO_GET, e);
    } catch (IOException e) {
      throw new ModelException(name, "reading it failed (" + e + "); check its rights", e);
    }
  }

  private ShapeModel model() throws IOException {
    version();
    float[] meanShape = new float[COORDINATES];
    shape("the mean shape", meanShape, 0);
    int count = in.count("stages", INTEGER_BYTES + TREE_BYTES);
    List<Trees> trees = new ArrayList<>();
    List<Widest> widest = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Widest pixels = new Widest();
      trees.add(trees(pixels));
      widest.add(pixels);
    }
    sameCount("stages of anchors", count);
    List<int[]> anchors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      anchors.add(anchors(widest.get(i)));
    }
    sameCount("stages of offsets", count);
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] offsets = offsets(anchors.get(i).length);
      stages.add(new Stage(trees.get(i), anchors.get(i), offsets));
    }
    if (in.remaining() > 0) {
      throw in.damaged(in.offset(), "its end is expected, but " + in.remaining() + " bytes follow");
    }
    return new ShapeModel(meanShape, splits, stages);
  }

  private void version() throws IOException {
    long version;
    try {
      version = in.integer("the version");
    } catch (ModelException e) {
      throw in.damaged(0, "the version, 1, is expected" + packedHint());
    }
    if (version != VERSION) {
      throw in.damaged(0, "the version, 1, is expected, got " + version);
    }
  }

  private String packedHint() {
    return in.startsWith("BZh") ? "; it is packed, unpack it with bunzip2 first" : "";
  }

  private void sameCount(String what, int count) throws IOException {
    long at = in.offset();
    int got = in.count(what, INTEGER_BYTES);
    if (got != count) {
      throw in.damaged(at, count + " " + what + " expected, got " + got);
    }
  }

  private void shape(String what, float[] target, int from) throws IOException {
    long at = in.offset();
    long rows = in.column(what);
    if (rows != COORDINATES) {
      throw in.damaged(
          at, what + " must have x and y of " + POINTS + " points, got " + rows + " numbers");
    }
    for (int i = 0; i < COORDINATES; i++) {
      target[from + i] = in.real("a coordinate");
    }
  }

  private Trees trees(Widest widest) throws IOException {
    int count = in.count("trees", TREE_BYTES);
    splitCount();
    Trees trees = allocate(count);
    for (int tree = 0; tree < count; tree++) {
      if (tree > 0) {
        splitCount();
      }
      for (int i = tree * splits; i < (tree + 1) * splits; i++) {
        trees.pixels[2 * i] = widest.pixel(in);
        trees.pixels[2 * i + 1] = widest.pixel(in);
        trees.thresholds[i] = in.real("a threshold");
      }
      long at = in.offset();
      int leaves = in.count("leaves", LEAF_BYTES);
      if (leaves != splits + 1) {
        throw in.damaged(at, splits + 1 + " leaves of a tree expected, got " + leaves);
      }
      for (int i = tree * leaves; i < (tree + 1) * leaves; i++) {
        shape("a leaf", trees.leaves, i * COORDINATES);
      }
    }
    return trees;
  }

  /** The first tree says how many splits all have. */
  private void splitCount() throws IOException {
    long at = in.offset();
    int count = in.count("splits", SPLIT_BYTES);
    if (splits == 0) {
      if (count > MAX_SPLITS || Integer.bitCount(count + 1) != 1) {
        throw in.damaged(at, "splits of a complete binary tree expected, got " + count);
      }
      splits = count;
    } else if (count != splits) {
      throw in.damaged(at, splits + " splits expected as in the first tree, got " + count);
    }
  }

  private Trees allocate(int trees) {
    long bytes = trees * (splits * (long) SPLIT_BYTES + (splits + 1) * (long) LEAF_BYTES);
    // The first tree's count has been read already.
    if (bytes > in.remaining()) {
      throw in.damaged(
          in.offset(),
          trees
              + " trees of "
              + splits
              + " splits do not fit the "
              + in.remaining()
              + " bytes left");
    }
    if ((splits + 1L) * trees * COORDINATES > Integer.MAX_VALUE - 8) {
      throw in.damaged(in.offset(), trees + " trees of " + splits + " splits are too many");
    }
    return new Trees(trees, splits);
  }

  private int[] anchors(Widest widest) throws IOException {
    int count = in.count("pixels", INTEGER_BYTES);
    if (widest.pixel >= count) {
      throw in.damaged(
          widest.offset, "a split looks at pixel " + widest.pixel + " of a stage of " + count);
    }
    int[] anchors = new int[count];
    for (int i = 0; i < count; i++) {
      anchors[i] = in.index("an anchor", POINTS);
    }
    return anchors;
  }

  private float[] offsets(int pixels) throws IOException {
    sameCount("pixels' offsets", pixels);
    float[] offsets = new float[2 * pixels];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = in.real("a pixel's offset");
    }
    return offsets;
  }

  /** The highest pixel that a split of a stage looks at, and where the file says so. */
  private static final class Widest {
    private int pixel;
    private long offset;

    int pixel(DlibInput in) throws IOException {
      long at = in.offset();
      int index = in.index("a pixel of a split", MAX_PIXELS);
      if (index > pixel) {
        pixel = index;
        offset = at;
      }
      return index;
    }
  }
}
