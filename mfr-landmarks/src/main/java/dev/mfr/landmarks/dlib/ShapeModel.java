package dev.mfr.landmarks.dlib;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The cascade of regression trees in flat arrays. Nobody writes to them once they are read, so that
 * any number of threads may share a model.
 */
final class ShapeModel {
  static final int POINTS = 68;

  /** Coordinates of a shape: x and y of each point in turn. */
  static final int COORDINATES = 2 * POINTS;

  /** The shape that every face starts from, as shares of its box. */
  final float[] meanShape;

  /** Splits of a tree: a complete binary tree, its root first, the children of i at 2i+1, 2i+2. */
  final int splits;

  final List<Stage> stages;

  ShapeModel(float[] meanShape, int splits, List<Stage> stages) {
    this.meanShape = meanShape;
    this.splits = splits;
    this.stages = List.copyOf(stages);
  }

  /** 12 hexadecimal digits of a SHA-256 over all numbers. */
  String digest() {
    Hasher hasher = Hashing.sha256().newHasher();
    put(hasher, meanShape);
    hasher.putInt(splits);
    for (Stage stage : stages) {
      put(hasher, stage.anchors);
      put(hasher, stage.deltas);
      put(hasher, stage.trees.pixels);
      put(hasher, stage.trees.thresholds);
      put(hasher, stage.trees.leaves);
    }
    return hasher.hash().toString().substring(0, 12);
  }

  private static void put(Hasher hasher, float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length);
    bytes.asFloatBuffer().put(numbers);
    hasher.putInt(numbers.length).putBytes(bytes.array());
  }

  private static void put(Hasher hasher, int[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers.length);
    bytes.asIntBuffer().put(numbers);
    hasher.putInt(numbers.length).putBytes(bytes.array());
  }

  /** Trees, and the pixels that they look at. */
  static final class Stage {
    final Trees trees;

    /** For each pixel the point of the shape that it goes along with. */
    final int[] anchors;

    /** For each pixel its x and y from there, in the frame of the mean shape. */
    final float[] deltas;

    Stage(Trees trees, int[] anchors, float[] deltas) {
      this.trees = trees;
      this.anchors = anchors;
      this.deltas = deltas;
    }
  }

  /** Trees one after the other. */
  static final class Trees {
    final int count;

    /** For each split the two pixels whose difference it looks at. */
    final int[] pixels;

    /** For each split the difference above which a face goes to the first child. */
    final float[] thresholds;

    /** For each leaf what is added to the shape. */
    final float[] leaves;

    Trees(int count, int splits) {
      this.count = count;
      this.pixels = new int[2 * count * splits];
      this.thresholds = new float[count * splits];
      this.leaves = new float[count * (splits + 1) * COORDINATES];
    }
  }
}
