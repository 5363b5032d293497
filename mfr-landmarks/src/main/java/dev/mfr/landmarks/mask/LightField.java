package dev.mfr.landmarks.mask;

import dev.mfr.landmarks.pose.CanonicalFace;
import java.util.Arrays;

/**
 * The light on a face, estimated from its skin: how bright a white fabric would be, by place and
 * direction, and of which colour.
 *
 * <p>Immutable.
 */
final class LightField {
  /*
   * 1. The skin's luminance at each mesh vertex that is no eye, brow or lip and faces the camera, in linear light.
   * 2. Its ratio to the mean is fitted by a·1 + b·normal + c·place, least squares towards a prior (light comes from
   *    above and from the camera), and fitted again without the vertices that disagree most: spectacles, hair, glints.
   *    Normals are the head's turned into the picture, so a mask's own dome and folds are lit from the same side.
   * 3. How bright white is cannot be told from skin of unknown tone alone. The whites of the eyes and the picture's
   *    brightest part have a say; the skin bounds the answer.
   * 4. The colour of the light: a share of the cast that the picture's mean has. In a picture without colour the mask
   *    has none; in a toned one it has the tone.
   */

  private static final CanonicalFace FACE = CanonicalFace.instance();
  private static final int TERMS = 6;
  private static final double[] PRIOR = {1, 0, .12, .15, 0, .05};
  private static final double[] STIFFNESS = {1e-6, .03, .04, .06, .05, .15};
  private static final double MEAN_SKIN = .31;
  private static final double USUAL_WHITE = .8;

  private final FaceFit fit;
  private final double[] terms;

  /** Linear luminance of the skin. */
  final double skin;

  /** Linear luminance of a white surface in the mean light. */
  final double white;

  /** Linear red, green and blue of the light, of mean luminance 1. */
  final double[] cast;

  /** 0 for a picture of one tone, 1 for one with colours. */
  final double colorfulness;

  /** The skin's linear red and blue, relative to green. */
  final double skinRed;

  final double skinBlue;

  LightField(byte[] rgb, int width, int height, FaceFit fit) {
    this.fit = fit;
    double[] samples = new double[468 * (TERMS + 1)];
    double[] weights = new double[468];
    double[] at = new double[3];
    double[] color = new double[3];
    double sumWeight = 0;
    double sumLight = 0;
    double[] sumColor = new double[3];
    int n = 0;
    int radius = (int) Math.max(1, Math.min(12, .12 * fit.scale()));
    for (int v = 0; v < 468; v++) {
      double nz = fit.turned(2, FACE.normal(v, 0), FACE.normal(v, 1), FACE.normal(v, 2));
      if (!bare(v) || nz < .2) {
        continue;
      }
      fit.vertex(v, at, 0);
      if (!mean(rgb, width, height, at[0], at[1], radius, color)) {
        continue;
      }
      double light = .2126 * color[0] + .7152 * color[1] + .0722 * color[2];
      terms(
          FACE.normal(v, 0),
          FACE.normal(v, 1),
          FACE.normal(v, 2),
          FACE.x(v),
          FACE.y(v),
          samples,
          n);
      samples[n * (TERMS + 1) + TERMS] = light;
      weights[n] = nz * (FACE.y(v) < -2.6 ? .3 : 1);
      if (FACE.y(v) > -2.6 && FACE.y(v) < 7) {
        sumWeight += nz;
        sumLight += nz * light;
        for (int k = 0; k < 3; k++) {
          sumColor[k] += nz * color[k];
        }
      }
      n++;
    }
    double mean = sumWeight > 0 ? Math.max(.002, sumLight / sumWeight) : .2;
    for (int i = 0; i < n; i++) {
      samples[i * (TERMS + 1) + TERMS] /= mean;
    }
    double[] first = solve(samples, weights, n);
    double spread = 0;
    double total = 0;
    double[] residual = new double[n];
    for (int i = 0; i < n; i++) {
      residual[i] = Math.abs(samples[i * (TERMS + 1) + TERMS] - value(first, samples, i));
      spread += weights[i] * residual[i];
      total += weights[i];
    }
    for (int i = 0; i < n; i++) {
      double r = residual[i] / Math.max(1e-6, 1.6 * spread / Math.max(1e-9, total));
      weights[i] *= r > 1 ? 1 / (r * r) : 1;
    }
    this.terms = solve(samples, weights, n);
    this.skin = mean;
    double green = Math.max(1e-4, sumWeight > 0 ? sumColor[1] / sumWeight : .2);
    this.skinRed = sumWeight > 0 ? sumColor[0] / sumWeight / green : 1;
    this.skinBlue = sumWeight > 0 ? sumColor[2] / sumWeight / green : 1;

    PictureTone tone = new PictureTone(rgb, width, height);
    this.colorfulness = tone.colorfulness;
    this.white = white(rgb, width, height, mean, tone);
    double[] toned = {tone.red, 1, tone.blue};
    double share = .3 + .7 * (1 - colorfulness);
    double[] light = new double[3];
    double luminance = 0;
    for (int k = 0; k < 3; k++) {
      double bounded = Math.max(.4, Math.min(2.2, toned[k]));
      light[k] = Math.pow(bounded, share);
      luminance += (k == 0 ? .2126 : k == 1 ? .7152 : .0722) * light[k];
    }
    for (int k = 0; k < 3; k++) {
      light[k] /= luminance;
    }
    this.cast = light;
  }

