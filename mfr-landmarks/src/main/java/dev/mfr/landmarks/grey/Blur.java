package dev.mfr.landmarks.grey;

/** A Gaussian blur of a plane of floats, as three box blurs each way; ends are repeated. */
public final class Blur {
  private Blur() {}

  /**
   * Blurs a plane in place.
   *
   * @param values row by row; written
   * @param width values a row
   * @param height rows
   * @param sigma standard deviation in pixels; nothing is done below 0.1
   */
  public static void gaussian(float[] values, int width, int height, double sigma) {
    if (sigma < .1) {
      return;
    }
    // A box of radius r, three times, has variance r(r + 1); a fraction of a pixel is mixed in.
    double r = (Math.sqrt(1 + 4 * sigma * sigma) - 1) / 2;
    float[] line = new float[Math.max(width, height)];
    for (int pass = 0; pass < 3; pass++) {
      for (int y = 0; y < height; y++) {
        box(values, y * width, 1, width, r, line);
      }
      for (int x = 0; x < width; x++) {
        box(values, x, width, height, r, line);
      }
    }
  }

  private static void box(float[] values, int from, int step, int n, double r, float[] line) {
    int whole = (int) r;
    float part = (float) (r - whole);
    float norm = (float) (1 / (2 * r + 1));
    for (int i = 0; i < n; i++) {
      line[i] = values[from + i * step];
    }
    float inner = 0;
    for (int k = -whole; k <= whole; k++) {
      inner += line[Math.max(0, Math.min(n - 1, k))];
    }
    for (int i = 0; i < n; i++) {
      float ends = line[Math.max(0, i - whole - 1)] + line[Math.min(n - 1, i + whole + 1)];
      values[from + i * step] = (inner + part * ends) * norm;
      inner += line[Math.min(n - 1, i + whole + 1)] - line[Math.max(0, i - whole)];
    }
  }
}
