package dev.mfr.onnx;

import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.GalleryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of the bundled networks' similarities. Written by {@code mfr experiment
 * gallery}.
 */
final class Calibrations {
  private static final String FOLDER = "/dev/mfr/onnx/calibrations/";

  private static final List<String> NAMES =
      List.of("gallery", "fused", "mask-aware", "dlib", "resnet50");

  private Calibrations() {}

  static Optional<Calibration> of(String embedderId) {
    return Held.ALL.stream().filter(c -> c.model().embedderId().equals(embedderId)).findFirst();
  }

  /** Reads them when they are first asked for. */
  private static final class Held {
    static final List<Calibration> ALL = all();

    private static List<Calibration> all() {
      List<Calibration> all = new ArrayList<>();
      for (String name : NAMES) {
        String resource = FOLDER + name + ".properties";
        try (InputStream in = Calibrations.class.getResourceAsStream(resource)) {
          if (in == null) {
            throw new GalleryException(
                "the jar lacks " + resource + "; take an undamaged one", null);
          }
          Reader text = new InputStreamReader(in, StandardCharsets.UTF_8);
          all.add(Calibration.read(text, resource));
        } catch (IOException e) {
          throw new GalleryException(
              resource + " cannot be read (" + e + "); take an undamaged jar", e);
        }
      }
      return List.copyOf(all);
    }
  }
}
