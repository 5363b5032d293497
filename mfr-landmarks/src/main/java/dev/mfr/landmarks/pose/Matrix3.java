package dev.mfr.landmarks.pose;

import org.jspecify.annotations.Nullable;

/** Matrices of three rows and columns, row by row in an array of nine. */
public final class Matrix3 {
  private static final int MOST_STEPS = 60;

  private Matrix3() {}

  /**
   * {@return the determinant}
   *
   * @param m a matrix
   */
  public static double determinant(double[] m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        - m[1] * (m[3] * m[8] - m[5] * m[6])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  /**
   * {@return the inverse, or null for a singular matrix}
   *
   * @param m a matrix, not modified
   */
  public static double @Nullable [] inverse(double[] m) {
    double det = determinant(m);
    double size = 0;
    for (double e : m) {
      size = Math.max(size, Math.abs(e));
    }
    if (!(Math.abs(det) > 1e-12 * size * size * size)) {
      return null;
    }
    return new double[] {
      (m[4] * m[8] - m[5] * m[7]) / det,
      (m[2] * m[7] - m[1] * m[8]) / det,
      (m[1] * m[5] - m[2] * m[4]) / det,
      (m[5] * m[6] - m[3] * m[8]) / det,
      (m[0] * m[8] - m[2] * m[6]) / det,
      (m[2] * m[3] - m[0] * m[5]) / det,
      (m[3] * m[7] - m[4] * m[6]) / det,
      (m[1] * m[6] - m[0] * m[7]) / det,
      (m[0] * m[4] - m[1] * m[3]) / det
    };
  }

  /**
   * {@return the product a·b}
   *
   * @param a a matrix, not modified
   * @param b a matrix, not modified
   */
  public static double[] product(double[] a, double[] b) {
    double[] c = new double[9];
    for (int r = 0; r < 3; r++) {
      for (int k = 0; k < 3; k++) {
        c[3 * r + k] = a[3 * r] * b[k] + a[3 * r + 1] * b[3 + k] + a[3 * r + 2] * b[6 + k];
      }
    }
    return c;
  }

  /**
   * {@return the rotation nearest to a matrix, by Newton's iteration X ← (X + X⁻ᵀ)/2 with Higham's
   * scaling; null when the matrix is singular or mirrors}
   *
   * @param matrix a matrix, not modified
   */
  public static double @Nullable [] orthogonalFactor(double[] matrix) {
    if (!(determinant(matrix) > 0)) {
      return null;
    }
    double[] x = matrix.clone();
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] inverse = inverse(x);
      if (inverse == null) {
        return null;
      }
      double gain = Math.sqrt(norm(inverse) / norm(x));
      double change = 0;
      double[] next = new double[9];
      for (int r = 0; r < 3; r++) {
        for (int k = 0; k < 3; k++) {
          int i = 3 * r + k;
          next[i] = (gain * x[i] + inverse[3 * k + r] / gain) / 2;
          change = Math.max(change, Math.abs(next[i] - x[i]));
        }
      }
      x = next;
      if (change < 1e-12) {
        break;
      }
    }
    return x;
  }

  private static double norm(double[] m) {
    double sum = 0;
    for (double e : m) {
      sum += e * e;
    }
    return Math.sqrt(sum);
  }
}