  /** The light on a place of the canonical space with a canonical normal, relative to the mean. */
  double at(double nx, double ny, double nz, double x, double y) {
    double[] sample = new double[TERMS];
    terms(nx, ny, nz, Math.max(-7, Math.min(7, x)), Math.max(-9, y), sample, 0);
    double sum = 0;
    for (int k = 0; k < TERMS; k++) {
      sum += terms[k] * sample[k];
    }
    return Math.max(.42, Math.min(1.45, sum));
  }

  private void terms(double nx, double ny, double nz, double x, double y, double[] out, int row) {
    int o = row * (TERMS + 1);
    out[o] = 1;
    out[o + 1] = fit.turned(0, nx, ny, nz);
    out[o + 2] = fit.turned(1, nx, ny, nz);
    out[o + 3] = fit.turned(2, nx, ny, nz) - .8;
    out[o + 4] = x / 8;
    out[o + 5] = y / 8;
  }

  private static boolean bare(int vertex) {
    double x = Math.abs(FACE.x(vertex));
    double y = FACE.y(vertex);
    boolean eye = x > 1.3 && y > 1.6 && y < 5.2;
    boolean mouth = x < 3.2 && y > -6 && y < -2.6;
    boolean nostrils = x < 1.8 && y > -2.6 && y < -1.2;
    return !eye && !mouth && !nostrils && y < 7.6;
  }

  private static double value(double[] terms, double[] samples, int row) {
    double sum = 0;
    for (int k = 0; k < TERMS; k++) {
      sum += terms[k] * samples[row * (TERMS + 1) + k];
    }
    return sum;
  }

  /** Weighted least squares with a pull towards the prior; Gauss's elimination. */
  private static double[] solve(double[] samples, double[] weights, int n) {
    double[][] a = new double[TERMS][TERMS + 1];
    double total = 0;
    for (int i = 0; i < n; i++) {
      int o = i * (TERMS + 1);
      total += weights[i];
      for (int r = 0; r < TERMS; r++) {
        for (int c = 0; c <= TERMS; c++) {
          a[r][c] += weights[i] * samples[o + r] * samples[o + c];
        }
      }
    }
    double pull = Math.max(1, total);
    for (int k = 0; k < TERMS; k++) {
      a[k][k] += pull * STIFFNESS[k];
      a[k][TERMS] += pull * STIFFNESS[k] * PRIOR[k];
    }
    // The matrix is symmetric and positive: no pivoting.
    for (int k = 0; k < TERMS; k++) {
      for (int r = k + 1; r < TERMS; r++) {
        double f = a[r][k] / a[k][k];
        for (int c = k; c <= TERMS; c++) {
          a[r][c] -= f * a[k][c];
        }
      }
    }
    double[] x = new double[TERMS];
    for (int k = TERMS - 1; k >= 0; k--) {
      double sum = a[k][TERMS];
      for (int c = k + 1; c < TERMS; c++) {
        sum -= a[k][c] * x[c];
      }
      x[k] = sum / a[k][k];
    }
    return x;
  }

