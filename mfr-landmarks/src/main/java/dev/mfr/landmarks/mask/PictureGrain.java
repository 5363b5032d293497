package dev.mfr.landmarks.mask;

import dev.mfr.landmarks.grey.Blur;
import dev.mfr.landmarks.grey.Noise;
import java.util.Arrays;

/** How sharp and how noisy a picture is around a face. Immutable. */
final class PictureGrain {
  /*
   * Sharpness after Zhuo and Sim, "Defocus map estimation from a single image" (Pattern Recognition 44, 2011): the
   * picture is blurred once more by a Gaussian of σ₀ = 1; at an edge of blur σ its gradient shrinks by
   * R = √(σ² + σ₀²) / σ, so σ = σ₀ / √(R² − 1). Taken at the strongest edges of the face, where the lowest tenth
   * stands for edges that are sharp in nature. They find edges by Canny; here the strongest 4 % of gradients do.
   *
   * Noise is measured once as it is and once at half the size, because film and JPEG leave grain that is coarser than a
   * pixel.
   */

  /** The blur of the sharpest edges, standard deviation in pixels, 0.4…8. */
  final double blur;

  /** The noise of a grey value, standard deviation in 0…255, 0…12. */
  final double noise;

  /** The same after pairs of rows and columns are averaged: what is left is coarser grain. */
  final double coarseNoise;

  /**
   * @param x0 left column of the face
   * @param y0 its top row
   * @param x1 its right column, excluded
   * @param y1 its bottom row, excluded
   */
  PictureGrain(byte[] rgb, int rowPixels, int x0, int y0, int x1, int y1) {
    int step = Math.max(1, (int) Math.sqrt((x1 - x0) * (double) (y1 - y0) / 160_000));
    int w = Math.min(x1 - x0, 400 * Math.max(1, (x1 - x0) / 400));
    int h = y1 - y0;
    if (step > 1) {
      // A large face: its middle part at full resolution says enough.
      w = Math.min(w, 420);
      h = Math.min(h, 420);
    }
    int left = (x0 + x1 - w) / 2;
    int top = Math.max(y0, (y0 + y1) / 2 - h * 2 / 3);
    top = Math.min(top, y1 - h);
    if (w < 12 || h < 12) {
      this.blur = .7;
      this.noise = 2;
      this.coarseNoise = 1;
      return;
    }
    float[] grey = new float[w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int o = 3 * ((top + y) * rowPixels + left + x);
        grey[y * w + x] =
            .299f * (rgb[o] & 255) + .587f * (rgb[o + 1] & 255) + .114f * (rgb[o + 2] & 255);
      }
    }
    this.noise = Math.min(12, Noise.deviation(grey, w, h));
    this.coarseNoise = Math.min(4, Noise.deviation(halved(grey, w, h), w / 2, h / 2));
    this.blur = blur(grey, w, h);
  }

  private static float[] halved(float[] g, int w, int h) {
    float[] half = new float[(w / 2) * (h / 2)];
    for (int i = 0; i < half.length; i++) {
      int o = i / (w / 2) * 2 * w + i % (w / 2) * 2;
      half[i] = (g[o] + g[o + 1] + g[o + w] + g[o + w + 1]) / 4;
    }
    return half;
  }

  private static double blur(float[] g, int w, int h) {
    float[] again = g.clone();
    Blur.gaussian(again, w, h, 1);
    float[] strength = new float[w * h];
    for (int y = 2; y < h - 2; y++) {
      for (int x = 2; x < w - 2; x++) {
        strength[y * w + x] = gradient(again, y * w + x, w);
      }
    }
    float[] sorted = strength.clone();
    Arrays.sort(sorted);
    float least = Math.max(4, sorted[(int) (.96 * sorted.length)]);
    float[] sigmas = new float[w * h];
    int n = 0;
    for (int i = 0; i < strength.length; i++) {
      if (strength[i] >= least) {
        double ratio = gradient(g, i, w) / strength[i];
        sigmas[n++] = ratio > 1.001 ? (float) (1 / Math.sqrt(ratio * ratio - 1)) : 8;
      }
    }
    if (n < 20) {
      return .8;
    }
    Arrays.sort(sigmas, 0, n);
    return Math.max(.4, Math.min(8, sigmas[n / 10]));
  }

  private static float gradient(float[] g, int i, int w) {
    float dx = g[i + 1] - g[i - 1];
    float dy = g[i + w] - g[i - w];
    return (float) Math.sqrt(dx * dx + dy * dy);
  }
}
