package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mfr.dataset.PictureVariants;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With two variants each of four portraits, in two folds. */
class PairsCommandTest {
  @TempDir private Path dir;
  private Path data;
  private Path pairs;
  private Path out;

  @BeforeEach
  void setUp() throws IOException {
    data = dir.resolve("people");
    out = dir.resolve("results").resolve("pairs");
    for (int person = 0; person < 4; person++) {
      String label = TestPictures.label(person);
      Path own = TestPictures.folder(data.resolve(label));
      RgbImage image = Portrait.ALL.get(person).load();
      for (int i = 1; i <= 2; i++) {
        ImageFiles.writeJpeg(
            PictureVariants.variant(image, i), 92, own.resolve(label + "_000" + i + ".jpg"));
      }
    }
    pairs =
        pairs(
            "2\t2", "0 1 2", "1 1 2", "0 1 1 1", "2 1 3 1", "2 1 2", "3 1 2", "0 2 2 2", "1 2 3 2");
  }

  /** Lines in LFW's format from lines that have people by number. */
  private Path pairs(String header, String... lines) throws IOException {
    List<String> text = new ArrayList<>(List.of(header));
    for (String line : lines) {
      String[] fields = line.split(" ", -1);
      fields[0] = TestPictures.label(Integer.parseInt(fields[0]));
      if (fields.length == 4) {
        fields[2] = TestPictures.label(Integer.parseInt(fields[2]));
      }
      text.add(String.join("\t", fields));
    }
    return Files.write(dir.resolve("pairs.txt"), text);
  }

