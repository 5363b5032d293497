package dev.mfr.gallery.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Bytes;
import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.People;
import dev.mfr.gallery.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage is noticed, told, and costs no more than what it hit. */
class DamageTest {
  @TempDir Path parent;
  private Path folder;
  private final Random random = new Random(41);
  private final Map<String, Person> people = new HashMap<>();
  private Map<String, byte[]> whole;

  /** Two segments: 20 people and 10. */
  @BeforeEach
  void enrol() throws IOException {
    folder = parent.resolve("gallery");
    for (int i = 0; i < 30; i++) {
      people.put("p" + i, People.person("p" + i, "Name " + i, 1 + i % 3, 32, random));
    }
    List<Person> all = List.copyOf(people.values());
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(all.subList(0, 20), List.of());
      store.apply(all.subList(20, 30), List.of());
    }
    whole = Folders.contents(folder);
  }

  private record Read(Map<String, Person> people, List<String> damage) {
    int templates() {
      return people.values().stream().mapToInt(person -> person.templates().size()).sum();
    }
  }

  private static Read read(LuceneGalleryStore store) {
    Map<String, Person> people = new TreeMap<>();
    List<String> damage =
        store.read(person -> assertThat(people.put(person.id(), person)).isNull());
    return new Read(people, damage);
  }

  private int templates() {
    return people.values().stream().mapToInt(person -> person.templates().size()).sum();
  }

  /** Nobody has a template that was not written; nothing is missing without a word. */
  private void assertHonest(Read read) {
    read.people()
        .forEach(
            (id, person) -> {
              assertThat(person.name()).isEqualTo(people.get(id).name());
              assertThat(people.get(id).templates()).containsAll(person.templates());
            });
    if (read.templates() < templates()) {
      assertThat(read.damage()).isNotEmpty();
    }
    assertThat(read.damage()).noneMatch(sentence -> sentence.contains("Name "));
  }

  private List<String> files(String ending) {
    return whole.keySet().stream().filter(name -> name.endsWith(ending)).toList();
  }

  @Test
  void read_oneFlippedByteAnywhere_losesATemplateAtMost() throws IOException {
    for (String file : whole.keySet()) {
      byte[] bytes = whole.get(file);
      for (int trial = 0; trial < 12 && bytes.length > 0; trial++) {
        byte[] damaged = bytes.clone();
        damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Map<String, byte[]> files = new TreeMap<>(whole);
        files.put(file, damaged);
        Folders.replace(folder, files);

        try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
          Read read = read(store);

          assertHonest(read);
          assertThat(read.templates()).as(file).isGreaterThanOrEqualTo(templates() - 1);
          if (!file.equals(GalleryFolder.LABEL)) {
            assertThat(read.damage()).as(file).isNotEmpty();
            assertTakesNoChanges(store);
          }
        }
      }
    }
  }

  private void assertTakesNoChanges(LuceneGalleryStore store) throws IOException {
    Map<String, byte[]> before = Folders.contents(folder);
    assertThatThrownBy(() -> store.apply(List.of(), List.of("p1")))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("is damaged and takes no changes")
        .hasMessageContaining("repair");
    assertSame(Folders.contents(folder), before);
  }

  private static void assertSame(Map<String, byte[]> now, Map<String, byte[]> before) {
    assertThat(now.keySet()).isEqualTo(before.keySet());
    now.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
  }

  @Test
  void read_damagedEmbedding_saysWhoseItWas() throws IOException {
    String file = files(".cfs").get(0);
    byte[] damaged = whole.get(file).clone();
    int start =
        Bytes.indexOf(damaged, "mfrtmpl1".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    damaged[start + 250] ^= 1;
    Files.write(folder.resolve(file), damaged);

    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      Read read = read(store);

      assertThat(read.templates()).isEqualTo(templates() - 1);
      assertThat(read.damage())
          .hasSize(2)
          .contains("the file " + file + " is damaged")
          .anyMatch(s -> s.matches(".*templates of the person with the id p\\d+ are damaged.*"));
    }
  }

  @Test
  void read_missingFile_keepsTheRest() throws IOException {
    for (String file : whole.keySet()) {
      Map<String, byte[]> files = new TreeMap<>(whole);
      files.remove(file);
      Folders.replace(folder, files);

      try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
        Read read = read(store);

        assertHonest(read);
        if (file.endsWith(".cfs")) {
          assertThat(read.people().size()).as(file).isIn(10, 20);
          int lost = templates() - read.templates();
          assertThat(read.damage())
              .containsExactlyInAnyOrder(
                  "the file " + file + " is missing",
                  lost + " templates are lost; whose they were cannot be known");
        } else {
          assertThat(read.people()).as(file).isEqualTo(people);
        }
        if (file.startsWith("_") || file.startsWith("segments")) {
          assertThat(read.damage()).as(file).isNotEmpty();
          assertTakesNoChanges(store);
        }
      }
    }
  }

  @Test
  void read_cutFile_keepsTheRest() throws IOException {
    for (String file : whole.keySet()) {
      byte[] bytes = whole.get(file);
      for (int trial = 0; trial < 4 && bytes.length > 0; trial++) {
        Map<String, byte[]> files = new TreeMap<>(whole);
        files.put(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        Folders.replace(folder, files);

        try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
          Read read = read(store);

          assertHonest(read);
          if (!file.endsWith(".cfs")) {
            assertThat(read.people()).as(file).isEqualTo(people);
          }
        }
      }
    }
  }

  @Test
  void repair_missingSegment_keepsTheRestAndTheDamagedFiles() throws IOException {
    String file = files(".cfs").get(0);
    Files.delete(folder.resolve(file));
    Map<String, byte[]> damaged = Folders.contents(folder);

    List<String> losses = LuceneGalleryStore.repair(folder);

    assertThat(losses).hasSize(3);
    assertThat(losses.get(2)).contains("the damaged files were kept in " + folder + ".damaged-");
    Path kept;
    try (var folders = Files.list(parent)) {
      kept = folders.filter(p -> p.toString().contains(".damaged-")).findFirst().orElseThrow();
    }
    assertSame(Folders.contents(kept), damaged);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      Read read = read(store);
      assertThat(read.damage()).isEmpty();
      assertThat(read.people().size()).isIn(10, 20);
      assertHonestPeople(read);
      store.apply(List.of(People.person("new", "New", 1, 32, random)), List.of());
      assertThat(read(store).people()).containsKey("new");
    }
  }

  private void assertHonestPeople(Read read) {
    read.people().forEach((id, person) -> assertThat(person).isEqualTo(people.get(id)));
  }

  @Test
  void repair_lostList_findsEverybody() throws IOException {
    Files.delete(
        folder.resolve(
            files("").stream().filter(n -> n.startsWith("segments")).findFirst().orElseThrow()));

    assertThat(LuceneGalleryStore.repair(folder)).hasSize(2);

    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      assertThat(read(store)).isEqualTo(new Read(people, List.of()));
    }
  }

  @Test
  void repair_wholeGallery_isLeftAsItIs() throws IOException {
    assertThat(LuceneGalleryStore.repair(folder)).isEmpty();

    assertSame(Folders.contents(folder), whole);
    try (var folders = Files.list(parent)) {
      assertThat(folders).containsExactly(folder);
    }
  }

  @Test
  void salvage_damagedGallery_leavesItAndMakesAnother() throws IOException {
    Files.delete(folder.resolve(files(".si").get(0)));
    Map<String, byte[]> damaged = Folders.contents(folder);
    Path target = parent.resolve("new");

    assertThat(LuceneGalleryStore.salvage(folder, target)).isNotEmpty();

    assertSame(Folders.contents(folder), damaged);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(target)) {
      assertThat(read(store)).isEqualTo(new Read(people, List.of()));
    }
    assertThatThrownBy(() -> LuceneGalleryStore.salvage(folder, target))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("is in the way");
  }

  @Test
  void open_interruptedRepair_saysWhatToRename() throws IOException {
    Files.move(folder, parent.resolve("gallery.repaired"));

    assertThatThrownBy(() -> LuceneGalleryStore.open(folder))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("was interrupted; rename " + parent.resolve("gallery.repaired"));
    assertThat(folder).doesNotExist();
  }
}
