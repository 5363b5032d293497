package dev.mfr.landmarks.mask;

import java.util.SplittableRandom;

/**
 * The fabric of one mask in the canonical face's space: a grid of places, in cm, with texture
 * coordinates.
 *
 * <p>Column 0 is the person's right side, row 0 the upper edge. Not modified once made.
 */
final class MaskSurface {
  /*
   * 1. Seen from the front a mask lies between an upper and a lower line, given for the person's left half and mirrored
   *    (points in cm, joined by Catmull and Rom's spline). The upper one starts at the chosen height on the nose.
   * 2. A grid is laid between them. Its columns are spaced by the length of the fabric and not by x, so that a pattern
   *    keeps its size where the cheek turns away.
   * 3. Depth comes from the canonical face at the upper edge, where a wire presses the mask on, and from the stretched
   *    cloth everywhere else.
   * 4. The places are moved along their normals: a little off the skin, by the shape of the kind (dome, keel, pleats),
   *    and by wrinkles.
   */

  static final int COLUMNS = 41;
  static final int ROWS = 29;

  private static final FaceDepth FACE = FaceDepth.instance();
  private static final int SAMPLES = 48;

  /** The lower line, the same for all heights: x, y, x, y, … */
  private static final double[] SURGICAL_LOWER = {
    0, -9.9, 1.4, -9.85, 2.8, -9.5, 4.1, -8.8, 5.4, -7.7, 6.4, -6.1
  };

  private static final double[] CUP_LOWER = {
    0, -9.85, 1.4, -9.8, 2.8, -9.4, 4.1, -8.7, 5.4, -7.6, 6.4, -6.5, 7.05, -5.3
  };
  private static final double[] FOLDED_LOWER = {
    0, -9.95, 1.5, -9.85, 3, -9.4, 4.4, -8.6, 5.7, -7.3, 6.75, -5.5
  };
  private static final double[] CLOTH_LOWER = {
    0, -10, 1.5, -9.95, 3, -9.5, 4.4, -8.7, 5.8, -7.3, 6.9, -5.3
  };

  /** x, y and z of each place. */
  final double[] places = new double[3 * COLUMNS * ROWS];

  /** Unit normals, outwards. */
  final double[] normals = new double[3 * COLUMNS * ROWS];

  private final MaskDesign design;
  private final double[] upper;
  private final double[] lower;

  /**
   * @param cheekDrop cm by which the upper edge is lowered beside the nose, to keep off the eyes
   */
  MaskSurface(MaskDesign design, double cheekDrop, SplittableRandom random) {
    this.design = design;
    this.upper = upperLine(design, cheekDrop);
    this.lower = lowerLine(design);
    lay();
    setNormals();
    lift(random);
    setNormals();
  }

  /** Where the wires or loops are tied on: the index of the upper and of the lower side corner. */
  static int corner(boolean left, boolean top) {
    return (top ? 1 : ROWS - 2) * COLUMNS + (left ? COLUMNS - 1 : 0);
  }

  /** The y of the upper edge in front of a place of the face. */
  double upperEdge(double x) {
    double ax = Math.abs(x);
    int last = upper.length / 2 - 1;
    for (int i = 0; i < last; i++) {
      double x0 = upper[2 * i];
      double x1 = upper[2 * i + 2];
      if (ax <= x1) {
        double share = (ax - x0) / (x1 - x0);
        return upper[2 * i + 1] + share * (upper[2 * i + 3] - upper[2 * i + 1]);
      }
    }
    return upper[2 * last + 1];
  }

