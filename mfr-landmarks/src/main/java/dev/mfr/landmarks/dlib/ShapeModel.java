package dev.mfr.landmarks.dlib;

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

  /** Trees that look at the same pixels. */
  static final class Stage {
    final int trees;

    /** For each split, tree by tree, the two pixels whose difference it looks at. */
    final int[] pixels;

    /** For each split the difference above which the face goes to the first child. */
    final float[] thresholds;

    /** For each leaf, tree by tree, what is added to the shape. */
    final float[] leaves;

    /** For each pixel the point of the shape that it goes along with. */
    int[] anchors = new int[0];

    /** For each pixel its x and y from there, in the frame of the mean shape. */
    float[] deltas = new float[0];

    Stage(int trees, int splits) {
      this.trees = trees;
      this.pixels = new int[2 * trees * splits];
      this.thresholds = new float[trees * splits];
      this.leaves = new float[trees * (splits + 1) * COORDINATES];
    }
  }
}
