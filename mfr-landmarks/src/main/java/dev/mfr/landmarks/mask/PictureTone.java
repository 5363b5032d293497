package dev.mfr.landmarks.mask;

import java.util.Arrays;

/** What a whole picture says about its light. Immutable. */
final class PictureTone {
  private static final int MOST_SAMPLES = 6000;

  /** The 97th percentile of the linear luminance. */
  final double bright;

  /** Mean linear red relative to green. */
  final double red;

  /** Mean linear blue relative to green. */
  final double blue;

  /** 0 when every pixel has the same hue (black and white, sepia), 1 for an ordinary picture. */
  final double colorfulness;

  PictureTone(byte[] rgb, int width, int height) {
    int pixels = width * height;
    int step = Math.max(1, pixels / MOST_SAMPLES);
    // A step that shares no factor with the width visits all columns.
    while (step > 1 && width % step == 0) {
      step++;
    }
    float[] light = new float[pixels / step + 1];
    int n = 0;
    double r = 0;
    double g = 0;
    double b = 0;
    double hueSum = 0;
    double hueSquares = 0;
    int hues = 0;
    for (int i = 0; i < pixels; i += step) {
      int red8 = rgb[3 * i] & 255;
      int green8 = rgb[3 * i + 1] & 255;
      int blue8 = rgb[3 * i + 2] & 255;
      light[n++] = Tone.luminance(red8, green8, blue8);
      r += Tone.linear(red8);
      g += Tone.linear(green8);
      b += Tone.linear(blue8);
      int sum = red8 + green8 + blue8;
      if (sum > 90 && sum < 690) {
        double hue = (red8 - blue8) / (double) sum;
        hueSum += hue;
        hueSquares += hue * hue;
        hues++;
      }
    }
    Arrays.sort(light, 0, n);
    this.bright = light[(int) (.97 * (n - 1))];
    this.red = (r + 1e-3) / (g + 1e-3);
    this.blue = (b + 1e-3) / (g + 1e-3);
    double mean = hueSum / Math.max(1, hues);
    double deviation = Math.sqrt(Math.max(0, hueSquares / Math.max(1, hues) - mean * mean));
    this.colorfulness = Math.max(0, Math.min(1, (deviation - .012) / .025));
  }
}