  private double white(byte[] rgb, int width, int height, double skinLight, PictureTone tone) {
    double bySkin = skinLight / MEAN_SKIN;
    // Eyes lie in shade and pictures may be dim: both can only raise what the skin says.
    double byEyes = Math.max(bySkin, eyeWhites(rgb, width, height) / .42);
    double byPicture = Math.max(bySkin, tone.bright / .85);
    // Photographers expose so that white comes out white: a fifth of the answer.
    double log =
        .36 * Math.log(bySkin)
            + .28 * Math.log(byEyes)
            + .16 * Math.log(byPicture)
            + .2 * Math.log(USUAL_WHITE);
    // A dark skin in a picture that has white in it: the skin then says too little.
    double white = Math.max(Math.exp(log), .6 * byPicture);
    return Math.max(2.1 * skinLight, Math.min(Math.min(1.15, 7 * skinLight), white));
  }

  /**
   * The 85th percentile of the luminance within the rims of the eyes; 0 when they are too small.
   */
  private double eyeWhites(byte[] rgb, int width, int height) {
    double[] found = new double[4096];
    int n = 0;
    for (double[] rim : fit.eyes()) {
      double left = Double.POSITIVE_INFINITY;
      double right = Double.NEGATIVE_INFINITY;
      double top = Double.POSITIVE_INFINITY;
      double bottom = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < rim.length; i += 2) {
        left = Math.min(left, rim[i]);
        right = Math.max(right, rim[i]);
        top = Math.min(top, rim[i + 1]);
        bottom = Math.max(bottom, rim[i + 1]);
      }
      double step = Math.max(1, (right - left) / 60);
      for (double y = Math.max(0, top); y <= Math.min(height - 1, bottom); y += step) {
        for (double x = Math.max(0, left); x <= Math.min(width - 1, right); x += step) {
          if (n < found.length && Polygons.contains(rim, x, y)) {
            int o = 3 * (((int) y) * width + (int) x);
            found[n++] = Tone.luminance(rgb[o] & 255, rgb[o + 1] & 255, rgb[o + 2] & 255);
          }
        }
      }
    }
    if (n < 8) {
      return 0;
    }
    Arrays.sort(found, 0, n);
    return found[(int) (.85 * (n - 1))];
  }

  /** The mean linear colour of a square around a place; false when its middle is outside. */
  private static boolean mean(
      byte[] rgb, int width, int height, double x, double y, int radius, double[] out) {
    int cx = (int) Math.round(x);
    int cy = (int) Math.round(y);
    if (cx < 0 || cy < 0 || cx >= width || cy >= height) {
      return false;
    }
    double red = 0;
    double green = 0;
    double blue = 0;
    int n = 0;
    int step = Math.max(1, radius / 3);
    for (int yy = Math.max(0, cy - radius); yy <= Math.min(height - 1, cy + radius); yy += step) {
      for (int xx = Math.max(0, cx - radius); xx <= Math.min(width - 1, cx + radius); xx += step) {
        int o = 3 * (yy * width + xx);
        red += Tone.linear(rgb[o] & 255);
        green += Tone.linear(rgb[o + 1] & 255);
        blue += Tone.linear(rgb[o + 2] & 255);
        n++;
      }
    }
    out[0] = red / n;
    out[1] = green / n;
    out[2] = blue / n;
    return true;
  }
}
