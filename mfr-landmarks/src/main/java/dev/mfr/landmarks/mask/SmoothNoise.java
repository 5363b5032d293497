package dev.mfr.landmarks.mask;

import java.util.SplittableRandom;

/** Random values −1…1 on a lattice of 64 × 64, joined smoothly; repeats after 64. Immutable. */
final class SmoothNoise {
  private static final int SIZE = 64;

  private final float[] lattice = new float[SIZE * SIZE];

  SmoothNoise(SplittableRandom random) {
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = (float) (2 * random.nextDouble() - 1);
    }
  }

  double at(double x, double y) {
    int c = (int) Math.floor(x);
    int r = (int) Math.floor(y);
    double fx = x - c;
    double fy = y - r;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    double above = value(c, r) + fx * (value(c + 1, r) - value(c, r));
    double below = value(c, r + 1) + fx * (value(c + 1, r + 1) - value(c, r + 1));
    return above + fy * (below - above);
  }

  private double value(int c, int r) {
    return lattice[(r & (SIZE - 1)) * SIZE + (c & (SIZE - 1))];
  }
}
