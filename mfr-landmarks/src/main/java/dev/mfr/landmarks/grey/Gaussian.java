package dev.mfr.landmarks.grey;

/**
 * A Gaussian of one width as a kernel of 3σ to each side: slower than {@link Blur} and true to σ
 * where that is small. Immutable.
 */
public final class Gaussian {
  private final float[] kernel;

  /**
   * A Gaussian.
   *
   * @param sigma standard deviation in pixels, more than 0
   */
  public Gaussian(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    double[] weights = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double d = (i - radius) / sigma;
      weights[i] = Math.exp(-d * d / 2);
      sum += weights[i];
    }
    this.kernel = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      kernel[i] = (float) (weights[i] / sum);
    }
  }

  /**
   * {@return a plane blurred both ways; its ends are repeated}
   *
   * @param plane row by row, not modified
   * @param width values a row
   * @param height rows
   */
  public float[] blur(float[] plane, int width, int height) {
    float[] rows = new float[width * height];
    float[] both = new float[width * height];
    int radius = kernel.length / 2;
    float[] line = new float[Math.max(width, height) + 2 * radius];
    for (int y = 0; y < height; y++) {
      along(plane, y * width, 1, width, line, rows);
    }
    for (int x = 0; x < width; x++) {
      along(rows, x, width, height, line, both);
    }
    return both;
  }

  private void along(float[] from, int start, int step, int n, float[] line, float[] to) {
    int radius = kernel.length / 2;
    for (int i = 0; i < n + 2 * radius; i++) {
      line[i] = from[start + step * Math.max(0, Math.min(n - 1, i - radius))];
    }
    for (int i = 0; i < n; i++) {
      float sum = 0;
      for (int k = 0; k < kernel.length; k++) {
        sum += kernel[k] * line[i + k];
      }
      to[start + step * i] = sum;
    }
  }
}
