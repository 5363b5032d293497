package dev.mfr.examples.cli;

import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.GalleryOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose thresholds decide. */
final class CalibrationChoice {

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description = "Thresholds that 'mfr calibrate' measured; default: the network's own.")
  private @Nullable Path file;

  /** Gives the options the thresholds of the file, where one is named. */
  void applyTo(GalleryOptions.Builder options) {
    if (file != null) {
      options.calibration(Calibration.read(file));
    }
  }
}
