package dev.mfr.landmarks.mask;

import dev.mfr.landmarks.mesh.FaceMeshTopology;
import dev.mfr.landmarks.mesh.FaceMeshTopology.Triangle;
import dev.mfr.landmarks.pose.CanonicalFace;
import java.util.Arrays;

/**
 * How deep the canonical face, and a cloth stretched over it, lies at a place (x, y) seen from the
 * front; all in cm. Immutable.
 */
final class FaceDepth {
  /*
   * Two depth maps on a grid of 2 mm, made once:
   * 1. The mesh is drawn into a depth buffer. Cells beside it fall away from the nearest cell of the mesh, gently
   *    below the chin and steeply beside the cheeks, so that a mask may reach over the jaw.
   * 2. The cloth is the upper concave hull of each row, then of each column below the eyes: it spans from the ridge of
   *    the nose to the cheeks and from its tip to the chin, and touches neither nostrils nor lips.
   * 3. Both are smoothed, because cloth does not crease at a mesh's edges.
   */

  private static final double STEP = .2;
  private static final double LEFT = -9;
  private static final double BOTTOM = -12.6;
  private static final int COLUMNS = 91;
  private static final int ROWS = 89;
  private static final double FALL_BELOW = 1.5;
  private static final double FALL_BESIDE = 2.4;

  private static final class Holder {
    static final FaceDepth INSTANCE = new FaceDepth(CanonicalFace.instance().vertices());
  }

  private final double[] skin;
  private final double[] cloth;

  private FaceDepth(double[] vertices) {
    double[] depth = extended(drawn(vertices));
    this.cloth = smoothed(stretched(depth));
    this.skin = smoothed(depth);
  }

  static FaceDepth instance() {
    return Holder.INSTANCE;
  }

  /** The z of the face at a place seen from the front. */
  double skinDepth(double x, double y) {
    return sample(skin, x, y);
  }

  /** The z of a cloth stretched over the face. */
  double clothDepth(double x, double y) {
    return sample(cloth, x, y);
  }

  private static double sample(double[] map, double x, double y) {
    double c = Math.max(0, Math.min(COLUMNS - 1.001, (x - LEFT) / STEP));
    double r = Math.max(0, Math.min(ROWS - 1.001, (y - BOTTOM) / STEP));
    int i = ((int) r) * COLUMNS + (int) c;
    double fc = c - (int) c;
    double fr = r - (int) r;
    return (map[i] * (1 - fc) + map[i + 1] * fc) * (1 - fr)
        + (map[i + COLUMNS] * (1 - fc) + map[i + COLUMNS + 1] * fc) * fr;
  }

  private static double[] drawn(double[] v) {
    double[] depth = new double[COLUMNS * ROWS];
    Arrays.fill(depth, Double.NaN);
    for (Triangle t : FaceMeshTopology.triangles()) {
      int a = 3 * t.a();
      int b = 3 * t.b();
      int c = 3 * t.c();
      double area = (v[b] - v[a]) * (v[c + 1] - v[a + 1]) - (v[b + 1] - v[a + 1]) * (v[c] - v[a]);
      if (area == 0) {
        continue;
      }
      for (int r = 0; r < ROWS; r++) {
        double y = BOTTOM + r * STEP;
        for (int col = 0; col < COLUMNS; col++) {
          double x = LEFT + col * STEP;
          double wb = ((x - v[a]) * (v[c + 1] - v[a + 1]) - (y - v[a + 1]) * (v[c] - v[a])) / area;
          double wc = ((v[b] - v[a]) * (y - v[a + 1]) - (v[b + 1] - v[a + 1]) * (x - v[a])) / area;
          if (wb < -1e-9 || wc < -1e-9 || wb + wc > 1 + 1e-9) {
            continue;
          }
          double z = v[a + 2] + wb * (v[b + 2] - v[a + 2]) + wc * (v[c + 2] - v[a + 2]);
          int i = r * COLUMNS + col;
          if (!(depth[i] >= z)) {
            depth[i] = z;
          }
        }
      }
    }
    return depth;
  }

  private static double[] extended(double[] depth) {
    double[] full = depth.clone();
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        if (!Double.isNaN(depth[r * COLUMNS + c])) {
          continue;
        }
        double nearest = Double.POSITIVE_INFINITY;
        double z = 0;
        for (int i = 0; i < depth.length; i++) {
          if (Double.isNaN(depth[i])) {
            continue;
          }
          double dx = (i % COLUMNS - c) * STEP;
          double dy = (i / COLUMNS - r) * STEP;
          double d = dx * dx + dy * dy;
          if (d < nearest) {
            nearest = d;
            double length = Math.sqrt(d);
            double fall =
                dy > 0 ? FALL_BESIDE + (FALL_BELOW - FALL_BESIDE) * dy / length : FALL_BESIDE;
            z = depth[i] - fall * length;
          }
        }
        full[r * COLUMNS + c] = z;
      }
    }
    return full;
  }

  private static double[] stretched(double[] depth) {
    double[] hull = depth.clone();
    double[] line = new double[Math.max(ROWS, COLUMNS)];
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(hull, r * COLUMNS, line, 0, COLUMNS);
      concave(line, COLUMNS);
      System.arraycopy(line, 0, hull, r * COLUMNS, COLUMNS);
    }
    int eyes = (int) ((2.6 - BOTTOM) / STEP);
    for (int c = 0; c < COLUMNS; c++) {
      for (int r = 0; r < eyes; r++) {
        line[r] = hull[r * COLUMNS + c];
      }
      concave(line, eyes);
      for (int r = 0; r < eyes; r++) {
        hull[r * COLUMNS + c] = line[r];
      }
    }
    return hull;
  }

  /** Replaces the first n values by their least concave majorant. */
  private static void concave(double[] values, int n) {
    int[] corner = new int[n];
    int corners = 0;
    for (int i = 0; i < n; i++) {
      while (corners >= 2) {
        int p = corner[corners - 2];
        int q = corner[corners - 1];
        if ((values[q] - values[p]) * (i - p) > (values[i] - values[p]) * (q - p)) {
          break;
        }
        corners--;
      }
      corner[corners++] = i;
    }
    for (int k = 0; k + 1 < corners; k++) {
      int p = corner[k];
      int q = corner[k + 1];
      double from = values[p];
      double to = values[q];
      for (int i = p; i <= q; i++) {
        values[i] = from + (to - from) * (i - p) / (q - p);
      }
    }
  }

  /** A binomial blur of about 3.5 mm. */
  private static double[] smoothed(double[] map) {
    double[] from = map.clone();
    for (int pass = 0; pass < 6; pass++) {
      double[] to = from.clone();
      for (int r = 1; r < ROWS - 1; r++) {
        for (int c = 1; c < COLUMNS - 1; c++) {
          int i = r * COLUMNS + c;
          to[i] =
              (4 * from[i]
                      + 2 * (from[i - 1] + from[i + 1] + from[i - COLUMNS] + from[i + COLUMNS])
                      + from[i - 1 - COLUMNS]
                      + from[i + 1 - COLUMNS]
                      + from[i - 1 + COLUMNS]
                      + from[i + 1 + COLUMNS])
                  / 16;
        }
      }
      from = to;
    }
    return from;
  }
}
