package dev.mfr.landmarks.quality;

import dev.mfr.landmarks.grey.Gaussian;
import dev.mfr.landmarks.grey.Noise;
import java.util.Arrays;

/**
 * How narrow the strongest edges of a band are: 1 for a lone step, more where lines are fine and
 * close, towards 0 with blur.
 */
final class EdgeSharpness {
  /*
   * 1. The band is smoothed by Gaussians of σ 1 and σ 2.5, and the squares of both gradients are summed over the quarter of
   *    its pixels where the coarse gradient is greatest: lids, irises, brows, the rims of glasses.
   * 2. What white noise adds to the fine sum is taken off: a central difference of noise of variance v that a Gaussian of
   *    σ has smoothed has the variance v (1 − exp(−1/σ²)) / (2πσ²), and a gradient has two.
   * 3. The ratio of the sums grows as edges get narrower. The height of the edges, so light and contrast, drops out. For a
   *    lone step that a Gaussian of σ s has blurred it is √((s² + 2.5² + p) / (s² + 1² + p)), p being the variance of a
   *    pixel's area and of the central difference. Brought from 1…that of an ideal step to 0…1.
   */

  private static final double FINE = 1;
  private static final double COARSE = 2.5;
  private static final Gaussian FINE_BLUR = new Gaussian(FINE);
  private static final Gaussian COARSE_BLUR = new Gaussian(COARSE);
  private static final double SHARE = .25;

  /** Variances of boxes one and two pixels wide. */
  private static final double PIXEL = 1 / 12.0 + 4 / 12.0;

  private static final double STEP = Math.sqrt((COARSE * COARSE + PIXEL) / (FINE * FINE + PIXEL));

  private static final double NOISE_ENERGY =
      (1 - Math.exp(-1 / (FINE * FINE))) / (Math.PI * FINE * FINE);

  private EdgeSharpness() {}

  /** 0 when nothing of the band lies in the picture or it has no edges. */
  static double of(EyeBand band) {
    int w = band.width;
    int h = band.height;
    float[] fine = FINE_BLUR.blur(band.luma, w, h);
    float[] coarse = COARSE_BLUR.blur(band.luma, w, h);
    float[] coarseEnergies = new float[w * h];
    float[] fineEnergies = new float[w * h];
    int n = 0;
    for (int y = EyeBand.RIM; y < h - EyeBand.RIM; y++) {
      for (int x = EyeBand.RIM; x < w - EyeBand.RIM; x++) {
        int i = y * w + x;
        if (band.inside[i]) {
          coarseEnergies[n] = energy(coarse, i, w);
          fineEnergies[n++] = energy(fine, i, w);
        }
      }
    }
    if (n == 0) {
      return 0;
    }
    float[] sorted = Arrays.copyOf(coarseEnergies, n);
    Arrays.sort(sorted);
    float least = sorted[(int) ((1 - SHARE) * (n - 1))];
    double noise = Noise.deviation(band.luma, w, h);
    double noiseEnergy = noise * noise * NOISE_ENERGY;
    double sumFine = 0;
    double sumCoarse = 0;
    for (int i = 0; i < n; i++) {
      if (coarseEnergies[i] >= least) {
        sumCoarse += coarseEnergies[i];
        sumFine += fineEnergies[i] - noiseEnergy;
      }
    }
    if (!(sumCoarse > 1e-9)) {
      return 0;
    }
    return Math.max(0, (sumFine / sumCoarse - 1) / (STEP - 1));
  }

  private static float energy(float[] g, int i, int w) {
    float dx = g[i + 1] - g[i - 1];
    float dy = g[i + w] - g[i - w];
    return dx * dx + dy * dy;
  }
}
