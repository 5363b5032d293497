package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands say to files that are no pictures, and to places that cannot be written. */
class BadInputTest {
  @TempDir private Path dir;

  /** Runs a command on pictures, with results in the folder "out" where it writes some. */
  private Cli.Run run(String command, Collection<Path> pictures) {
    Path out = dir.resolve("out");
    List<Object> args = new ArrayList<>(List.of(command));
    args.addAll(
        switch (command) {
          case "crop" -> List.of("--out", out);
          case "recognize" -> List.of("--json", "--model", TestPictures.model(), "--annotate", out);
          default -> List.of("--json");
        });
    args.addAll(pictures);
    return Cli.run(args.toArray());
  }

  private Path pictures() {
    return TestPictures.folder(dir.resolve("in"));
  }

  /** Whole pictures and nothing else, no hidden remains either. */
  private void assertWholeFiles(int count) throws IOException {
    if (!Files.exists(dir.resolve("out"))) {
      assertThat(count).isZero();
      return;
    }
    try (Stream<Path> files = Files.list(dir.resolve("out"))) {
      assertThat(files.toList())
          .hasSize(count)
          .allSatisfy(file -> assertThat(RgbImage.read(file).width()).isPositive());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"landmarks", "crop", "recognize"})
  void run_portraitInARareEncoding_givesItsFace(String command) throws IOException {
    Map<String, Path> files = BadPictures.portraits(pictures());

    Cli.Run run = run(command, files.values());

    assertThat(run.code()).isZero();
    // A slow machine is told how much is left.
    assertThat(run.err().lines().filter(line -> !line.endsWith(" left"))).isEmpty();
    if (command.equals("crop")) {
      assertThat(run.out().lines()).hasSize(4).allMatch(line -> line.endsWith("-0.png"));
    } else {
      assertThat(run.json())
          .hasSize(4)
          .allSatisfy(line -> assertThat(line.get("faces")).hasSize(1));
    }
    if (command.equals("recognize")) {
      assertThat(run.json())
          .extracting(line -> line.at("/faces/0/ranking/0/identity").asText())
          .containsOnly("Eileen_Collins");
    }
    assertWholeFiles(command.equals("landmarks") ? 0 : 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"landmarks", "crop", "recognize"})
  void run_picturesOfNobody_findsNothing(String command) throws IOException {
    Map<String, Path> files = BadPictures.ofNobody(pictures());

    Cli.Run run = run(command, files.values());

    assertThat(run.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.err()).isEmpty();
    if (command.equals("crop")) {
      assertThat(run.out().lines()).hasSize(4).allMatch(line -> line.endsWith(": no face"));
    } else {
      assertThat(run.json()).hasSize(4).allSatisfy(line -> assertThat(line.get("faces")).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"landmarks", "crop", "recognize"})
  void run_badFilesInABatch_namesEachAndGoesOn(String command) throws IOException {
    List<Path> files = new ArrayList<>(BadPictures.unreadable(pictures()).values());
    files.add(dir.resolve("missing.jpg"));
    files.add(TestPictures.folder(dir.resolve("no-pictures")));
    Path good = TestPictures.portrait(0, dir.resolve("good.jpg"));
    files.add(good);

    Cli.Run run = run(command, files);

    assertThat(run.code()).isZero();
    assertThat(run.errLines()).hasSize(6);
    for (Path file : files.subList(0, 6)) {
      assertThat(run.errLines())
          .as(file.toString())
          .filteredOn(line -> line.contains(file.toString()))
          .hasSize(1);
    }
    assertThat(run.err()).doesNotContain("RgbImage").doesNotContain("Exception");
    if (command.equals("crop")) {
      assertThat(run.out().lines()).hasSize(1).allMatch(line -> line.contains("good-0.png"));
    } else {
      List<JsonNode> lines = run.json();
      assertThat(lines).hasSize(6);
      assertThat(lines.subList(0, 5)).allMatch(line -> line.has("error"));
      assertThat(lines.get(5).get("image").asText()).isEqualTo(good.toString());
      assertThat(lines.get(5).get("faces")).hasSize(1);
    }
    assertWholeFiles(command.equals("landmarks") ? 0 : 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"landmarks", "crop", "recognize"})
  void run_aBadFileAlone_findsNothingAndAMissingOneFails(String command) throws IOException {
    for (Path file : BadPictures.unreadable(pictures()).values()) {
      Cli.Run run = run(command, List.of(file));

      assertThat(run.code()).as(file.toString()).isEqualTo(ExitCode.NOTHING_FOUND);
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err()).startsWith("cannot read " + file + ": ");
    }
    Cli.Run missing = run(command, List.of(dir.resolve("missing.jpg")));
    Cli.Run folder = run(command, List.of(TestPictures.folder(dir.resolve("no-pictures"))));

    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(folder.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertWholeFiles(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"landmarks", "crop", "recognize"})
  void run_maxPixels_refusesLargerPicturesAndNamesTheOption(String command) {
    Path small = TestPictures.landscape(dir.resolve("small.png"));
    Path large = TestPictures.portrait(0, dir.resolve("large.jpg"));

    Cli.Run run = run(command, List.of(small, large, Path.of("--max-pixels"), Path.of("30000")));

    assertThat(run.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("large.jpg").contains("raise the limit with --max-pixels");
  }

  @Test
  void run_maxPixelsZero_isWrongUsage() {
    Cli.Run run = Cli.run("landmarks", "--max-pixels", 0, "a.jpg");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("mfr landmarks: --max-pixels must be 1 or more");
  }

  @Test
  void trainAndEvaluate_badFilesAmongThePictures_areNamedAndCounted() throws IOException {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 2, 1);
    Path own = data.resolve(TestPictures.label(0));
    Collection<Path> bad = BadPictures.unreadable(own).values();
    BadPictures.portraits(own);
    BadPictures.ofNobody(own);
    Path model = dir.resolve("model.mfr");

    Cli.Run train = Cli.run("train", "--data", data, "--model", model, "--epochs", 5);
    Cli.Run evaluate = Cli.run("evaluate", "--data", data, "--model", model, "--json");

    assertThat(train.code()).as(train.err()).isZero();
    assertThat(train.out()).contains("pictures   8 of 16 used, 8 skipped");
    assertThat(evaluate.code()).isZero();
    JsonNode line = evaluate.json().get(0);
    assertThat(line.get("pictures").asInt()).isEqualTo(16);
    assertThat(line.get("unreadable").asInt()).isEqualTo(4);
    assertThat(line.get("noFace").asInt()).isEqualTo(4);
    assertThat(line.get("accuracy").asDouble()).isEqualTo(.5);
    for (Path file : bad) {
      assertThat(train.err()).contains("skipped " + file);
      assertThat(evaluate.err()).contains("cannot read " + file);
    }
    assertThat(train.err()).contains("--max-pixels").doesNotContain("RgbImage");
  }

  @Test
  void evaluate_aPictureThatBecomesUnreadable_doesNotRaiseTheAccuracy() throws IOException {
    // Who is unknown to the model is a picture that comes out wrong.
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 4), 1, 100);
    Path hard = data.resolve(TestPictures.label(4)).resolve("0001.jpg");
    JsonNode before = accuracyOf(data);
    TestPictures.text(hard);
    JsonNode after = accuracyOf(data);

