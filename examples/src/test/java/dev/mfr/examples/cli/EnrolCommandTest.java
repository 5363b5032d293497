package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolCommandTest {
  @TempDir private Path dir;

  private Cli.Run enrol(Object... more) {
    List<Object> args = new ArrayList<>(List.of("enrol", "--gallery", dir.resolve("g")));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  /** Everybody in the gallery, as 'mfr gallery list' has them. */
  private List<JsonNode> people() {
    return Cli.run("gallery", "list", "--gallery", dir.resolve("g"), "--json").json();
  }

  @Test
  void run_portraitTwice_enrolsOnceWithAMaskedTemplate() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));

    Cli.Run text = enrol("Eileen", portrait);
    Cli.Run json = enrol("Eileen", portrait, "--json");

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).isEqualTo(portrait + ": enrolled, 2 templates, no mask\n");
    assertThat(json.code()).isZero();
    JsonNode line = json.json().get(0);
    assertThat(line.get("image").asText()).isEqualTo(portrait.toString());
    assertThat(line.get("outcome").asText()).isEqualTo("alreadyEnrolled");
    assertThat(line.get("templates")).isEmpty();
    assertThat(people()).hasSize(1);
    assertThat(people().get(0).get("templates"))
        .extracting(template -> template.get("origin").asText())
        .containsExactly("photograph", "syntheticMask");
  }

  @Test
  void run_json_hasMaskQualityAndFace() {
    Path portrait = TestPictures.portrait(1, dir.resolve("a.jpg"));

    Cli.Run run = enrol("--json", "--no-mask", "--tag", "navy", "--tag", "x", "Grace", portrait);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode line = run.json().get(0);
    assertThat(line.get("person").asText()).isEqualTo("Grace");
    assertThat(line.get("outcome").asText()).isEqualTo("enrolled");
    assertThat(line.get("templates")).hasSize(1);
    assertThat(line.at("/mask/state").asText()).isEqualTo("unmasked");
    assertThat(line.at("/quality/eyeDistance").asDouble()).isBetween(80., 95.);
    assertThat(line.get("issues")).isEmpty();
    assertThat(line.at("/faces/0/number").asInt()).isEqualTo(1);
    assertThat(line.get("lookalike").isNull()).isTrue();
    assertThat(people().get(0).get("tags"))
        .extracting(JsonNode::asText)
        .containsExactly("navy", "x");
  }

  @Test
  void run_faceFromTheSide_isRefusedWithAdviceUnlessAnyQualityWillDo() {
    Path portrait = TestPictures.portrait(4, dir.resolve("a.jpg"));

    Cli.Run strict = enrol("Marie", portrait);
    Cli.Run json = enrol("Marie", portrait, "--json");
    Cli.Run lenient = enrol("Marie", portrait, "--any-quality");

    assertThat(strict.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(strict.out()).contains("a.jpg: not enrolled: Turn your face towards the camera");
    assertThat(json.json().get(0).at("/issues/0/kind").asText()).isEqualTo("turnedLeft");
    assertThat(lenient.code()).isZero();
  }

  @Test
  void run_severalPeople_areListedAndOneIsChosen() {
    Path group = TestPictures.group(dir.resolve("group.png"), 0, 1);

    Cli.Run several = enrol("Grace", group, "--any-quality");
    Cli.Run json = enrol("Grace", group, "--any-quality", "--json");
    Cli.Run none = enrol("Grace", group, "--any-quality", "--face", 3);
    Cli.Run right = enrol("Grace", group, "--any-quality", "--face", 2);

    assertThat(several.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(several.out().lines())
        .hasSize(3)
        .first()
        .asString()
        .contains("2 people")
        .contains("--face N or --most-prominent");
    assertThat(json.json().get(0).get("outcome").asText()).isEqualTo("severalFaces");
    assertThat(json.json().get(0).at("/faces/0/box/0").asDouble()).isLessThan(400);
    assertThat(json.json().get(0).at("/faces/1/box/0").asDouble()).isGreaterThan(400);
    assertThat(none.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(none.out()).contains("there is no face 3; the picture shows 2 faces");
    assertThat(right.code()).as(right.err()).isZero();
    Path portrait = TestPictures.portrait(1, dir.resolve("grace.jpg"));
    Cli.Run who = Cli.run("identify", "--gallery", dir.resolve("g"), "--json", portrait);
    assertThat(who.json().get(0).at("/faces/0/person").asText()).isEqualTo("Grace");
    assertThat(enrol("Somebody", group, "--any-quality", "--most-prominent").code()).isZero();
  }

  @Test
  void run_onePersonUnderTwoNames_isRemarkedUnlessQuiet() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    enrol("Eileen", portrait);

    Cli.Run told = enrol("Collins", portrait);
    Cli.Run quiet = enrol("E. C.", portrait, "--quiet");

    assertThat(told.code()).isZero();
    assertThat(told.errLines()).hasSize(1);
    assertThat(told.err()).contains("a.jpg looks like \"Eileen\"").contains("mfr gallery merge");
    assertThat(quiet.err()).isEmpty();
  }

  @Test
  void run_new_refusesWhoIsEnrolled() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    assertThat(enrol("Eileen", portrait, "--new").code()).isZero();

    Cli.Run run = enrol("Eileen", portrait, "--new");

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("\"Eileen\" is enrolled already");
  }

  @Test
  void run_data_enrolsEverybodyAndNamesWhatWasSkipped() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 1, 100);
    Path text = TestPictures.text(TestPictures.folder(data.resolve("Nobody")).resolve("a.jpg"));

    Cli.Run run = enrol("--data", data, "--any-quality", "--tag", "staff");
    Cli.Run again = enrol("--data", data, "--any-quality", "--new", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("pictures   2 of 3 used")
        .contains("people     2; without a usable picture and not enrolled: Nobody")
        .contains("templates  4 added");
    assertThat(run.err()).contains("skipped " + text);
    assertThat(people())
        .hasSize(2)
        .allSatisfy(p -> assertThat(p.at("/tags/0").asText()).isEqualTo("staff"));
    assertThat(again.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(again.json()).hasSize(1).allMatch(line -> line.has("error"));
    assertThat(again.err()).contains("\"" + TestPictures.label(0) + "\" is enrolled already");
  }

  @Test
  void run_dataByOneOrSeveral_saysTheSameInTheSameOrder() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 2, 100);
    TestPictures.text(data.resolve(TestPictures.label(0)).resolve("0000.jpg"));

    List<String> one = told(enrol("--data", data, "--any-quality", "--json", "--jobs", 1));
    List<Object> line = List.of("enrol", "--gallery", dir.resolve("h"), "--data", data);
    List<Object> more = new ArrayList<>(line);
    more.addAll(List.of("--any-quality", "--json", "--jobs", 4));
    List<String> four = told(Cli.run(more.toArray()));

    assertThat(one).hasSize(5).isEqualTo(four);
    assertThat(one.get(0)).contains("0000.jpg");
  }

  /** The lines of a run, without the ids of templates, which are drawn by lot. */
  private static List<String> told(Cli.Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run.out().lines().map(l -> l.replaceAll("\"id\":\"[^\"]*\"", "")).toList();
  }

  @Test
  void run_dataAgainWithAnotherTag_addsTheTagAndNothingElse() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 1, 100);
    enrol("--data", data, "--any-quality", "--tag", "staff");

    Cli.Run run = enrol("--data", data, "--any-quality", "--tag", "day");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("templates  0 added");
    assertThat(people())
        .hasSize(2)
        .allSatisfy(
            p -> {
              assertThat(p.get("tags"))
                  .extracting(JsonNode::asText)
                  .containsExactly("day", "staff");
              assertThat(p.get("templates")).hasSize(2);
            });
  }

  @Test
  void run_picturesThatWillNotDo_areNamedAndTheRestIsEnrolled() {
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));
    Path text = TestPictures.text(dir.resolve("text.jpg"));
    Path missing = dir.resolve("missing.jpg");
    Path good = TestPictures.portrait(0, dir.resolve("good.jpg"));

    Cli.Run nobody = enrol("A", hill);
    Cli.Run unreadable = enrol("A", text);
    Cli.Run gone = enrol("A", missing);
    Cli.Run all = enrol("A", "--json", hill, text, missing, good);

    assertThat(nobody.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(nobody.out()).contains("hill.png: not enrolled: no face was found");
    assertThat(unreadable.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(unreadable.err()).startsWith("cannot read " + text);
    assertThat(gone.code()).isEqualTo(ExitCode.FAILED);
    assertThat(all.code()).isZero();
    assertThat(all.json()).hasSize(4);
    assertThat(all.json().get(2).has("error")).isTrue();
    assertThat(all.json().get(3).get("outcome").asText()).isEqualTo("enrolled");
  }

  @Test
  void run_foldersThatAreNoGallery_failWithOneSentence() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    Path other = TestPictures.folder(dir.resolve("other"));
    TestPictures.text(other.resolve("notes.txt"));

    for (Path place : List.of(other, portrait)) {
      Cli.Run run = Cli.run("enrol", "--gallery", place, "A", portrait);

      assertThat(run.code()).as(place.toString()).isEqualTo(ExitCode.FAILED);
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err()).contains(place.toString()).doesNotContain("Exception");
      assertThat(other.toFile().list()).containsExactly("notes.txt");
    }
  }

  @Test
  void run_foldersWithoutPictures_beginNoGallery() {
    Path empty = TestPictures.folder(dir.resolve("empty"));

    Cli.Run person = enrol("A", empty);
    Cli.Run people = enrol("--data", empty);
    Cli.Run missing = enrol("--data", dir.resolve("missing"));

    assertThat(person.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(people.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(person.err()).contains("holds no picture");
    assertThat(dir.resolve("g")).doesNotExist();
  }

  @Test
  void run_dataWithOnePersonUnderTwoNames_isRemarked() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0), 1, 100);
    TestPictures.portrait(0, TestPictures.folder(data.resolve("Twin")).resolve("a.jpg"));

    Cli.Run run = enrol("--data", data, "--any-quality");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("a.jpg looks like \"" + TestPictures.label(0) + "\"");
  }

  @Test
  void run_wrongUsage_isTold() {
    assertThat(Cli.run("enrol", "A", "a.jpg").err()).contains("--gallery");
    assertUsage("name the person and one picture or more");
    assertUsage("name the person and one picture or more", "A");
    assertUsage("exclude each other", "--data", dir, "A", "a.jpg");
    assertUsage("--face must be 1 or more, got 0", "--face", 0, "A", "a.jpg");
    assertUsage("--face N is about one picture", "--face", 1, "A", "a.jpg", "b.jpg");
    assertUsage("--jobs must be 1 or more, got 0", "--data", dir, "--jobs", 0);
    assertUsage("a tag is a word", "--tag", " ", "A", "a.jpg");
    assertUsage("a person needs a name", " ", "a.jpg");
    assertUsage("control characters", "A\nB", "a.jpg");
    assertThat(dir.resolve("g")).doesNotExist();
  }

  private void assertUsage(String sentence, Object... args) {
    Cli.Run run = enrol(args);
    assertThat(run.code()).as(sentence).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(sentence);
  }
}
