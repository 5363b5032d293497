package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.face.Embedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight threads enrol, rename, remove and identify at once. Each has people of its own, so that it
 * knows what must be found and what must not, whatever the others do.
 */
class GallerySoakTest {
  private static final int THREADS = 8;
  private static final int PEOPLE_A_THREAD = 40;

  @TempDir private Path folder;

  @Test
  @Timeout(60)
  void inMemory_eightThreads_loseNoUpdate() throws Exception {
    try (Gallery gallery = Gallery.inMemory()) {
      Map<String, Integer> expected = new TreeMap<>();
      soak(gallery, 1_000).forEach(worker -> expected.putAll(worker.templates));

      assertHolds(gallery, expected);
    }
  }

  @Test
  @Timeout(120)
  void inAFolder_eightThreads_loseNoUpdateAndKeepIt() throws Exception {
    Map<String, Integer> expected = new TreeMap<>();
    List<Person> people;
    try (Gallery gallery = Gallery.open(folder.resolve("gallery"))) {
      soak(gallery, 40).forEach(worker -> expected.putAll(worker.templates));
      people = gallery.people().toList();
      assertHolds(gallery, expected);
    }
    try (Gallery again = Gallery.open(folder.resolve("gallery"))) {
      assertThat(again.people().toList()).isEqualTo(people);
      assertThat(again.damage()).isEmpty();
    }
  }

  /** What a service at 50 operations a second does in an hour. */
  @Test
  @Tag("slow")
  void inAFolder_anHoursWorth_memoryStaysFlat() throws Exception {
    Map<String, Integer> expected = new HashMap<>();
    try (Gallery gallery = Gallery.open(folder.resolve("gallery"))) {
      long early = 0;
      int rounds = 10;
      for (int round = 1; round <= rounds; round++) {
        expected.clear();
        for (Worker worker : soak(gallery, 180_000 / THREADS / rounds)) {
          expected.putAll(worker.templates);
        }
        assertHolds(gallery, expected);
        gallery.names().forEach(gallery::remove);
        long used = usedAfterCollection();
        early = round == 2 ? used : early;
        System.out.printf("round %d: %.1f MB of the heap in use%n", round, used / 1048576.0);
        if (round == rounds) {
          // Two rounds in, every class is loaded and every cache is warm.
          assertThat(used).isLessThan(early + (8L << 20));
        }
      }
    }
  }

  private static long usedAfterCollection() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void assertHolds(Gallery gallery, Map<String, Integer> expected) {
    Map<String, Integer> held = new TreeMap<>();
    gallery.people().forEach(person -> held.put(person.name(), person.templates().size()));
    assertThat(held).isEqualTo(new TreeMap<>(expected));
    assertThat(gallery.size()).isEqualTo(expected.size());
    assertThat(gallery.templateCount())
        .isEqualTo(expected.values().stream().mapToInt(Integer::intValue).sum());
    assertThat(gallery.photographCount()).isEqualTo(gallery.templateCount());
  }

  private static List<Worker> soak(Gallery gallery, int steps) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Worker>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(new Worker(gallery, i, steps)));
      }
      List<Worker> done = new ArrayList<>();
      for (Future<Worker> worker : running) {
        done.add(worker.get());
      }
      return done;
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static final class Worker implements Callable<Worker> {
    private final Gallery gallery;
    private final int number;
    private final int steps;
    private final Random random;

    /** The name that each of this worker's people has, while enrolled. */
    private final Map<Integer, String> names = new HashMap<>();

    /** How many templates each name has. */
    private final Map<String, Integer> templates = new HashMap<>();

    private Worker(Gallery gallery, int number, int steps) {
      this.gallery = gallery;
      this.number = number;
      this.steps = steps;
      this.random = new Random(number);
    }

    @Override
    public Worker call() {
      for (int step = 0; step < steps; step++) {
        int person = (number * PEOPLE_A_THREAD) + random.nextInt(PEOPLE_A_THREAD);
        String name = names.get(person);
        int dice = random.nextInt(10);
        if (name == null || dice < 2) {
          String enrolled = name == null ? "P" + person + " v" + step : name;
          gallery.enrol(enrolled, List.of(Faces.template(person, step)));
          names.put(person, enrolled);
          templates.merge(enrolled, 1, Integer::sum);
        } else if (dice == 2) {
          gallery.remove(name);
          names.remove(person);
          templates.remove(name);
        } else if (dice == 3) {
          String renamed = "P" + person + " r" + step;
          gallery.rename(name, renamed);
          names.put(person, renamed);
          templates.put(renamed, templates.remove(name));
        }
        look(person, step);
      }
      return this;
    }

    /** The person is found under the present name, or not at all. */
    private void look(int person, int step) {
      Embedding probe = Faces.face(person, 1_000_000L + step);
      List<Candidate> found = gallery.search(probe, GalleryFilter.EVERYBODY, 2);
      String name = names.get(person);
      if (name != null) {
        assertThat(found.get(0).name()).isEqualTo(name);
        assertThat(found.get(0).similarity()).isGreaterThan(.8);
      } else {
        assertThat(found)
            .allSatisfy(other -> assertThat(other.name()).doesNotStartWith("P" + person + " "));
      }
    }
  }
}
