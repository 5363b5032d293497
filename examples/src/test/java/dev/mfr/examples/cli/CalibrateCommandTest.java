package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mfr.examples.demo.MaskPainter;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.MaskPairing;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  @TempDir private Path dir;

  @Test
  void run_tooFewPicturesForSearches_saysSoAndWritesTheOthers() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1, 2, 3, 4), 4, 1);
    Path file = dir.resolve("ours.properties");

    Cli.Run run = Cli.run("calibrate", "--data", data, "--out", file);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).contains("searches without a mask").contains("at least 100");
    Calibration written = Calibration.read(file);
    assertThat(written.hasSearches(MaskState.UNMASKED)).isFalse();
    assertThat(written.hasComparisons(MaskPairing.BOTH_UNMASKED)).isTrue();
  }

  /**
   * Variants of five portraits: enough for every step, not for thresholds to rely on. The
   * thresholds themselves are tested where they are measured, on people who are made up.
   */
  @Test
  void run_enoughPictures_writesWhatItTells() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1, 2, 3, 4), 22, 1);
    Path masked = data.resolve(TestPictures.label(0)).resolve("masked.png");
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      ImageFiles.writePng(MaskPainter.mask(Portrait.ALL.get(0).load(), detector, 1), masked);
    }
    Path file = dir.resolve("ours.properties");

    Cli.Run run =
        Cli.run(
            "calibrate",
            "--data",
            data,
            "--out",
            file,
            "--embedder",
            "dlib",
            "--name",
            "five",
            "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("1 picture of faces that wear a mask already");
    Calibration written = Calibration.read(file);
    JsonNode told = run.json().get(0);
    assertThat(told.get("file").asText()).isEqualTo(file.toString());
    assertThat(told.get("dataset").asText()).isEqualTo("five").isEqualTo(written.dataset());
    assertThat(told.get("embedder").asText()).isEqualTo(written.model().embedderId());
    assertThat(told.get("people").asInt()).isEqualTo(5).isEqualTo(written.people());
    // Each is there twice, except for the one that nobody draws a mask on.
    assertThat(told.get("pictures").asInt())
        .isEqualTo(2 * 5 * 22 + 1)
        .isEqualTo(written.pictures());
    assertThat(told.get("thresholds"))
        .filteredOn(
            line ->
                line.get("of").asText().equals("two pictures, no mask")
                    && line.get("rate").asDouble() == .1)
        .extracting(line -> line.get("threshold").asDouble())
        .singleElement()
        .satisfies(
            threshold ->
                assertThat(threshold)
                    .isCloseTo(
                        written.verification(.1, MaskPairing.BOTH_UNMASKED).threshold(),
                        within(1e-6)));
  }

  @Test
  void run_pairingsWithTooFewPictures_areRemarkedOnAndTheOthersWritten() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1, 2, 3, 4), 4, 1);
    Path bare = data.resolve(TestPictures.label(0)).resolve("0001.jpg");
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(f -> Files.isRegularFile(f) && !f.equals(bare)).toList()) {
        ImageFiles.writePng(MaskPainter.mask(RgbImage.read(file), detector, 1), file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path file = dir.resolve("ours.properties");

    Cli.Run run = Cli.run("calibrate", "--data", data, "--out", file);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err())
        .contains("too few pictures for thresholds of two pictures, no mask")
        .doesNotContain("two pictures, two masks");
    Calibration written = Calibration.read(file);
    assertThat(written.hasComparisons(MaskPairing.BOTH_UNMASKED)).isFalse();
    assertThat(written.hasComparisons(MaskPairing.BOTH_MASKED)).isTrue();
  }

  @Test
  void run_tooFewPeopleOrPictures_saysWhatIsNeeded() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 1, 1);
    Path file = dir.resolve("ours.properties");
    Path empty = TestPictures.folder(dir.resolve("empty"));

    Cli.Run few = Cli.run("calibrate", "--data", data, "--out", file);
    Cli.Run none = Cli.run("calibrate", "--data", empty, "--out", file);
    Cli.Run place = Cli.run("calibrate", "--data", data, "--out", dir);
    Cli.Run jobs = Cli.run("calibrate", "--data", data, "--out", file, "--jobs", 0);
    Cli.Run listing =
        Cli.run("calibrate", "--data", data, "--out", file, "--exclude", dir.resolve("no"));

    assertThat(few.code()).isEqualTo(ExitCode.FAILED);
    assertThat(few.err()).contains("add more people");
    assertThat(none.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(place.code()).isEqualTo(ExitCode.FAILED);
    assertThat(place.err()).contains("the calibration cannot be written");
    assertThat(jobs.code()).isEqualTo(ExitCode.USAGE);
    assertThat(listing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(file).doesNotExist();
  }
}
