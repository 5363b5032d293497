package dev.mfr.landmarks.dlib;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A small shape predictor of random numbers: written as dlib writes it, and run as the paper tells
 * it, one object a tree.
 */
final class SyntheticModel {
  private static final int COORDINATES = 2 * 68;

  final float[] mean = new float[COORDINATES];
  final List<List<Tree>> stages = new ArrayList<>();
  final List<List<Pixel>> pixels = new ArrayList<>();

  /** A split with two children, or a leaf. */
  record Tree(int first, int second, float threshold, List<Tree> children, List<Float> leaf) {
    boolean isLeaf() {
      return children.isEmpty();
    }
  }

  /** A pixel that hangs on a point. */
  record Pixel(int anchor, float dx, float dy) {}

  SyntheticModel(int stageCount, int trees, int depth, int pool, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < COORDINATES; i++) {
      mean[i] = .1f + .8f * random.nextFloat();
    }
    for (int s = 0; s < stageCount; s++) {
      List<Tree> stage = new ArrayList<>();
      for (int t = 0; t < trees; t++) {
        stage.add(tree(depth, pool, random));
      }
      stages.add(stage);
      List<Pixel> some = new ArrayList<>();
      for (int i = 0; i < pool; i++) {
        some.add(new Pixel(random.nextInt(68), random.nextFloat() - .5f, random.nextFloat() - .5f));
      }
      pixels.add(some);
    }
  }

  private static Tree tree(int depth, int pool, Random random) {
    if (depth == 0) {
      List<Float> leaf = new ArrayList<>();
      for (int i = 0; i < COORDINATES; i++) {
        leaf.add((float) (.03 * random.nextGaussian()));
      }
      return new Tree(0, 0, 0, List.of(), leaf);
    }
    return new Tree(
        random.nextInt(pool),
        random.nextInt(pool),
        (float) (40 * random.nextGaussian()),
        List.of(tree(depth - 1, pool, random), tree(depth - 1, pool, random)),
        List.of());
  }

  byte[] bytes() {
    DlibOutput out = new DlibOutput().integer(1).column(mean).integer(stages.size());
    for (List<Tree> stage : stages) {
      out.integer(stage.size());
      for (Tree tree : stage) {
        write(tree, out);
      }
    }
    out.integer(pixels.size());
    for (List<Pixel> some : pixels) {
      out.integer(some.size());
      some.forEach(p -> out.integer(p.anchor));
    }
    out.integer(pixels.size());
    for (List<Pixel> some : pixels) {
      out.integer(some.size());
      some.forEach(p -> out.real(p.dx).real(p.dy));
    }
    return out.bytes();
  }

  /** Level by level. */
  private static void write(Tree root, DlibOutput out) {
    List<Tree> splits = new ArrayList<>();
    List<Tree> level = List.of(root);
    while (!level.get(0).isLeaf()) {
      splits.addAll(level);
      level = level.stream().flatMap(t -> t.children.stream()).toList();
    }
    out.integer(splits.size());
    splits.forEach(t -> out.integer(t.first).integer(t.second).real(t.threshold));
    out.integer(level.size());
    for (Tree leaf : level) {
      out.integer(-COORDINATES).integer(-1);
      leaf.leaf.forEach(out::real);
    }
  }

  /** {@return x and y of the 68 points} */
  int[] predict(RgbImage image, Box box) {
    float[] shape = mean.clone();
    for (int s = 0; s < stages.size(); s++) {
      Affine turn = Affine.similarity(points(mean), points(shape));
      List<Integer> grey = new ArrayList<>();
      for (Pixel p : pixels.get(s)) {
        float u = (float) turn.a() * p.dx + (float) turn.b() * p.dy + shape[2 * p.anchor];
        float v = (float) turn.d() * p.dx + (float) turn.e() * p.dy + shape[2 * p.anchor + 1];
        grey.add(grey(image, round(box.x() + u * box.width()), round(box.y() + v * box.height())));
      }
      for (Tree tree : stages.get(s)) {
        List<Float> leaf = descend(tree, grey);
        for (int i = 0; i < COORDINATES; i++) {
          shape[i] += leaf.get(i);
        }
      }
    }
    int[] xy = new int[COORDINATES];
    for (int i = 0; i < COORDINATES; i += 2) {
      xy[i] = round(box.x() + shape[i] * box.width());
      xy[i + 1] = round(box.y() + shape[i + 1] * box.height());
    }
    return xy;
  }

  private static List<Float> descend(Tree tree, List<Integer> grey) {
    return tree.isLeaf()
        ? tree.leaf
        : descend(
            tree.children.get(
                grey.get(tree.first) - grey.get(tree.second) > tree.threshold ? 0 : 1),
            grey);
  }

  private static int round(double value) {
    return (int) Math.floor(value + .5);
  }

  private static int grey(RgbImage image, int x, int y) {
    if (x < 0 || y < 0 || x >= image.width() || y >= image.height()) {
      return 0;
    }
    int rgb = image.rgb(x, y);
    return ((rgb >> 16) + (rgb >> 8) % 256 + rgb % 256) / 3;
  }

  private static List<Point> points(float[] shape) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < shape.length; i += 2) {
      points.add(new Point(shape[i], shape[i + 1]));
    }
    return points;
  }
}
