package dev.mfr.gallery.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.gallery.People;
import dev.mfr.gallery.Person;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed loses nothing that it was told is kept. */
class KilledProcessTest {
  @TempDir Path folder;

  /** Enrols, changes and removes people in a loop and says what is done. */
  static final class Enrolling {
    private Enrolling() {}

    public static void main(String[] args) {
      int round = Integer.parseInt(args[1]);
      Random random = new Random(round);
      try (LuceneGalleryStore store = LuceneGalleryStore.open(Path.of(args[0]))) {
        store.read(person -> {});
        for (int i = 0; ; i++) {
          String id = round + "-" + i;
          Person person = People.person(id, "first", 1 + i % 3, 128, random);
          System.out.println("begin " + id + " first");
          store.apply(List.of(person), List.of());
          System.out.println("done " + id + " first");
          if (i % 4 == 1) {
            System.out.println("begin " + id + " second");
            store.apply(
                List.of(new Person(id, "second", person.tags(), person.templates())), List.of());
            System.out.println("done " + id + " second");
          } else if (i % 4 == 2) {
            System.out.println("begin " + id + " removed");
            store.apply(List.of(), List.of(id));
            System.out.println("done " + id + " removed");
          }
        }
      }
    }
  }

  @Test
  void apply_processKilled_keepsWhatWasAcknowledged() throws Exception {
    killAndLook(3, 31);
  }

  @Test
  @Tag("slow")
  void apply_processKilledManyTimes_keepsWhatWasAcknowledged() throws Exception {
    killAndLook(60, 32);
  }

  private void killAndLook(int rounds, long seed) throws Exception {
    Random random = new Random(seed);
    Map<String, String> acknowledged = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      String[] begun = enrolAndKill(round, random.nextInt(1, 40), acknowledged, random);
      Map<String, Person> found = new HashMap<>();
      try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
        assertThat(store.read(person -> assertThat(found.put(person.id(), person)).isNull()))
            .isEmpty();
      }
      // What was begun may be there or not.
      Person last = found.get(begun[1]);
      String state = last == null ? "removed" : last.name();
      assertThat(state).isIn(begun[2], acknowledged.getOrDefault(begun[1], "removed"));
      acknowledged.put(begun[1], state);
      Map<String, String> names = new HashMap<>();
      found.forEach((id, person) -> names.put(id, person.name()));
      Map<String, String> expected = new HashMap<>(acknowledged);
      expected.values().removeIf("removed"::equals);
      assertThat(names).isEqualTo(expected);
      found.forEach(
          (id, person) -> {
            int i = Integer.parseInt(id.substring(id.indexOf('-') + 1));
            assertThat(person.templates()).hasSize(1 + i % 3);
          });
    }
    assertThat(acknowledged).isNotEmpty();
  }

  /** {@return the last words that were begun} */
  private String[] enrolAndKill(
      int round, int changes, Map<String, String> acknowledged, Random random)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Enrolling.class.getName(),
                folder.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String[] begun = null;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      int done = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        if (words[0].equals("begin")) {
          begun = words;
          continue;
        }
        acknowledged.put(words[1], words[2]);
        if (++done == changes) {
          // At any point of the changes that follow.
          TimeUnit.MICROSECONDS.sleep(random.nextInt(30_000));
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(begun).as("what the process began").isNotNull();
    return begun;
  }
}
