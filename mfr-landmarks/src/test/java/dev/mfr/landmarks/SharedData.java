package dev.mfr.landmarks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The photographs and reference results that the project may not ship. They lie at the system
 * property {@code mfr.shared}, or in {@code ../shared} beside the project's root; tests that need
 * them are skipped where they are absent.
 */
public final class SharedData {
  private static final Pattern PICTURE =
      Pattern.compile(
          "\"([^\"]+)\":\\s*\\{\"width\":\\s*(\\d+),\\s*\"height\":\\s*(\\d+),\\s*\"landmarks\":");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?");

  private SharedData() {}

  /** {@return a folder or file of the shared data; the calling test is skipped without it} */
  public static Path require(String path) {
    String given = System.getProperty("mfr.shared");
    Path root = given == null ? Path.of("..", "..", "shared") : Path.of(given);
    Path file = root.resolve(path);
    assumeTrue(
        Files.exists(file),
        "skipped: "
            + file.toAbsolutePath().normalize()
            + " is absent; point -Dmfr.shared at the shared data");
    return file;
  }

  /**
   * {@return MediaPipe's points by file name, in pixels: x and y of 468 points each}
   *
   * @param json a reference file of the shared data
   */
  public static Map<String, double[]> mediaPipe(Path json) throws IOException {
    String text = Files.readString(json);
    Map<String, double[]> all = new LinkedHashMap<>();
    Matcher picture = PICTURE.matcher(text);
    while (picture.find()) {
      double width = Double.parseDouble(picture.group(2));
      double height = Double.parseDouble(picture.group(3));
      double[] xy = new double[2 * 468];
      Matcher number = NUMBER.matcher(text);
      int at = picture.end();
      for (int i = 0; i < 3 * 468; i++) {
        if (!number.find(at)) {
          throw new IOException(json + " ends early");
        }
        at = number.end();
        double value = Double.parseDouble(number.group());
        if (i % 3 < 2) {
          xy[i / 3 * 2 + i % 3] = value * (i % 3 == 0 ? width : height);
        }
      }
      all.put(picture.group(1), xy);
    }
    return all;
  }

  /** {@return the mean absolute difference of two pictures of one size, in grey levels} */
  public static double meanAbsoluteDifference(RgbImage a, RgbImage b) {
    byte[] p = new byte[3 * a.width() * a.height()];
    byte[] q = new byte[3 * b.width() * b.height()];
    if (p.length != q.length) {
      throw new AssertionError("sizes differ: " + a + " and " + b);
    }
    a.copyInto(p);
    b.copyInto(q);
    long sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.abs((p[i] & 255) - (q[i] & 255));
    }
    return (double) sum / p.length;
  }
}
