package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecognisersCommandTest {
  @TempDir private Path dir;

  @Test
  void run_fewPeople_choosesOnTheTrainingSideAndTestsOnTheOthers() throws Exception {
    Path data = dir.resolve("people");
    TestPictures.people(data, List.of(0, 1), 4, 1);
    Path out = dir.resolve("out");

    Cli.Run run = Cli.run("experiment", "recognisers", "--data", data, "--out", out, "--folds", 2);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("best ").contains("masked copies");
    LabelledPictures.Split split = PictureFolder.read(data).split(.75, 0);
    String page = Files.readString(out.resolve("recognisers.html"));
    assertThat(page).contains("by cross-validation");
    String tables = Files.readString(out.resolve("recognisers.md"));
    // Each network alone, without and with masked copies, and the winner: every test photograph
    // counts once unmasked and once with each of four kinds of mask.
    assertThat(tables)
        .containsPattern("; unmasked \\| " + split.test().size() + " \\|")
        .containsPattern("; masked \\| " + 4 * split.test().size() + " \\|")
        .contains("SURGICAL, not trained on")
        .contains("CLOTH, trained on like the others");
    assertThat(out.resolve("recognisers.json")).isNotEmptyFile();
  }

  @Test
  void run_badNumbers_isWrongUsage() {
    Cli.Run run =
        Cli.run(
            "experiment", "recognisers", "--data", dir, "--out", dir.resolve("o"), "--folds", 1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--folds is 2 or more");
    assertThat(dir.resolve("o")).doesNotExist();
  }
}
