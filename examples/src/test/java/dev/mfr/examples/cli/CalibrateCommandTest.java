package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  @TempDir private Path dir;

  @Test
  void run_fivePeople_saysHowManyPicturesThresholdsNeed() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1, 2, 3, 4), 4, 1);
    Path file = dir.resolve("ours.properties");

    Cli.Run run = Cli.run("calibrate", "--data", data, "--out", file);

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("20 probes").contains("at least 100 are needed");
    assertThat(file).doesNotExist();
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
