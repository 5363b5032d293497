package dev.mfr.landmarks.mask;

/** sRGB's curve by tables: 0…255 to linear light 0…1 and back. */
final class Tone {
  private static final int STEPS = 4096;
  private static final float[] LINEAR = new float[256];
  private static final float[] ENCODED = new float[STEPS + 2];

  static {
    for (int i = 0; i < 256; i++) {
      double c = i / 255.0;
      LINEAR[i] = (float) (c <= .04045 ? c / 12.92 : Math.pow((c + .055) / 1.055, 2.4));
    }
    for (int i = 0; i < ENCODED.length; i++) {
      // The table is over the square root of the light, where the curve is nearly straight.
      double l = Math.min(1, (double) i / STEPS);
      l *= l;
      ENCODED[i] =
          (float) (255 * (l <= .0031308 ? 12.92 * l : 1.055 * Math.pow(l, 1 / 2.4) - .055));
    }
  }

  private Tone() {}

  /** The linear light of an 8-bit value. */
  static float linear(int value) {
    return LINEAR[value];
  }

  /** The linear luminance of an 8-bit colour. */
  static float luminance(int red, int green, int blue) {
    return .2126f * LINEAR[red] + .7152f * LINEAR[green] + .0722f * LINEAR[blue];
  }

  /**
   * The value 0…255 of a linear light; above 0.65 it bends over, as a camera's curve does, and
   * reaches 255 never.
   */
  static float encoded(float light) {
    float l = Math.max(0, light);
    if (l > .65f) {
      l = .65f + .35f * (1 - (float) Math.exp(-(l - .65f) / .35f));
    }
    float at = (float) Math.sqrt(l) * STEPS;
    int i = (int) at;
    return ENCODED[i] + (at - i) * (ENCODED[i + 1] - ENCODED[i]);
  }
}
