package dev.mfr.landmarks;

import dev.mfr.image.RgbImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Two portraits in the public domain, and MediaPipe's own points for them. */
public final class Portraits {
  private static final String FOLDER = "/dev/mfr/portraits/";

  private Portraits() {}

  /** {@return Eileen Collins, 512×512} */
  public static RgbImage astronaut() {
    return RgbImage.read(bytes(FOLDER + "astronaut.png"));
  }

  /** {@return Grace Hopper, 512×600} */
  public static RgbImage graceHopper() {
    return RgbImage.read(bytes(FOLDER + "grace_hopper.jpg"));
  }

  /** {@return both portraits by file name} */
  public static Map<String, RgbImage> all() {
    return Map.of("astronaut.png", astronaut(), "grace_hopper.jpg", graceHopper());
  }

  /** {@return MediaPipe's points by file name, in pixels: x and y of 468 points each} */
  public static Map<String, double[]> mediaPipe() {
    Map<String, double[]> all = new LinkedHashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                stream(FOLDER + "mediapipe-face-mesh-468.txt"), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("#")) {
          continue;
        }
        String[] head = line.split(" ", -1);
        double[] xy = new double[2 * 468];
        for (int i = 0; i < xy.length; i += 2) {
          String[] point = in.readLine().split(" ", -1);
          xy[i] = Double.parseDouble(point[0]) * Double.parseDouble(head[1]);
          xy[i + 1] = Double.parseDouble(point[1]) * Double.parseDouble(head[2]);
        }
        all.put(head[0], xy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** {@return the bytes of a test resource} */
  public static byte[] bytes(String resource) {
    try (InputStream in = stream(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream stream(String resource) {
    return Objects.requireNonNull(Portraits.class.getResourceAsStream(resource), resource);
  }
}
