package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a model of the first four portraits. */
class EvaluateCommandTest {
  @TempDir private Path dir;
  @TempDir private Path target;

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
  void run_noJobs_isTold() {
    Cli.Run run = evaluate("--jobs", 0);

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--jobs must be 1 or more, got 0");
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
  void run_json_holdsIntervalReliabilityRocAndMistakes() {
    TestPictures.people(dir, List.of(0, 4), 1, 100);

    JsonNode line = evaluate("--json").json().get(0);

    // Two people, one right and one unknown to the model: a resample has 0, ½ or 1 right.
    assertThat(line.get("accuracyLow95").asDouble()).isZero();
    assertThat(line.get("accuracyHigh95").asDouble()).isEqualTo(1);
    int answers = 0;
    for (JsonNode bin : line.at("/reliability/bins")) {
      answers += bin.get("count").asInt();
    }
    assertThat(answers).isEqualTo(2);
    // One right and one wrong answer: the area is 1 or 0, whichever is more probable.
    assertThat(line.at("/roc/area").asDouble()).isIn(0., 1.);
    assertThat(line.get("worstMistakes")).hasSize(1);
    JsonNode mistake = line.at("/worstMistakes/0");
    assertThat(mistake.get("actual").asText()).isEqualTo("Marie_Curie");
    assertThat(mistake.get("image").asText()).endsWith("0001.jpg");
  }

  @Test
  void run_page_isTheReportWithTheFacesOfTheMistakes() throws IOException {
    TestPictures.people(dir, List.of(0, 1, 4), 2, 100);
    TestPictures.landscape(dir.resolve(TestPictures.label(0)).resolve("hill.png"));
    Path file = target.resolve("report.html");

    Cli.Run run = evaluate("--json", "--page", file);

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("report.html holds names and faces of people: biometric data");
    JsonNode line = run.json().get(0);
    String html = Files.readString(file);
    Matcher data =
        Pattern.compile("(?s)<script type=\"application/json\" id=\"report\">(.*?)</script>")
            .matcher(html);
    assertThat(data.find()).isTrue();
    JsonNode page = new ObjectMapper().readTree(data.group(1));
    JsonNode map = null;
    JsonNode mistakes = null;
    for (JsonNode section : page.get("sections")) {
      map = section.get("type").asText().equals("confusion") ? section : map;
      mistakes = section.get("type").asText().equals("mistakes") ? section : mistakes;
    }
    assertThat(map).isNotNull();
    assertThat(map.get("counts")).hasSameSizeAs(line.get("confusion"));
    for (int i = 0; i < line.get("confusion").size(); i++) {
      JsonNode count = line.get("confusion").get(i);
      assertThat(map.get("counts").get(i).get("actual")).isEqualTo(count.get("actual"));
      assertThat(map.get("counts").get(i).get("answer")).isEqualTo(count.get("predicted"));
      assertThat(map.get("counts").get(i).get("count")).isEqualTo(count.get("count"));
    }
    assertThat(mistakes).isNotNull();
    assertThat(mistakes.get("mistakes")).hasSameSizeAs(line.get("worstMistakes"));
    assertThat(mistakes.at("/mistakes/0/actual")).isEqualTo(line.at("/worstMistakes/0/actual"));
    Matcher picture = Pattern.compile("src=\"data:image/jpeg;base64,([^\"]+)\"").matcher(html);
    int pictures = 0;
    while (picture.find()) {
      RgbImage face = RgbImage.read(Base64.getDecoder().decode(picture.group(1)));
      assertThat(face.width()).isEqualTo(160);
      pictures++;
    }
    assertThat(pictures).isEqualTo(line.get("worstMistakes").size()).isPositive();
  }

  @Test
  void run_pageInAMissingFolder_failsBeforeTheWork() {
    TestPictures.text(TestPictures.folder(dir.resolve("Ada")).resolve("text.jpg"));

    Cli.Run run = evaluate("--page", target.resolve("missing").resolve("report.html"));

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("the page cannot be written").contains("make it first");
  }

  @Test
  void run_pageInPlaceOfTheModel_isRefused() throws IOException {
    Path model = Files.copy(TestPictures.model(), target.resolve("model.mfr"));

    Cli.Run run = Cli.run("evaluate", "--model", model, "--data", dir, "--page", model);

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--page and --model name the same file");
    assertThat(model).hasSameBinaryContentAs(TestPictures.model());
  }

  @Test
  void help_pageOption_saysThatItHoldsBiometricData() {
    assertThat(Cli.run("evaluate", "--help").out().replaceAll("\\s+", " "))
        .contains("--page=FILE.html")
        .contains("names and faces of people: biometric data");
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
