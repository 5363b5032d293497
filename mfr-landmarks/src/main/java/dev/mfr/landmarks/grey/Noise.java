package dev.mfr.landmarks.grey;

import java.util.Arrays;

/** The noise of a plane of grey values. */
public final class Noise {
  /*
   * After Immerkær, "Fast noise variance estimation" (1996), from the part of the plane with the least structure: a
   * filter that no plane and no step along an axis answers to, and a low quantile of its responses.
   */

  /** The median of |N(0, (6σ)²)| is 0.6745 · 6σ; 30 % lies below 0.385 · 6σ. */
  private static final double QUANTILE = .3;

  private static final double QUANTILE_OF_UNIT = .385 * 6;

  private Noise() {}

  /**
   * {@return the standard deviation of the noise from pixel to pixel}
   *
   * @param g row by row, not modified
   * @param w values a row, at least 3
   * @param h rows, at least 3
   */
  public static double deviation(float[] g, int w, int h) {
    float[] responses = new float[(w - 2) * (h - 2)];
    int n = 0;
    for (int y = 1; y < h - 1; y++) {
      for (int x = 1; x < w - 1; x++) {
        int i = y * w + x;
        responses[n++] =
            Math.abs(
                g[i - w - 1]
                    - 2 * g[i - w]
                    + g[i - w + 1]
                    - 2 * g[i - 1]
                    + 4 * g[i]
                    - 2 * g[i + 1]
                    + g[i + w - 1]
                    - 2 * g[i + w]
                    + g[i + w + 1]);
      }
    }
    Arrays.sort(responses);
    return responses[(int) (QUANTILE * n)] / QUANTILE_OF_UNIT;
  }
}
