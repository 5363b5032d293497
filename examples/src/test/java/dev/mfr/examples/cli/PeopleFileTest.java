package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeopleFileTest {
  @TempDir private Path dir;

  private static Template template(String id, Optional<FaceQuality> quality) {
    return new Template(
        id,
        new GalleryModel("network:1", "roi & chip", 3),
        Embedding.of(1 / 3f, -2 / 3f, 2 / 3f),
        TemplateOrigin.SYNTHETIC_MASK,
        new MaskReading(MaskState.NOT_SURE, 1 / 3.),
        quality,
        Instant.parse("2026-01-02T03:04:05.678901234Z"));
  }

  private static FaceQuality quality(double margin, Optional<HeadPose> pose) {
    return new FaceQuality(1 / 7., 2 / 7., 3e-9, 0, pose, margin, 1);
  }

  @Test
  void writeAndRead_everyKindOfPerson_givesEqualOnes() {
    List<Person> people =
        List.of(
            new Person(
                "1",
                "Zoë \"quoted\"\u2028 \uD83D\uDE00",
                Set.of("a", "b, c"),
                List.of(
                    template("x", Optional.empty()),
                    template("y", Optional.of(quality(-.5, Optional.empty()))))),
            new Person(
                "2",
                "NaN",
                Set.of(),
                List.of(
                    template(
                        "z",
                        Optional.of(
                            quality(Double.NaN, Optional.of(new HeadPose(-1 / 3., 2, 3))))))));
    Path file = dir.resolve("people.jsonl");

    PeopleFile.write(people.stream(), file);

    assertThat(PeopleFile.read(file)).isEqualTo(people);
  }

  @Test
  void write_peopleThatCannotBeRead_leavesTheOldFile() throws IOException {
    Path file = Files.writeString(dir.resolve("people.jsonl"), "old");

    try {
      PeopleFile.write(
          Stream.generate(
              () -> {
                throw new IllegalStateException("gone");
              }),
          file);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("gone");
    }

    assertThat(file).hasContent("old");
    assertThat(dir.toFile().list()).containsExactly("people.jsonl");
  }
}
