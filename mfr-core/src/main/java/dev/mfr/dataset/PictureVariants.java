package dev.mfr.dataset;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hashing;
import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes further pictures out of one, as if the camera had moved and the light had changed: for
 * training on few pictures, for demos and for tests.
 *
 * <p>A variant is mirrored or not, turned by up to 8° either way, scaled by 0.9…1.1 and shifted by
 * up to 3 % of the picture's sides, all about its middle; then its brightness is multiplied by
 * 0.8…1.2, raised to a power of 0.8…1.25 (gamma), and it is blurred with a standard deviation of up
 * to 0.3 % of its shorter side. Edge pixels are repeated where the picture has moved away. It is as
 * large as its original.
 *
 * <p>Equal seeds give equal variants. A variant is no second photograph: it shares pose, expression
 * and occasion with its original, and figures measured on it say little about other photographs of
 * the person. Stateless and thread-safe.
 */
public final class PictureVariants {
  private static final double MAX_ANGLE = Math.toRadians(8);
  private static final double MAX_SCALE = 1.1;
  private static final double MAX_SHIFT = .03;
  private static final double MAX_GAIN_CHANGE = .2;
  private static final double MAX_GAMMA = 1.25;
  private static final double MAX_BLUR = .003;

  private PictureVariants() {}

  /**
   * {@return variants of a labelled picture, of the same person, named {@code name#variant-1} and
   * so on}
   *
   * <p>Nothing is loaded yet. Make variants after a split, or a person's original and its variant
   * can end up on both sides.
   *
   * @param picture the original
   * @param count how many variants, 0 or more
   * @param seed together with the picture's label and file name it decides what they look like
   */
  public static List<LabelledPicture> of(LabelledPicture picture, int count, long seed) {
    checkArgument(count >= 0, "the number of variants must not be negative, got %s", count);
    List<LabelledPicture> variants = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      long own = mix(seed, picture.label() + "/" + picture.fileName() + "#" + i);
      variants.add(picture.withVariant("variant-" + i, image -> variant(image, own)));
    }
    return variants;
  }

  /**
   * {@return one variant of a picture, as large as the picture}
   *
   * @param picture the original; only read
   * @param seed decides what the variant looks like
   */
  public static RgbImage variant(RgbImage picture, long seed) {
    Random random = new Random(mix(seed, ""));
    boolean mirror = random.nextBoolean();
    double angle = MAX_ANGLE * signed(random);
    double scale = StrictMath.pow(MAX_SCALE, signed(random));
    double dx = MAX_SHIFT * picture.width() * signed(random);
    double dy = MAX_SHIFT * picture.height() * signed(random);
    double gain = 1 + MAX_GAIN_CHANGE * signed(random);
    double gamma = StrictMath.pow(MAX_GAMMA, signed(random));
    double blur = MAX_BLUR * Math.min(picture.width(), picture.height()) * random.nextDouble();

    double centreX = (picture.width() - 1) / 2.0;
    double centreY = (picture.height() - 1) / 2.0;
    Affine pictureFromVariant =
        Affine.translation(-centreX, -centreY)
            .then(Affine.scaling(mirror ? -1 / scale : 1 / scale, 1 / scale))
            .then(Affine.rotation(angle))
            .then(Affine.translation(centreX + dx, centreY + dy));
    RgbImage moved =
        Warp.render(
            picture, pictureFromVariant, picture.width(), picture.height(), Border.REPLICATE);
    byte[] pixels = new byte[3 * moved.width() * moved.height()];
    moved.copyInto(pixels);
    relight(pixels, gain, gamma);
    blur(pixels, moved.width(), moved.height(), blur);
    return RgbImage.wrap(
        pixels, 0, moved.width(), moved.height(), 3 * moved.width(), PixelFormat.RGB);
  }

  private static long mix(long seed, String name) {
    return Hashing.sha256()
        .newHasher()
        .putLong(seed)
        .putString(name, StandardCharsets.UTF_8)
        .hash()
        .asLong();
  }

  /** −1…1. */
  private static double signed(Random random) {
    return 2 * random.nextDouble() - 1;
  }

  private static void relight(byte[] pixels, double gain, double gamma) {
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      double lit = 255 * gain * StrictMath.pow(v / 255.0, gamma);
      table[v] = (byte) Math.min(255, Math.round(lit));
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = table[pixels[i] & 255];
    }
  }

  /** A Gaussian along the rows and then along the columns. */
  private static void blur(byte[] pixels, int width, int height, double deviation) {
    int radius = (int) Math.ceil(2.5 * deviation);
    if (deviation < .1 || radius >= Math.min(width, height)) {
      return;
    }
    float[] kernel = new float[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      sum += StrictMath.exp(-.5 * i * i / (deviation * deviation));
    }
    for (int i = -radius; i <= radius; i++) {
      kernel[radius + i] = (float) (StrictMath.exp(-.5 * i * i / (deviation * deviation)) / sum);
    }
    byte[] line = new byte[3 * Math.max(width, height)];
    for (int y = 0; y < height; y++) {
      blurLine(pixels, 3 * y * width, 3, width, kernel, line);
    }
    for (int x = 0; x < width; x++) {
      blurLine(pixels, 3 * x, 3 * width, height, kernel, line);
    }
  }

  private static void blurLine(
      byte[] pixels, int start, int step, int count, float[] kernel, byte[] line) {
    int radius = kernel.length / 2;
    for (int i = 0; i < count; i++) {
      for (int channel = 0; channel < 3; channel++) {
        float sum = .5f;
        for (int k = -radius; k <= radius; k++) {
          int j = Math.max(0, Math.min(count - 1, i + k));
          sum += kernel[radius + k] * (pixels[start + j * step + channel] & 255);
        }
        line[3 * i + channel] = (byte) Math.min(255, (int) sum);
      }
    }
    for (int i = 0; i < count; i++) {
      System.arraycopy(line, 3 * i, pixels, start + i * step, 3);
    }
  }
}
