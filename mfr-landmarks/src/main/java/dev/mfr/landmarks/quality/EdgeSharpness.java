package dev.mfr.landmarks.quality;

import dev.mfr.landmarks.grey.Blur;
import dev.mfr.landmarks.grey.Noise;
import java.util.Arrays;

/** How narrow the strongest edges of a band are: about 1 for steps, towards 0 with blur. */
final class EdgeSharpness {
  /*
   * 1. The band is smoothed by Gaussians of σ 1 and σ 2.5, and the squares of both gradients are summed over the quarter of
   *    its pixels where the coarse gradient is greatest: lids, irises, brows, the rims of glasses.
   * 2. What white noise adds to the fine sum is taken off: a central difference of noise of variance v that a Gaussian of
   *    σ has smoothed has the variance v (1 − exp(−1/σ²)) / (2πσ²), and a gradient has two.
   * 3. The ratio of the sums grows as edges get narrower. The height of the edges, so light and contrast, drops out. On an
   *    edge that a Gaussian of σ s has blurred it is (s² + 2.5²) / (s² + 1²), from 1 to 6.25, brought to 0…1.
   */

  private static final double FINE = 1;
  private static final double COARSE = 2.5;
  private static final double SHARE = .25;
  private static final double SHARPEST = COARSE * COARSE / (FINE * FINE);
  private static final double NOISE_ENERGY =
      (1 - Math.exp(-1 / (FINE * FINE))) / (Math.PI * FINE * FINE);

  private EdgeSharpness() {}

  /** 0 when nothing of the band lies in the picture or it has no edges. */
  static double of(EyeBand band) {
    int w = band.width;
    int h = band.height;
    float[] fine = band.luma.clone();
    Blur.gaussian(fine, w, h, FINE);
    float[] coarse = band.luma.clone();
    Blur.gaussian(coarse, w, h, COARSE);
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
    return Math.max(0, (sumFine / sumCoarse - 1) / (SHARPEST - 1));
  }

  private static float energy(float[] g, int i, int w) {
    float dx = g[i + 1] - g[i - 1];
    float dy = g[i + w] - g[i - w];
    return dx * dx + dy * dy;
  }
}
