package dev.mfr.landmarks.mask;

/** The loops or bands of a mask as ribbons in the picture. */
final class Straps {
  /** Where they end, on the person's left: above and below the ear's root, in cm. */
  private static final double[][] LOOPS = {{7.75, 2.5, -3.1}, {7.6, -.8, -3.1}};

  private static final double[][] BANDS = {{7.9, 4.4, -3.6}, {7.35, -3.4, -4.4}};
  private static final int PIECES = 10;

  private Straps() {}

  /**
   * Draws the straps of the sides that face the camera.
   *
   * @param raster drawn on
   * @param ink its colour; u runs from 0 at the mask to 1 at the ear
   */
  static void draw(
      MaskDesign design, MaskSurface surface, FaceFit fit, Raster raster, Raster.Ink ink) {
    double[][] ends = design.kind() == MaskKind.N95 ? BANDS : LOOPS;
    double half = Math.max(.35, (design.kind() == MaskKind.N95 ? .34 : .24) * fit.scale()) / 2;
    for (boolean left : new boolean[] {false, true}) {
      // The cheek in front of the ear looks sideways and a little to the front.
      double facing = fit.turned(2, left ? .97 : -.97, 0, .26);
      // On a turned head the far ear lies behind the cheek.
      if (facing < .18) {
        continue;
      }
      for (boolean top : new boolean[] {true, false}) {
        double[] end = ends[top ? 0 : 1];
        int corner = 3 * MaskSurface.corner(left, top);
        ribbon(
            surface.places[corner],
            surface.places[corner + 1],
            surface.places[corner + 2],
            left ? end[0] : -end[0],
            end[1],
            end[2],
            half,
            fit,
            raster,
            ink);
      }
    }
  }

  private static void ribbon(
      double x0,
      double y0,
      double z0,
      double x1,
      double y1,
      double z1,
      double half,
      FaceFit fit,
      Raster raster,
      Raster.Ink ink) {
    double[] middle = new double[3 * (PIECES + 1)];
    for (int i = 0; i <= PIECES; i++) {
      double t = i / (double) PIECES;
      double out = .35 * Math.sin(Math.PI * t) * Math.signum(x1);
      fit.map(x0 + t * (x1 - x0) + out, y0 + t * (y1 - y0), z0 + t * (z1 - z0), middle, 3 * i);
    }
    double[] places = new double[6 * (PIECES + 1)];
    double[] texture = new double[6 * (PIECES + 1)];
    for (int i = 0; i <= PIECES; i++) {
      int before = 3 * Math.max(0, i - 1);
      int after = 3 * Math.min(PIECES, i + 1);
      double dx = middle[after] - middle[before];
      double dy = middle[after + 1] - middle[before + 1];
      double length = Math.max(1e-6, Math.hypot(dx, dy));
      for (int side = 0; side < 2; side++) {
        double w = side == 0 ? half : -half;
        int o = 3 * (2 * i + side);
        places[o] = middle[3 * i] - w * dy / length;
        places[o + 1] = middle[3 * i + 1] + w * dx / length;
        places[o + 2] = middle[3 * i + 2];
        texture[o] = i / (double) PIECES;
        texture[o + 1] = side;
        texture[o + 2] = 1;
      }
    }
    for (int i = 0; i < PIECES; i++) {
      raster.triangle(places, texture, 2 * i, 2 * i + 1, 2 * i + 2, 0, ink, false);
      raster.triangle(places, texture, 2 * i + 1, 2 * i + 3, 2 * i + 2, 0, ink, false);
    }
  }
}
