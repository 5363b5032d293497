package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskCommandTest {
  @TempDir private Path dir;

  @Test
  void run_folderOfPeople_masksItAndASecondRunHasNothingToDo() throws IOException {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 2, 1);
    Path out = dir.resolve("masked");
    Path sheet = dir.resolve("sheet.png");
    Path report = dir.resolve("masks.csv");

    Cli.Run first =
        Cli.run(
            "mask",
            "--data",
            data,
            "--out",
            out,
            "--kinds",
            "surgical,n95",
            "--preview",
            sheet,
            "--report",
            report);
    Cli.Run second = Cli.run("mask", "--data", data, "--out", out, "--kinds", "surgical,n95");

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("masked          4");
    assertThat(second.out()).contains("masked          0").contains("already there   4");
    assertThat(RgbImage.read(sheet).width()).isEqualTo(4 * 160);
    assertThat(Files.readAllLines(report)).hasSize(5);
  }

  @Test
  void run_perPersonOne_masksOneEach() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 2, 1);

    Cli.Run run =
        Cli.run("mask", "--data", data, "--out", dir.resolve("masked"), "--per-person", 1);

    assertThat(run.out()).contains("masked          2");
  }

  @Test
  void run_allAndPerPerson_isWrongUsage() {
    Cli.Run run =
        Cli.run("mask", "--data", dir, "--out", dir.resolve("o"), "--all", "--per-person", 1);

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--per-person");
  }

  @Test
  void run_unknownKind_isWrongUsage() {
    Cli.Run run = Cli.run("mask", "--data", dir, "--out", dir.resolve("o"), "--kinds", "balaclava");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("balaclava");
  }

  @Test
  void run_missingFolder_fails() {
    Cli.Run run = Cli.run("mask", "--data", dir.resolve("none"), "--out", dir.resolve("o"));

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("none");
  }
}
