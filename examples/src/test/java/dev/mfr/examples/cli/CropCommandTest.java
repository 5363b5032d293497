package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.image.RgbImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CropCommandTest {
  @TempDir private Path dir;

  @Test
  void run_twoPicturesOfOneName_writesCropsOfTwoNames() {
    Path first = TestPictures.portrait(0, dir.resolve("face.jpg"));
    Path second =
        TestPictures.portrait(1, TestPictures.folder(dir.resolve("b")).resolve("Face.jpg"));
    Path out = dir.resolve("new/crops");

    Cli.Run run = Cli.run("crop", first, second, "--out", out);

    assertThat(run.code()).isZero();
    assertThat(out).isDirectoryContaining(file -> file.endsWith("face-0.png"));
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("face-0.png", "Face-2-0.png");
    RgbImage crop = RgbImage.read(out.resolve("face-0.png"));
    assertThat(crop.width()).isEqualTo(100);
    assertThat(crop.height()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6, 8, 10})
  void run_eachNumberOfPoints_crops(int points) {
    Path portrait = TestPictures.portrait(1, dir.resolve("face.jpg"));

    assertThat(Cli.run("crop", portrait, "--out", dir.resolve("c"), "--points", points).code())
        .isZero();
    assertThat(dir.resolve("c/face-0.png")).exists();
  }

  @Test
  void run_otherNumberOfPoints_isWrongUsage() {
    Cli.Run run = Cli.run("crop", "a.jpg", "--out", dir, "--points", 5);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("4, 6, 8 or 10");
  }

  @Test
  void run_fileInPlaceOfTheFolder_fails() {
    Path portrait = TestPictures.portrait(0, dir.resolve("face.jpg"));

    Cli.Run run = Cli.run("crop", portrait, "--out", portrait);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
  }

  @Test
  void run_pictureOfNobody_findsNothing() {
    Cli.Run run =
        Cli.run("crop", TestPictures.landscape(dir.resolve("hill.png")), "--out", dir.resolve("c"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("no face");
  }
}
