package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a gallery of the first four portraits. */
class IdentifyCommandTest {
  @TempDir private Path dir;

  private static Cli.Run identify(Object... more) {
    List<Object> args = new ArrayList<>(List.of("identify", "--gallery", TestPictures.gallery()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  @Test
  void run_json_hasPersonThresholdAndRanking() {
    Path portrait = TestPictures.portrait(1, dir.resolve("a.jpg"));

    Cli.Run run = identify("--json", "--top", 3, portrait);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode face = run.json().get(0).at("/faces/0");
    assertThat(face.get("person").asText()).isEqualTo("Grace_Hopper");
    assertThat(face.get("similarity").asDouble())
        .isGreaterThan(face.get("threshold").asDouble())
        .isEqualTo(face.at("/ranking/0/similarity").asDouble());
    assertThat(face.get("margin").asDouble())
        .isCloseTo(
            face.at("/ranking/0/similarity").asDouble()
                - face.at("/ranking/1/similarity").asDouble(),
            org.assertj.core.api.Assertions.within(2e-6));
    assertThat(face.get("ranking")).hasSize(3);
    assertThat(face.at("/mask/state").asText()).isEqualTo("unmasked");
    assertThat(face.get("box")).hasSize(4);
  }

  @Test
  void run_strangerAndPerson_areToldInWords() {
    Path stranger = TestPictures.portrait(4, dir.resolve("curie.jpg"));
    Path person = TestPictures.portrait(0, dir.resolve("eileen.jpg"));

    Cli.Run run = identify(stranger, person, "--jobs", 2);

    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).matches(".*: nobody known  similarity 0\\.\\d+ is below .*nearest .*");
    assertThat(lines.get(1))
        .matches(
            ".*: Eileen_Collins  similarity 0\\.\\d+, from 0\\.\\d+, margin 0\\.\\d+, no mask, box .*");
  }

  @Test
  void run_faceThatCanBeComparedWithNobody_isNobodyKnown() {
    Path masked = TestPictures.masked(0, dir.resolve("masked.png"));
    Path bare = TestPictures.portrait(0, dir.resolve("a.jpg"));
    Path gallery = dir.resolve("g");
    Cli.Run enrolled = Cli.run("enrol", "--gallery", gallery, "--any-quality", "E", masked);

    Cli.Run text = Cli.run("identify", "--gallery", gallery, bare);
    Cli.Run json = Cli.run("identify", "--gallery", gallery, bare, "--json");

    assertThat(enrolled.out()).contains("enrolled, 1 template, masked");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains(
            "a.jpg: nobody known  nobody who may be an answer can be compared with this face,");
    JsonNode face = json.json().get(0).at("/faces/0");
    assertThat(face.get("person").isNull()).isTrue();
    assertThat(face.get("ranking")).isEmpty();
    assertThat(face.get("similarity").isNull()).isTrue();
  }

  @Test
  void run_marginThatNobodyKeeps_namesNobody() {
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));

    JsonNode face = identify("--json", "--margin", 1.5, portrait).json().get(0).at("/faces/0");

    assertThat(face.get("person").isNull()).isTrue();
    assertThat(face.get("reason").asText()).contains("second candidate");
  }

  @Test
  void run_tag_looksAmongThosePeopleOnly() {
    Path gallery = TestPictures.gallery(dir.resolve("g"));
    Path portrait = TestPictures.portrait(0, dir.resolve("a.jpg"));
    Cli.run("gallery", "tag", "--gallery", gallery, "Grace_Hopper", "--add", "navy");

    Cli.Run navy = Cli.run("identify", "--gallery", gallery, "--tag", "navy", "--json", portrait);
    Cli.Run none = Cli.run("identify", "--gallery", gallery, "--tag", "army", "--json", portrait);

    assertThat(navy.json().get(0).at("/faces/0/person").isNull()).isTrue();
    assertThat(navy.json().get(0).at("/faces/0/ranking")).hasSize(1);
    assertThat(none.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(none.err()).contains("has the tag \"army\"").contains("gallery list");
  }

  @Test
  void run_badPictures_areNamedAndTheRestGoesOn() {
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));
    Path text = TestPictures.text(dir.resolve("text.jpg"));

    Cli.Run both = identify("--json", hill, text);
    Cli.Run missing = identify(dir.resolve("missing.jpg"));

    assertThat(both.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(both.json().get(0).get("faces")).isEmpty();
    assertThat(both.json().get(1).has("error")).isTrue();
    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void run_galleriesThatAreNone_sayWhatBeginsOne() {
    Path empty = TestPictures.folder(dir.resolve("empty"));

    for (Path gallery : List.of(empty, dir.resolve("missing"))) {
      Cli.Run run = Cli.run("identify", "--gallery", gallery, "a.jpg");

      assertThat(run.code()).isEqualTo(ExitCode.FAILED);
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.err()).contains("there is no gallery " + gallery).contains("mfr enrol");
    }
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));
    Path nobody = dir.resolve("nobody");
    Cli.run("enrol", "--gallery", nobody, "A", hill);
    Cli.Run run = Cli.run("identify", "--gallery", nobody, "a.jpg");
    assertThat(run.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.err()).contains("nobody is enrolled in the gallery " + nobody);
  }

  @Test
  void run_wrongNumbersAndFiles_areTold() {
    assertThat(identify("--false-positives", 2, "a.jpg").code()).isEqualTo(ExitCode.USAGE);
    assertThat(identify("--margin", 3, "a.jpg").err()).contains("a margin lies in 0…2, got 3");
    assertThat(identify("--top", 0, "a.jpg").err()).contains("--top must be 1 or more, got 0");
    assertThat(identify("--jobs", 0, "a.jpg").err()).contains("--jobs must be 1 or more, got 0");
    Cli.Run missing = identify("--calibration", dir.resolve("no.properties"), "a.jpg");
    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).contains("there is no calibration");
  }
}
