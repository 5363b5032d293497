package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandmarksCommandTest {
  @TempDir private Path dir;
  private Path portrait;

  @BeforeEach
  void writePortrait() {
    portrait = TestPictures.portrait(0, dir.resolve("collins.jpg"));
  }

  @Test
  void run_json_givesBoxAndPointsInPixels() {
    Cli.Run run = Cli.run("landmarks", "--json", portrait);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode line = run.json().get(0);
    assertThat(line.get("image").asText()).isEqualTo(portrait.toString());
    assertThat(line.get("width").asInt()).isEqualTo(512);
    assertThat(line.get("height").asInt()).isEqualTo(512);
    JsonNode face = line.get("faces").get(0);
    assertThat(face.get("score").asDouble()).isBetween(.5, 1.);
    assertThat(face.get("presence").asDouble()).isBetween(.5, 1.);
    assertThat(face.get("box")).hasSize(4);
    assertThat(face.get("points")).hasSize(468);
    // The eyes' outer corners, on a portrait of 512×512 whose head is above the middle.
    JsonNode rightEye = face.get("points").get(33);
    JsonNode leftEye = face.get("points").get(263);
    assertThat(rightEye).hasSize(3);
    assertThat(leftEye.get(0).asDouble() - rightEye.get(0).asDouble()).isBetween(30., 90.);
    assertThat(rightEye.get(1).asDouble()).isBetween(80., 160.);
  }

  @Test
  void run_jsonInALocaleWithCommas_isTheSame() {
    Locale before = Locale.getDefault();
    String plain = Cli.run("landmarks", "--json", portrait).out();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Cli.run("landmarks", "--json", portrait).out()).isEqualTo(plain);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void run_withoutJson_tellsOfEachFace() {
    Cli.Run run = Cli.run("landmarks", portrait);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains(portrait + "  512×512  1 face").contains("score 0.");
  }

  @Test
  void run_badPictureInABatch_isReportedAndTheRestGoesOn() {
    Path text = TestPictures.text(dir.resolve("text.jpg"));
    Path missing = dir.resolve("missing.jpg");

    Cli.Run run = Cli.run("landmarks", "--json", text, missing, portrait);

    assertThat(run.code()).isZero();
    List<JsonNode> lines = run.json();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).get("image").asText()).isEqualTo(text.toString());
    assertThat(lines.get(0).get("error").asText()).contains("text.jpg");
    assertThat(lines.get(1).get("error").asText()).contains("no such file");
    assertThat(lines.get(2).get("faces")).hasSize(1);
    assertThat(run.errLines()).hasSize(2);
  }

  @Test
  void run_missingFile_failsWithOneSentence() {
    Cli.Run run = Cli.run("landmarks", dir.resolve("missing.jpg"));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("missing.jpg").contains("no such file").doesNotContain("\tat ");
  }

  @Test
  void run_textNamedAsAPicture_findsNothing() {
    assertThat(Cli.run("landmarks", TestPictures.text(dir.resolve("text.jpg"))).code())
        .isEqualTo(1);
  }

  @Test
  void run_pictureOfNobody_findsNothing() {
    Cli.Run run = Cli.run("landmarks", "--json", TestPictures.landscape(dir.resolve("hill.png")));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.json().get(0).get("faces")).isEmpty();
  }

  @Test
  void run_folderWithoutPictures_findsNothingAndSaysSo() {
    Cli.Run run = Cli.run("landmarks", TestPictures.folder(dir.resolve("empty")));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("holds no picture");
  }

  @Test
  void run_withoutImage_isWrongUsage() {
    assertThat(Cli.run("landmarks", "--json").code()).isEqualTo(2);
  }
}