  private Cli.Run run(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("experiment", "pairs", "--data", data, "--pairs", pairs, "--out", out));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.resolve("pairs.json").toFile());
  }

  private List<String> written() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void run_twiceWithACache_writesTheSameThreeFiles() throws IOException {
    Path cache = dir.resolve("cache");

    Cli.Run first = run("--cache", cache, "--jobs", 2);
    JsonNode json = json();
    String markdown = Files.readString(out.resolve("pairs.md"));
    // Features are found by the pixels: elsewhere, on one thread, nothing changes.
    Path moved = Files.move(data, dir.resolve("moved"));
    data = moved;
    Cli.Run second = run("--cache", cache, "--jobs", 1);

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(json()).isEqualTo(json);
    assertThat(out.resolve("pairs.md")).hasContent(markdown);
    assertThat(written()).containsExactly("pairs.html", "pairs.json", "pairs.md");
    assertThat(json.get("pairs").asInt()).isEqualTo(8);
    assertThat(json.get("pictures").asInt()).isEqualTo(8);
    assertThat(json.get("people").asInt()).isEqualTo(4);
    assertThat(json.get("rows")).hasSize(24);
    for (JsonNode row : json.get("rows")) {
      assertThat(row.get("pairsLeftOut").asInt()).isZero();
      assertThat(row.at("/allPairs/genuine").asInt())
          .isEqualTo(row.get("case").asText().equals("unmaskedMasked") ? 8 : 4);
      // Two variants of one portrait are far more alike than two people.
      if (row.get("case").asText().equals("unmaskedUnmasked")) {
        assertThat(row.get("auc").asDouble()).as(row.get("embedder").asText()).isEqualTo(1);
      }
      // Four pairs of two people cannot show one in a hundred.
      assertThat(row.get("tarAtFar1e-2").isNull()).isTrue();
    }
    assertThat(markdown).contains("| masked–masked | fused + mirror |");
    assertThat(Files.readString(out.resolve("pairs.html")))
        .contains("How to read it")
        .contains("The pairs of the file, unmasked–masked");
    assertThat(first.out()).contains("unmasked–unmasked").contains("pairs.html");
  }

  @Test
  void run_aPictureOfNobody_itsPairsAreLeftOutAndWrong() throws IOException {
    String label = TestPictures.label(3);
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));
    Files.copy(
        hill,
        data.resolve(label).resolve(label + "_0002.jpg"),
        StandardCopyOption.REPLACE_EXISTING);

    Cli.Run run = run();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .containsOnlyOnce(label + "_0002.jpg: no face was found")
        .containsOnlyOnce(label + "_0002.jpg#mask-1: no mask can be drawn: no face was found");
    JsonNode row = json().at("/rows/0");
    assertThat(row.get("pairsLeftOut").asInt()).isEqualTo(2);
    assertThat(row.at("/folds/1/leftOut").asInt()).isEqualTo(2);
    assertThat(row.at("/folds/1/accuracy").asDouble()).isLessThanOrEqualTo(.5);
    assertThat(row.at("/allPairs/genuineLeftOut").asInt()).isEqualTo(1);
    assertThat(
            row.at("/withoutFeatures/photographs/" + label + "~1" + label + "_0002.jpg").asText())
        .isEqualTo("no face was found");
  }

  @Test
  void run_leaveOutPeople_dropsThem() throws IOException {
    pairs =
        pairs(
            "2\t3", "0 1 2", "1 1 2", "2 1 2", "0 1 1 1", "0 1 2 1", "2 1 3 1", "0 1 2", "1 1 2",
            "3 1 2", "0 2 1 2", "0 2 2 2", "1 2 3 2");
    Path training = TestPictures.folder(dir.resolve("training"));
    TestPictures.folder(training.resolve(TestPictures.label(3)));
    // A picture of somebody who is left out need not be there.
    String label = TestPictures.label(3);
    Files.delete(data.resolve(label).resolve(label + "_0001.jpg"));

    Cli.Run run = run("--leave-out-people", training);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("left out: 3 pairs with 1 person who has a folder in");
    assertThat(json().get("pairs").asInt()).isEqualTo(9);
    assertThat(json().get("pictures").asInt()).isEqualTo(6);
    assertThat(json().get("leftOutPeople").get(0).asText()).isEqualTo(label);
  }

  @Test
  void run_missingPictures_namesTheFirstAndWritesNothing() throws IOException {
    String label = TestPictures.label(1);
    Path gone = data.resolve(label).resolve(label + "_0002.jpg");
    Files.delete(gone);

    Cli.Run run = run();

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err())
        .contains("names 1 picture of 8 that is not in")
        .contains("the first: " + gone)
        .contains("complete it");
    assertThat(out).doesNotExist();
  }

  @Test
  void run_noPictureShowsAFace_saysSoAndLeavesNoFile() throws IOException {
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));
    for (int person = 0; person < 4; person++) {
      String label = TestPictures.label(person);
      for (int i = 1; i <= 2; i++) {
        Files.copy(
            hill,
            data.resolve(label).resolve(label + "_000" + i + ".jpg"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }

    Cli.Run run = run("--quiet");

    assertThat(run.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.errLines()).containsExactly("none of the 8 pictures shows a usable face");
    assertThat(written()).isEmpty();
  }

  @Test
  void run_brokenPairsFile_namesTheLine() throws IOException {
    pairs = Files.writeString(dir.resolve("pairs.txt"), "2\t1\nAda\t1\n");

    Cli.Run run = run();

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("line 2 of " + pairs);
  }

  @Test
  void run_missingFoldersAndFiles_failWithOneSentence() {
    for (String option : List.of("--data", "--pairs", "--leave-out-people")) {
      List<Object> args = new ArrayList<>(List.of("experiment", "pairs", "--out", out));
      args.addAll(List.of("--data", option.equals("--data") ? dir.resolve("no") : data));
      args.addAll(List.of("--pairs", option.equals("--pairs") ? dir.resolve("no") : pairs));
      args.addAll(
          List.of(
              "--leave-out-people", option.equals("--leave-out-people") ? dir.resolve("no") : dir));

      Cli.Run run = Cli.run(args.toArray());

      assertThat(run.code()).as(option).isEqualTo(ExitCode.FAILED);
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err()).contains(dir.resolve("no").toString()).doesNotContain("Exception");
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void run_placeThatCannotBeWritten_failsBeforeTheWork() throws IOException {
    Path file = TestPictures.text(dir.resolve("taken"));
    out = file;
    Cli.Run inPlace = run();
    out = dir.resolve("folder");
    TestPictures.folder(out.resolve("pairs.html"));
    Cli.Run folder = run();

    assertThat(inPlace.code()).isEqualTo(ExitCode.FAILED);
    assertThat(inPlace.err()).contains("there is a file in its place");
    assertThat(folder.code()).isEqualTo(ExitCode.FAILED);
    assertThat(folder.errLines()).hasSize(1);
    assertThat(folder.err()).contains("the page cannot be written").contains("it is a folder");
    assertThat(written()).containsExactly("pairs.html");
  }

  @Test
  void run_folderWithoutPermission_saysSo() throws IOException {
    Path locked = TestPictures.folder(dir.resolve("locked"));
    assumeThat(locked.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(locked)).as("the superuser may write everywhere").isFalse();
    out = locked;

    Cli.Run run = run();

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("the results cannot be written").contains("no permission");
  }

  @Test
  void run_wrongUsage_isTold() {
    Cli.Run jobs = run("--jobs", 0);
    Cli.Run bare = Cli.run("experiment");

    assertThat(jobs.code()).isEqualTo(ExitCode.USAGE);
    assertThat(jobs.err()).contains("--jobs must be 1 or more, got 0");
    assertThat(bare.code()).isEqualTo(ExitCode.USAGE);
    assertThat(bare.err()).contains("an experiment is missing").contains("pairs");
  }
}
