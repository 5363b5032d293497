package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureListing;
import dev.mfr.landmarks.dlib.DlibModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Table1CommandTest {
  @TempDir private Path dir;
  private Path data;
  private Path out;

  @BeforeEach
  void nameFiles() {
    data = dir.resolve("people");
    out = dir.resolve("out");
  }

  private Cli.Run table(Object... more) {
    Object[] fixed = {
      "experiment", "table1", "--data", data, "--out", out, "--seeds", 1, "--masked", 1, "--jobs", 2
    };
    Object[] args = new Object[fixed.length + more.length];
    System.arraycopy(fixed, 0, args, 0, fixed.length);
    System.arraycopy(more, 0, args, fixed.length, more.length);
    return Cli.run(args);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.resolve("table1.json").toFile());
  }

  private List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void run_twoPeople_writesAllAndASecondRunTheSame() throws IOException {
    TestPictures.people(data, List.of(0, 1), 4, 1);
    Path odd =
        Files.move(data.resolve(TestPictures.label(0)), data.resolve("Ünal, \"O|Neil\" <b>"));
    TestPictures.landscape(odd.resolve("hill.png"));

    Cli.Run run = table();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(files(out))
        .containsExactly(
            "cache",
            "curves.csv",
            "dropouts.csv",
            "splits",
            "table1.html",
            "table1.json",
            "table1.md");
    assertThat(files(out.resolve("splits")))
        .containsExactly(
            "photographs.csv",
            "seed-1-clean.csv",
            "seed-1-masked-for-test.csv",
            "seed-1-masked-for-training.csv");
    JsonNode json = json();
    assertThat(json.get("people").asInt()).isEqualTo(2);
    assertThat(json.get("photographs").asInt()).isEqualTo(9);
    assertThat(json.get("testPictures").asInt()).isEqualTo(2);
    assertThat(json.get("chance").asDouble()).isEqualTo(.5);
    assertThat(json.get("rows")).hasSizeGreaterThanOrEqualTo(10);
    assertThat(json.get("rows").get(0).get("paperTestPercent").asDouble()).isEqualTo(97.34);
    assertThat(out.resolve("dropouts.csv"))
        .content()
        .contains("\"Ünal, \"\"O|Neil\"\" <b>\"")
        .contains("no face was found");
    assertThat(out.resolve("table1.html")).content().contains("leaks").doesNotContain("<b>/hill");

    LabelledPictures.Split clean =
        PictureListing.readSplit(out.resolve("splits/seed-1-clean.csv"), data);
    assertThat(clean.train().size()).isEqualTo(7);
    assertThat(clean.test().list())
        .extracting(LabelledPicture::name)
        .doesNotContainAnyElementsOf(
            clean.train().list().stream().map(LabelledPicture::name).toList());

    long cached = size(out.resolve("cache"));
    Cli.Run second = table();

    assertThat(second.code()).isZero();
    assertThat(json().get("rows")).isEqualTo(json.get("rows"));
    assertThat(json().get("curves")).isEqualTo(json.get("curves"));
    assertThat(size(out.resolve("cache"))).isEqualTo(cached);
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void run_withoutACacheThatCanBeWritten_warnsOnceAndGivesTheTable() throws IOException {
    TestPictures.people(data, List.of(0, 1), 2, 1);
    Path taken = Files.writeString(dir.resolve("taken"), "");

    Cli.Run run = table("--cache", taken);

    assertThat(run.code()).isZero();
    assertThat(run.err()).containsOnlyOnce("cannot be written").contains("name another folder");
    assertThat(json().get("people").asInt()).isEqualTo(2);
  }

  @Test
  void run_personWithTooFewPhotographs_isNamedAndLeftOut() throws IOException {
    TestPictures.people(data, List.of(0, 1), 2, 1);
    TestPictures.people(data, List.of(2), 1, 1);

    Cli.Run run = table();

    assertThat(run.code()).isZero();
    assertThat(run.err())
        .contains("left out: " + TestPictures.label(2) + ", who has 1 photographs");
    assertThat(json().get("people").asInt()).isEqualTo(2);
    assertThat(json().get("leftOut").has(TestPictures.label(2))).isTrue();
  }

  @Test
  void run_tooFewPeople_failsAndSaysWhatIsNeeded() {
    TestPictures.people(data, List.of(0), 2, 1);

    Cli.Run run = table();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("needs two people with 2 photographs each");
    assertThat(out.resolve("table1.json")).doesNotExist();
  }

  @Test
  void run_withDlib_hasItsRows() throws IOException {
    assumeThat(DlibModelFile.find().filter(Files::isRegularFile)).isPresent();
    TestPictures.people(data, List.of(0, 1), 2, 1);

    Cli.Run run = table();

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("excludes commercial use");
    assertThat(json().get("rows")).hasSize(18);
    assertThat(json().get("detectorTimes")).hasSize(2);
    assertThat(json().get("missing").asText()).isEmpty();
  }

  @Test
  void run_missingDlibFile_fails() {
    TestPictures.people(data, List.of(0, 1), 2, 1);

    Cli.Run run = table("--dlib", dir.resolve("nowhere.dat"));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("nowhere.dat");
  }

  @Test
  void run_fileInPlaceOfTheOutput_failsBeforeTheWork() throws IOException {
    TestPictures.people(data, List.of(0, 1), 2, 1);
    Files.writeString(out, "mine");

    Cli.Run run = table();

    assertThat(run.code()).isEqualTo(3);
    assertThat(out).hasContent("mine");
  }

  @ParameterizedTest
  @CsvSource({"--seeds,0", "--people,1", "--masked,0", "--jobs,0", "--photographs,1"})
  void run_wrongValue_isWrongUsage(String option, String value) {
    Cli.Run run = Cli.run("experiment", "table1", "--data", data, "--out", out, option, value);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("got " + value).doesNotContain("Exception");
    assertThat(out).doesNotExist();
  }

  @Test
  void run_noExperiment_isWrongUsage() {
    assertThat(Cli.run("experiment").code()).isEqualTo(2);
    assertThat(Cli.run("experiment").err()).contains("table1");
  }
}
