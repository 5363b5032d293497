package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a model of the first four portraits. */
class RecognizeCommandTest {
  @TempDir private Path dir;

  @Test
  void run_json_givesIdentityAndRanking() {
    Path portrait = TestPictures.portrait(1, dir.resolve("a.jpg"));

    Cli.Run run = Cli.run("recognize", "--model", TestPictures.model(), "--json", portrait);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode line = run.json().get(0);
    assertThat(line.get("image").asText()).isEqualTo(portrait.toString());
    JsonNode face = line.get("faces").get(0);
    assertThat(face.get("identity").asText()).isEqualTo("Grace_Hopper");
    assertThat(face.get("probability").asDouble()).isBetween(.5, 1.);
    assertThat(face.get("box")).hasSize(4);
    assertThat(face.get("ranking")).hasSize(4);
    assertThat(face.get("ranking").get(0).get("identity").asText()).isEqualTo("Grace_Hopper");
    double sum = 0;
    for (JsonNode candidate : face.get("ranking")) {
      sum += candidate.get("probability").asDouble();
    }
    assertThat(sum).isBetween(.999, 1.001);
  }

  @Test
  void run_stranger_hasNoIdentity() {
    Path stranger = TestPictures.portrait(4, dir.resolve("curie.jpg"));

    Cli.Run run =
        Cli.run("recognize", "--model", TestPictures.model(), "--json", "--top", 2, stranger);

    assertThat(run.code()).isZero();
    JsonNode face = run.json().get(0).get("faces").get(0);
    assertThat(face.get("identity").isNull()).isTrue();
    assertThat(face.get("ranking")).hasSize(2);
    assertThat(face.get("reason").asText()).contains("similarity");
  }

  @Test
  void run_folder_isSearchedWithAllBelowItInOrder() {
    Path below = TestPictures.folder(dir.resolve("x/b/deep"));
    TestPictures.portrait(0, below.resolve("1.JPG"));
    TestPictures.landscape(dir.resolve("x/a.png"));
    TestPictures.text(dir.resolve("x/notes.txt"));
    TestPictures.text(dir.resolve("x/z.jpg"));

    Cli.Run run = Cli.run("recognize", "--model", TestPictures.model(), "--json", dir.resolve("x"));

    assertThat(run.code()).isZero();
    assertThat(run.json())
        .extracting(line -> dir.resolve("x").relativize(Path.of(line.get("image").asText())))
        .containsExactly(Path.of("a.png"), Path.of("b/deep/1.JPG"), Path.of("z.jpg"));
    assertThat(run.json().get(2).has("error")).isTrue();
  }

  @Test
  void run_oneJobOrFour_samePrint() {
    for (int i = 0; i < 9; i++) {
      TestPictures.portrait(i % 5, dir.resolve("x/" + i + ".jpg"));
    }
    TestPictures.text(dir.resolve("x/5.png"));

    Cli.Run one =
        Cli.run(
            "recognize", "--model", TestPictures.model(), "--json", "--jobs", 1, dir.resolve("x"));
    Cli.Run four =
        Cli.run(
            "recognize", "--model", TestPictures.model(), "--json", "--jobs", 4, dir.resolve("x"));

    assertThat(one.json()).hasSize(10);
    assertThat(four.out()).isEqualTo(one.out());
    assertThat(four.err()).isEqualTo(one.err());
  }

  @Test
  void run_noJobs_isTold() {
    Cli.Run run =
        Cli.run("recognize", "--model", TestPictures.model(), "--jobs", 0, dir.resolve("a.jpg"));

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--jobs must be 1 or more, got 0");
  }

  @Test
  void run_annotate_writesPicturesOfTheSameSize() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));

    Cli.Run run =
        Cli.run(
            "recognize",
            "--model",
            TestPictures.model(),
            "--annotate",
            dir.resolve("drawn"),
            portrait);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("a.jpg: Eileen_Collins  ");
    RgbImage drawn = RgbImage.read(dir.resolve("drawn/a.png"));
    assertThat(drawn.width()).isEqualTo(512);
  }

  @Test
  void run_annotateIntoThePicturesOwnFolder_leavesThePictureAlone() throws IOException {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    Path picture = dir.resolve("b.png");
    ImageFiles.writePng(RgbImage.read(portrait), picture);
    byte[] before = Files.readAllBytes(picture);

    Cli.Run run = Cli.run("recognize", "--model", TestPictures.model(), "--annotate", dir, picture);

    assertThat(run.code()).isZero();
    assertThat(picture).hasBinaryContent(before);
    assertThat(dir.resolve("b-faces.png")).exists();
  }

  @Test
  void run_fileInPlaceOfTheAnnotatedFolder_fails() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));

    assertThat(
            Cli.run("recognize", "--model", TestPictures.model(), "--annotate", portrait, portrait)
                .code())
        .isEqualTo(3);
  }

  @Test
  void run_pictureOfNobody_findsNothing() {
    Cli.Run run =
        Cli.run(
            "recognize",
            "--model",
            TestPictures.model(),
            TestPictures.landscape(dir.resolve("hill.png")));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("hill.png: no face");
  }

  @Test
  void run_missingFolder_fails() {
    Cli.Run run = Cli.run("recognize", "--model", TestPictures.model(), dir.resolve("missing"));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
  }

  @Test
  void run_brokenModels_failWithOneSentence() throws Exception {
    byte[] good = Files.readAllBytes(TestPictures.model());
    Path cut = Files.write(dir.resolve("cut.mfr"), Arrays.copyOf(good, good.length / 2));
    byte[] bytes = good.clone();
    bytes[bytes.length / 2] ^= 1;
    Path changed = Files.write(dir.resolve("changed.mfr"), bytes);
    Path text = TestPictures.text(dir.resolve("text.mfr"));

    for (Path model : List.of(cut, changed, text, dir, dir.resolve("missing.mfr"))) {
      Cli.Run run = Cli.run("recognize", "--model", model, "--json", "a.jpg");

      assertThat(run.code()).as(model.toString()).isEqualTo(3);
      assertThat(run.out()).isEmpty();
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err()).startsWith("mfr recognize: ").contains(model.toString());
    }
  }

  @Test
  void run_stacktrace_showsWhere() {
    Cli.Run run = Cli.run("recognize", "--model", dir.resolve("missing.mfr"), "-v", "a.jpg");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("\tat dev.mfr.");
  }
}
