package dev.mfr.landmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.image.ImageWriteException;
import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @TempDir private Path folder;

  @Test
  void writePng_anyPicture_readBackEqual() {
    RgbImage image = Portraits.astronaut().subImage(100, 50, 133, 77);
    Path file = folder.resolve("ä b.png");

    ImageFiles.writePng(image, file);

    assertThat(SharedData.meanAbsoluteDifference(RgbImage.read(file), image)).isZero();
  }

  @Test
  void writeJpeg_quality_tradesSizeForLikeness() throws IOException {
    RgbImage image = Portraits.astronaut();
    Path good = folder.resolve("good.jpg");
    Path small = folder.resolve("small.jpg");

    ImageFiles.writeJpeg(image, 95, good);
    ImageFiles.writeJpeg(image, 20, small);

    assertThat(Files.size(good)).isGreaterThan(2 * Files.size(small));
    assertThat(SharedData.meanAbsoluteDifference(RgbImage.read(good), image)).isLessThan(3);
    assertThatIllegalArgumentException().isThrownBy(() -> ImageFiles.writeJpeg(image, 0, good));
  }

  @Test
  void writePng_existingFile_replacedAndNothingLeftBeside() throws IOException {
    Path file = folder.resolve("a.png");
    Files.writeString(file, "old");

    ImageFiles.writePng(Portraits.astronaut().subImage(0, 0, 3, 2), file);

    assertThat(RgbImage.read(file).width()).isEqualTo(3);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void writePng_unwritableTarget_nameAndCure() throws IOException {
    RgbImage image = Portraits.astronaut().subImage(0, 0, 3, 2);
    Path missing = folder.resolve("nowhere").resolve("a.png");

    assertThatThrownBy(() -> ImageFiles.writePng(image, missing))
        .isInstanceOf(ImageWriteException.class)
        .hasMessageContaining("a.png")
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> ImageFiles.writePng(image, folder))
        .isInstanceOf(ImageWriteException.class)
        .hasMessageContaining("directory");
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> ImageFiles.writePng(image, file.resolve("a.png")))
        .isInstanceOf(ImageWriteException.class);
    assertThatThrownBy(() -> ImageFiles.writePng(image, folder.resolve("n".repeat(300) + ".png")))
        .isInstanceOf(ImageWriteException.class)
        .hasMessageContaining("file system");
  }
}