  private static double[] upperLine(MaskDesign design, double cheekDrop) {
    double h = .6 + 1.9 * design.noseHeight();
    // From the level h on the ridge the edge runs down the flank to the level of the cheek.
    double cheek = .3 + .13 * h;
    double flank = h - .3 * (h - cheek);
    double foot = h - .74 * (h - cheek);
    double[] line =
        switch (design.kind()) {
          case SURGICAL ->
              new double[] {
                0, h, .7, h - .06, 1.4, flank, 2.2, foot, 3.1, cheek, 4.6, cheek - .25, 6.6, -.3
              };
          case N95 ->
              new double[] {
                0,
                h,
                .7,
                h - .06,
                1.4,
                flank - .05,
                2.2,
                foot - .25,
                3.3,
                cheek - .65,
                4.8,
                -1.1,
                6,
                -2.2,
                6.85,
                -3.3
              };
          case KN95 ->
              new double[] {
                0,
                h,
                .7,
                h - .1,
                1.4,
                flank - .1,
                2.2,
                foot - .15,
                3.2,
                cheek - .3,
                4.9,
                -.7,
                6.75,
                -2
              };
          case CLOTH ->
              new double[] {
                0, h, .7, h - .1, 1.4, flank - .1, 2.2, foot - .05, 3.2, cheek, 4.9, -.05, 6.9, -.7
              };
        };
    double wide = widening(design);
    for (int i = 0; i < line.length; i += 2) {
      double x = line[i];
      double beside = Math.max(0, Math.min(1, (x - .6) / 1.2));
      line[i] = x * (x > 2.7 ? wide : 1);
      line[i + 1] -= cheekDrop * beside;
    }
    return line;
  }

  /** A pleated rectangle is often too narrow for its face; the others are cut to reach the jaw. */
  private static double widening(MaskDesign design) {
    double least = design.kind() == MaskKind.SURGICAL ? .91 : .96;
    return least + (1.04 - least) * design.width();
  }

  private static double[] lowerLine(MaskDesign design) {
    double[] line =
        (switch (design.kind()) {
              case SURGICAL -> SURGICAL_LOWER;
              case N95 -> CUP_LOWER;
              case KN95 -> FOLDED_LOWER;
              case CLOTH -> CLOTH_LOWER;
            })
            .clone();
    double wide = widening(design);
    double reach = .9 * design.chinReach();
    double outermost = line[line.length - 2];
    for (int i = 0; i < line.length; i += 2) {
      double share = line[i] / outermost;
      line[i] *= wide;
      line[i + 1] -= reach * (1 - share * share);
    }
    return line;
  }

  /** A place of a half line, t from 0 (middle) to 1 (side); the line is even about the middle. */
  private static void along(double[] line, double t, double[] out) {
    int n = line.length / 2;
    double at = Math.min(t, 1) * (n - 1);
    int i = Math.min(n - 2, (int) at);
    double f = at - i;
    for (int k = 0; k < 2; k++) {
      double p1 = line[2 * i + k];
      double p2 = line[2 * i + 2 + k];
      double p0 = i > 0 ? line[2 * i - 2 + k] : k == 0 ? -line[2] : line[3];
      double p3 = i + 2 < n ? line[2 * i + 4 + k] : 2 * p2 - p1;
      out[k] =
          p1
              + .5
                  * f
                  * (p2 - p0 + f * (2 * p0 - 5 * p1 + 4 * p2 - p3 + f * (3 * (p1 - p2) + p3 - p0)));
    }
  }

  private void lay() {
    double[] spacing = spacing();
    double[] top = new double[2];
    double[] bottom = new double[2];
    double turn = Math.toRadians(design.crookedness());
    double cos = Math.cos(turn);
    double sin = Math.sin(turn);
    for (int c = 0; c < COLUMNS; c++) {
      double u = 2.0 * c / (COLUMNS - 1) - 1;
      double t = spacing[Math.abs(2 * c - (COLUMNS - 1)) / 2];
      along(upper, t, top);
      along(lower, t, bottom);
      for (int r = 0; r < ROWS; r++) {
        double v = r / (ROWS - 1.0);
        // The sides bow out a little, as fabric between two points under pull does not.
        double bow = 1 + .012 * Math.sin(Math.PI * v);
        double x0 = Math.signum(u) * bow * (top[0] + v * (bottom[0] - top[0]));
        double y0 = top[1] + v * (bottom[1] - top[1]) + 3;
        // Clockwise on the picture is clockwise here too: y is up and x to the right of the
        // picture.
        double x = cos * x0 + sin * y0;
        double y = -sin * x0 + cos * y0 - 3;
        double hug = 1 - .65 * Math.exp(-v * v / .03);
        double skin = FACE.skinDepth(x, y);
        double z = skin + hug * (FACE.clothDepth(x, y) - skin);
        int i = 3 * (r * COLUMNS + c);
        places[i] = x;
        places[i + 1] = y;
        places[i + 2] = z;
      }
    }
  }

