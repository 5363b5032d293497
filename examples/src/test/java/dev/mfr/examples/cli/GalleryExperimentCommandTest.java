package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GalleryExperimentCommandTest {
  @TempDir Path dir;

  @Test
  void gallery_wrongNumbers_isRefusedBeforeAnyWork() {
    Path out = dir.resolve("out");
    Cli.Run run =
        Cli.run(
            "experiment",
            "gallery",
            "--data",
            dir,
            "--calibrate-on",
            dir,
            "--out",
            out,
            "--photographs",
            3);

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--photographs must be 4 or more and --draws 1 or more, got 3");
    assertThat(out).doesNotExist();
  }

  @Test
  void gallery_noJobs_isRefused() {
    Cli.Run run =
        Cli.run(
            "experiment",
            "gallery",
            "--data",
            dir,
            "--calibrate-on",
            dir,
            "--out",
            dir,
            "--jobs",
            0);

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--jobs must be 1 or more, got 0");
  }
}
