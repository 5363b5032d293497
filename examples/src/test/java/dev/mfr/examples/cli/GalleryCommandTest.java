package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a gallery of the first four portraits. */
class GalleryCommandTest {
  private static final String GRACE = TestPictures.label(1);

  @TempDir private Path dir;

  private static Cli.Run run(String command, Path gallery, Object... more) {
    List<Object> args = new ArrayList<>(List.of("gallery", command, "--gallery", gallery));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  private static List<JsonNode> people(Path gallery) {
    return run("list", gallery, "--json").json();
  }

  private Path copy() {
    return TestPictures.gallery(dir.resolve("g"));
  }

  @Test
  void list_everybodyOrSome_hasPeopleAndTemplates() {
    Cli.Run text = run("list", TestPictures.gallery());
    Cli.Run one = run("list", TestPictures.gallery(), GRACE);

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out().lines()).hasSize(6);
    assertThat(text.out()).containsPattern(GRACE + " +1 +2 +\\d{4}-\\d\\d-\\d\\d +test");
    assertThat(one.out().lines()).hasSize(4);
    assertThat(one.out()).contains("a photograph").contains("a drawn mask");
    assertThat(people(TestPictures.gallery()))
        .extracting(person -> person.get("person").asText())
        .isSorted()
        .hasSize(4);
    JsonNode grace = run("list", TestPictures.gallery(), GRACE, "--json").json().get(0);
    assertThat(one.out()).contains(grace.at("/templates/0/id").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "remove", "tag", "rename", "merge", "export"})
  void run_unknownName_failsWithOneSentence(String command) {
    Path gallery = copy();
    Cli.Run run =
        switch (command) {
          case "tag" -> run(command, gallery, "Nobody", "--add", "x");
          case "rename" -> run(command, gallery, "Nobody", "Somebody");
          case "merge" -> run(command, gallery, "Nobody", GRACE);
          case "export" -> run(command, gallery, "--name", "Nobody", "--out", dir.resolve("e"));
          case "remove" -> run(command, gallery, GRACE, "Nobody");
          default -> run(command, gallery, "Nobody");
        };

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err())
        .startsWith("mfr gallery " + command + ": nobody of the name \"Nobody\" is enrolled")
        .contains("'mfr gallery list' names everybody");
    assertThat(people(gallery)).hasSize(4);
    assertThat(dir.resolve("e")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "remove", "check", "export"})
  void run_noGallery_saysWhatBeginsOneAndMakesNone(String command) {
    Path gallery = dir.resolve("none");
    Cli.Run run =
        switch (command) {
          case "export" -> run(command, gallery, "--out", dir.resolve("e"));
          case "remove" -> run(command, gallery, GRACE);
          default -> run(command, gallery);
        };

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("there is no gallery " + gallery).contains("mfr enrol");
    assertThat(gallery).doesNotExist();
  }

  @Test
  void rename_person_isFoundByTheNewNameOnly() {
    Path gallery = copy();

    Cli.Run run = run("rename", gallery, GRACE, "Amazing Grace", "--json");
    Cli.Run taken = run("rename", gallery, "Amazing Grace", TestPictures.label(0));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get(0).get("person").asText()).isEqualTo("Amazing Grace");
    assertThat(people(gallery))
        .extracting(person -> person.get("person").asText())
        .contains("Amazing Grace")
        .doesNotContain(GRACE)
        .hasSize(4);
    assertThat(taken.code()).isEqualTo(ExitCode.FAILED);
    assertThat(taken.err()).contains("is enrolled already");
    assertThat(run("rename", gallery, "Amazing Grace", " ").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void merge_twoPeople_areOneWithAllTemplates() {
    Path gallery = copy();

    Cli.Run run = run("merge", gallery, TestPictures.label(0), GRACE);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("4 templates");
    assertThat(people(gallery)).hasSize(3);
    assertThat(run("merge", gallery, GRACE, GRACE).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void tag_addAndRemove_changesTheTags() {
    Path gallery = copy();

    Cli.Run run = run("tag", gallery, GRACE, "--add", "navy", "--add", "us", "--remove", "test");
    Cli.Run last = run("tag", gallery, GRACE, "--remove", "navy", "--remove", "us", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("has the tags navy, us now");
    assertThat(last.json().get(0).get("tags")).isEmpty();
    assertThat(run("tag", gallery, GRACE).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void remove_templateAndPeople_areGone() {
    Path gallery = copy();
    String template =
        run("list", gallery, GRACE, "--json").json().get(0).at("/templates/1/id").asText();

    Cli.Run one = run("remove", gallery, GRACE, "--template", template);
    Cli.Run unknown = run("remove", gallery, GRACE, "--template", template);
    Cli.Run people = run("remove", gallery, GRACE, TestPictures.label(0), "--json");

    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.out()).isEqualTo("removed a template of \"" + GRACE + "\"\n");
    assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
    assertThat(people.json()).hasSize(2).allMatch(line -> line.get("removed").asBoolean());
    assertThat(people(gallery)).hasSize(2);
    assertThat(run("remove", gallery, "a", "b", "--template", "x").code())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void exportAndImport_intoANewGallery_givesTheSamePeople() throws IOException {
    Path file = dir.resolve("people.jsonl");
    Path again = dir.resolve("again.jsonl");

    Cli.Run export = run("export", TestPictures.gallery(), "--out", file);
    Cli.Run imported = run("import", dir.resolve("new"), file, "--json");
    Cli.Run twice = run("import", dir.resolve("new"), file);
    run("export", dir.resolve("new"), "--out", again);
    Cli.Run one = run("export", TestPictures.gallery(), "--name", GRACE, "--out", file, "--json");

    assertThat(export.code()).as(export.err()).isZero();
    assertThat(export.out()).contains("exported 4 people");
    assertThat(imported.json().get(0).get("newPeople").asInt()).isEqualTo(4);
    assertThat(imported.json().get(0).get("newTemplates").asInt()).isEqualTo(8);
    assertThat(twice.out()).contains("0 of them new, with no new template");
    assertThat(Files.readAllLines(again)).hasSize(4).contains(Files.readAllLines(file).get(0));
    assertThat(one.json().get(0).get("people").asInt()).isEqualTo(1);
    assertThat(people(dir.resolve("new"))).isEqualTo(people(TestPictures.gallery()));
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void import_brokenFiles_nameTheLineAndChangeNothing() throws IOException {
    Path file = dir.resolve("people.jsonl");
    run("export", TestPictures.gallery(), "--out", file);
    List<String> lines = Files.readAllLines(file);
    Path gallery = dir.resolve("new");

    for (String broken :
        List.of(
            "no json",
            "{}",
            lines.get(1).replace("\"version\":1", "\"version\":9"),
            lines.get(1).replace("\"embedding\":\"", "\"embedding\":\"AAAA"),
            lines.get(1).replace("photograph", "drawing"))) {
      Path bad = Files.write(dir.resolve("bad.jsonl"), List.of(lines.get(0), broken));

      Cli.Run run = run("import", gallery, bad);

      assertThat(run.code()).as(broken).isEqualTo(ExitCode.FAILED);
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err()).contains("line 2 of " + bad).contains("nothing was imported");
      assertThat(gallery).doesNotExist();
    }
    assertThat(run("import", gallery, dir.resolve("missing")).code()).isEqualTo(ExitCode.FAILED);
    assertThat(run("import", gallery, dir).err()).contains("is a folder");
    assertThat(run("import", gallery, Files.createFile(dir.resolve("empty"))).code())
        .isEqualTo(ExitCode.NOTHING_FOUND);
  }

  @Test
  void export_placeThatCannotBeWritten_isSaidInOneSentence() {
    Cli.Run run = run("export", TestPictures.gallery(), "--out", dir);

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("the export cannot be written").contains("it is a folder");
  }

  @Test
  void check_wholeAndDamaged_saysWhatIsWellAndRepairs() throws IOException {
    Cli.Run whole = run("check", TestPictures.gallery());
    Path gallery = copy();
    damage(gallery);

    Cli.Run damaged = run("check", gallery);
    Cli.Run json = run("check", gallery, "--json");
    Cli.Run repaired = run("check", gallery, "--repair");
    Cli.Run after = run("check", gallery, "--json");

    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.out()).contains("well      4 people with 8 templates");
    assertThat(damaged.code()).isEqualTo(ExitCode.FAILED);
    assertThat(damaged.out()).contains("damaged   ").contains("--repair");
    assertThat(json.json().get(0).get("well").asBoolean()).isFalse();
    assertThat(repaired.code()).as(repaired.err()).isZero();
    assertThat(repaired.out()).contains("repaired  ");
    assertThat(after.code()).isZero();
    assertThat(after.json().get(0).get("well").asBoolean()).isTrue();
    assertThat(after.json().get(0).get("templates").asInt())
        .isEqualTo(json.json().get(0).get("templates").asInt());
  }

  /** A byte in the middle of the largest file is another one. */
  private static void damage(Path gallery) throws IOException {
    try (Stream<Path> files = Files.list(gallery)) {
      Path largest = files.max(Comparator.comparingLong(file -> file.toFile().length())).get();
      byte[] bytes = Files.readAllBytes(largest);
      bytes[bytes.length / 2] ^= 1;
      Files.write(largest, bytes);
    }
  }

  @Test
  void run_readOnlyFolder_isReadAndTakesNoChange() {
    Path gallery = copy();
    assumeThat(gallery.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(gallery)).as("the superuser may write everywhere").isFalse();

    Cli.Run list = run("list", gallery);
    Cli.Run remove = run("remove", gallery, GRACE);

    assertThat(list.code()).isZero();
    assertThat(remove.code()).isEqualTo(ExitCode.FAILED);
    assertThat(remove.errLines()).hasSize(1);
    assertThat(remove.err()).contains("this process may not");
  }

  @Test
  void run_withoutACommand_isWrongUsage() {
    Cli.Run run = Cli.run("gallery");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("what to do is missing").contains("export");
    assertThat(Cli.run("gallery", "list", "--help").out()).startsWith("Usage: mfr gallery list");
  }
}
