package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a model of the first four portraits. */
class EvaluateCommandTest {
  @TempDir private Path dir;

  private Cli.Run evaluate(Object... more) {
    Object[] args = new Object[5 + more.length];
    System.arraycopy(
        new Object[] {"evaluate", "--model", TestPictures.model(), "--data", dir}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    return Cli.run(args);
  }

  @Test
  void run_json_countsPicturesWithoutAFaceAndUnreadableOnesAsWrong() {
    TestPictures.people(dir, List.of(0, 1), 2, 100);
    TestPictures.landscape(dir.resolve(TestPictures.label(0)).resolve("hill.png"));
    TestPictures.text(dir.resolve(TestPictures.label(0)).resolve("text.jpg"));

    Cli.Run run = evaluate("--json");

    assertThat(run.code()).isZero();
    assertThat(run.json()).hasSize(1);
    JsonNode line = run.json().get(0);
    assertThat(line.get("pictures").asInt()).isEqualTo(6);
    assertThat(line.get("noFace").asInt()).isEqualTo(1);
    assertThat(line.get("unreadable").asInt()).isEqualTo(1);
    assertThat(line.get("accuracy").asDouble()).isEqualTo(.666667);
    assertThat(line.get("top5").asDouble()).isEqualTo(.666667);
    assertThat(line.get("perPerson")).hasSize(2);
    JsonNode collins = line.get("perPerson").get(0);
    assertThat(collins.get("identity").asText()).isEqualTo("Eileen_Collins");
    assertThat(collins.get("precision").asDouble()).isEqualTo(1);
    assertThat(collins.get("recall").asDouble()).isEqualTo(.5);
    assertThat(line.get("confusion")).hasSize(3);
    assertThat(run.err()).contains("hill.png").contains("text.jpg");
  }

  @Test
  void run_withoutJson_tellsAccuracyAndPeople() {
    TestPictures.people(dir, List.of(0, 4), 1, 100);

    Cli.Run run = evaluate();

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("accuracy   50.0 %")
        .contains("Eileen_Collins")
        .contains("who it is");
    assertThat(run.err()).contains("does not know").contains("Marie_Curie");
  }

  @Test
  void help_saysThatUnreadablePicturesCountAsWrong() {
    assertThat(Cli.run("evaluate", "--help").out().replaceAll("\\s+", " "))
        .contains("that cannot be read, counts as wrong")
        .contains("--max-pixels");
  }

  @Test
  void run_folderWithoutPictures_findsNothing() {
    assertThat(evaluate().code()).isEqualTo(1);
  }

  @Test
  void run_picturesOfNobody_findsNothing() {
    TestPictures.landscape(TestPictures.folder(dir.resolve("Hill")).resolve("1.png"));

    Cli.Run run = evaluate("--json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.json().get(0).get("accuracy").asDouble()).isZero();
  }

  @Test
  void run_missingFolder_fails() {
    Cli.Run run =
        Cli.run("evaluate", "--model", TestPictures.model(), "--data", dir.resolve("missing"));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
  }

  @Test
  void run_missingModel_fails() {
    assertThat(Cli.run("evaluate", "--model", dir.resolve("no.mfr"), "--data", dir).code())
        .isEqualTo(3);
  }
}
