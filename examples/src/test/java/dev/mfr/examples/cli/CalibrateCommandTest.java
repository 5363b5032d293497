package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mfr.gallery.Calibration;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  @TempDir private Path dir;

  @Test
  void run_fivePeople_writesThresholdsThatIdentifyTakes() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1, 2, 3, 4), 4, 1);
    Path file = dir.resolve("ours.properties");
    Path cache = dir.resolve("cache");

    Cli.Run text = Cli.run("calibrate", "--data", data, "--out", file, "--cache", cache);
    Calibration first = Calibration.read(file);
    Cli.Run json =
        Cli.run(
            "calibrate",
            "--data",
            data,
            "--out",
            file,
            "--name",
            "ours",
            "--cache",
            cache,
            "--json");
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    Cli.Run verify =
        Cli.run(
            "verify", portrait, portrait, "--calibration", file, "--false-accepts", .1, "--json");

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("two pictures, no mask")
        .contains("measured   5 people, 40 pictures with the masked copies; people")
        .contains("written    " + file);
    assertThat(first.people()).isEqualTo(5);
    JsonNode line = json.json().get(0);
    assertThat(line.get("dataset").asText()).isEqualTo("ours");
    assertThat(line.get("thresholds")).isNotEmpty();
    for (JsonNode row : line.get("thresholds")) {
      assertThat(row.get("threshold").asDouble())
          .isBetween(row.at("/interval/0").asDouble(), row.at("/interval/1").asDouble());
    }
    assertThat(verify.code()).as(verify.err()).isZero();
    assertThat(verify.json().get(0).get("thresholdSource").asText()).contains("ours");
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