  /**
   * For each column of a half, where on the lines it lies, so that columns are equally far apart.
   */
  private double[] spacing() {
    double[] length = new double[SAMPLES + 1];
    double[] top = new double[2];
    double[] bottom = new double[2];
    double px = 0;
    double pz = 0;
    for (int i = 0; i <= SAMPLES; i++) {
      double t = i / (double) SAMPLES;
      along(upper, t, top);
      along(lower, t, bottom);
      double x = (top[0] + bottom[0]) / 2;
      double z = FACE.clothDepth(x, (top[1] + bottom[1]) / 2);
      length[i] = i == 0 ? 0 : length[i - 1] + Math.hypot(x - px, z - pz);
      px = x;
      pz = z;
    }
    int half = (COLUMNS - 1) / 2;
    double[] spacing = new double[half + 1];
    int i = 0;
    for (int c = 0; c <= half; c++) {
      double wanted = length[SAMPLES] * c / half;
      while (i < SAMPLES - 1 && length[i + 1] < wanted) {
        i++;
      }
      spacing[c] = Math.min(1, (i + (wanted - length[i]) / (length[i + 1] - length[i])) / SAMPLES);
    }
    return spacing;
  }

  private void lift(SplittableRandom random) {
    SmoothNoise creases = new SmoothNoise(random);
    for (int r = 0; r < ROWS; r++) {
      double v = r / (ROWS - 1.0);
      for (int c = 0; c < COLUMNS; c++) {
        double u = 2.0 * c / (COLUMNS - 1) - 1;
        double s = Math.abs(u);
        // 0 at the rim, 1 in the middle.
        double inside = Math.min(1, 5 * Math.min(v, Math.min(1 - v, 1.2 * (1 - s))));
        double off = .12 + (.1 + .3 * design.puff()) * inside;
        double swell = Math.pow(Math.sin(Math.PI * v), .8);
        double forward = 0;
        switch (design.kind()) {
          case SURGICAL -> {
            double pleat = 3 * v % 1;
            off += (.16 * pleat - .08) * inside * (1 - s * s);
            forward = .35 * swell * (1 - s * s);
          }
          case N95 -> forward = 1.15 * swell * Math.pow(Math.max(0, 1 - s * s), .8);
          case KN95 -> forward = (.35 + .5 * design.puff()) * swell * Math.max(0, 1 - s / .8);
          case CLOTH -> forward = (.25 + .4 * design.puff()) * swell * Math.max(0, 1 - s / .9);
        }
        double stiff = design.kind() == MaskKind.N95 ? .2 : design.kind() == MaskKind.KN95 ? .5 : 1;
        double crumple =
            .22 * creases.at(3.2 * u + 9, 5 * v)
                + .11 * creases.at(7 * u + 40, 9 * v)
                // Folds where the noise changes its sign: flat facets that meet in edges.
                - .3 * Math.abs(creases.at(2.4 * u + v + 25, 3.1 * v - u + 12));
        off += stiff * design.wrinkles() * Math.min(1, 8 * Math.min(v, 1 - v)) * crumple;
        int i = 3 * (r * COLUMNS + c);
        places[i] += off * normals[i];
        places[i + 1] += off * normals[i + 1];
        places[i + 2] += off * normals[i + 2] + forward;
      }
    }
  }

  private void setNormals() {
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        int left = 3 * (r * COLUMNS + Math.max(0, c - 1));
        int right = 3 * (r * COLUMNS + Math.min(COLUMNS - 1, c + 1));
        int above = 3 * (Math.max(0, r - 1) * COLUMNS + c);
        int below = 3 * (Math.min(ROWS - 1, r + 1) * COLUMNS + c);
        double ux = places[right] - places[left];
        double uy = places[right + 1] - places[left + 1];
        double uz = places[right + 2] - places[left + 2];
        double wx = places[above] - places[below];
        double wy = places[above + 1] - places[below + 1];
        double wz = places[above + 2] - places[below + 2];
        double nx = uy * wz - uz * wy;
        double ny = uz * wx - ux * wz;
        double nz = ux * wy - uy * wx;
        double n = Math.max(1e-9, Math.sqrt(nx * nx + ny * ny + nz * nz));
        int i = 3 * (r * COLUMNS + c);
        normals[i] = nx / n;
        normals[i + 1] = ny / n;
        normals[i + 2] = nz / n;
      }
    }
  }
}