    assertThat(before.get("accuracy").asDouble()).isEqualTo(.5);
    assertThat(after.get("accuracy").asDouble()).isEqualTo(.5);
    assertThat(after.get("pictures").asInt()).isEqualTo(2);
  }

  private static JsonNode accuracyOf(Path data) {
    return Cli.run("evaluate", "--data", data, "--model", TestPictures.model(), "--json")
        .json()
        .get(0);
  }

  @Test
  void recognize_modelOfANewerVersion_asksForAnUpdate() throws IOException {
    byte[] bytes = Files.readAllBytes(TestPictures.model());
    ByteBuffer.wrap(bytes).putInt(8, 99); // behind the magic word
    Path newer = Files.write(dir.resolve("newer.mfr"), bytes);

    Cli.Run run = Cli.run("recognize", "--model", newer, "a.jpg");

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("newer.mfr").contains("newer version").contains("update mfr");
  }

  @Test
  void recognize_noModelFile_namesTheCommandThatMakesOne() {
    Cli.Run run =
        Cli.run("recognize", "--model", TestPictures.text(dir.resolve("text.mfr")), "a.jpg");

    assertThat(run.err()).contains("'mfr train' wrote").doesNotContain("SoftmaxHead");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crop", "recognize", "mask", "demo"})
  void run_fileInPlaceOfTheOutputFolderOrAboveIt_failsWithOneSentence(String command) {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    Path data = TestPictures.people(dir.resolve("people"), List.of(0), 1, 1);
    Path file = TestPictures.text(dir.resolve("taken"));
    for (Path out : List.of(file, file.resolve("below"))) {
      Cli.Run run =
          switch (command) {
            case "crop" -> Cli.run(command, portrait, "--out", out);
            case "recognize" ->
                Cli.run(command, portrait, "--annotate", out, "--model", TestPictures.model());
            case "mask" -> Cli.run(command, "--data", data, "--out", out);
            default -> Cli.run(command, "--out", out);
          };

      assertThat(run.code()).isEqualTo(ExitCode.FAILED);
      assertThat(run.out()).isEmpty();
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err())
          .contains("taken")
          .contains(out.equals(file) ? "there is a file in its place" : "is a file and no folder")
          .doesNotContain("Exception");
      assertThat(file).hasContent("no picture");
    }
  }
}
