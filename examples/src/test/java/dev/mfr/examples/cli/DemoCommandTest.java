package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.examples.demo.Portrait;
import dev.mfr.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir private Path dir;

  @Test
  void run_portraits_recognisesThemMaskedAndNobodyWhoIsLeftOut() throws Exception {
    Cli.Run run = Cli.run("demo", "--out", dir.resolve("new/demo"));

    assertThat(run.code()).isZero();
    // One of a person's four masked pictures may fail, as with any photographs; a stranger never
    // gets a name.
    for (Portrait portrait : Portrait.ALL) {
      assertThat(run.out()).containsPattern(portrait.person() + " +[34]/4 +[0-9.]+ % +4/4 +4/4");
    }
    RgbImage sheet = RgbImage.read(dir.resolve("new/demo/contact-sheet.png"));
    assertThat(sheet.width()).isGreaterThan(1000);
    String page = Files.readString(dir.resolve("new/demo/index.html"));
    assertThat(page).contains("contact-sheet.png").contains("Marie Curie").endsWith("</html>\n");
  }

  @Test
  void run_fileInPlaceOfTheFolder_failsBeforeTheWork() {
    Path file = TestPictures.text(dir.resolve("file"));

    Cli.Run run = Cli.run("demo", "--out", file);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
  }
}
