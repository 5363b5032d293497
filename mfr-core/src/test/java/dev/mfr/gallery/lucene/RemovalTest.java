package dev.mfr.gallery.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Bytes;
import dev.mfr.gallery.People;
import dev.mfr.gallery.Person;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was removed is in no file; the oracle looks for the raw bytes. */
class RemovalTest {
  @TempDir Path folder;
  private final Random random = new Random(21);

  private Person person(int i) {
    return People.person("person-" + i, "Aurelia Nightingale " + i + ".", 2, 64, random);
  }

  private List<Person> people(int count) {
    List<Person> people = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      people.add(person(i));
    }
    return people;
  }

  /** {@return whether a file of the folder has the bytes} */
  private boolean isInFiles(byte[] wanted) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Bytes.indexOf(Files.readAllBytes(file), wanted) >= 0) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isInFiles(String text) throws IOException {
    return isInFiles(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@return whether eight numbers in a row of a template are there} */
  private boolean hasNumbers(Person person) throws IOException {
    boolean any = false;
    for (var template : person.templates()) {
      float[] numbers = template.embedding().toArray();
      for (int start = 0; start + 8 <= numbers.length; start += 8) {
        ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers, start, 8);
        any |= isInFiles(bytes.array());
      }
    }
    return any;
  }

  @Test
  void apply_removed_leavesNothingInAnyFile() throws IOException {
    List<Person> people = people(40);
    Person gone = people.get(17);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(people.subList(0, 25), List.of());
      store.apply(people.subList(25, 40), List.of());
      assertThat(isInFiles(gone.name())).isTrue();
      assertThat(isInFiles("person-17")).isTrue();
      assertThat(hasNumbers(gone)).isTrue();

      store.apply(List.of(), List.of("person-17"));

      assertThat(isInFiles(gone.name())).isFalse();
      assertThat(isInFiles("person-17")).isFalse();
      assertThat(hasNumbers(gone)).isFalse();
      assertThat(isInFiles(people.get(18).name())).isTrue();
    }
  }

  @Test
  void apply_renamed_leavesNoOldName() throws IOException {
    List<Person> people = people(30);
    Person old = people.get(3);
    Person renamed = new Person(old.id(), "Somebody Else", old.tags(), old.templates());
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(people, List.of());
      assertThat(isInFiles(old.name())).isTrue();

      store.apply(List.of(renamed), List.of());

      assertThat(isInFiles(old.name())).isFalse();
      assertThat(isInFiles("Somebody Else")).isTrue();
      assertThat(hasNumbers(renamed)).isTrue();
    }
  }

  @Test
  void apply_lastPersonRemoved_leavesAnEmptyGallery() throws IOException {
    Person person = person(1);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(List.of(person), List.of());
      store.apply(List.of(), List.of(person.id()));

      assertThat(hasNumbers(person)).isFalse();
      assertThat(isInFiles(person.id())).isFalse();
      assertThat(store.read(p -> {})).isEmpty();
    }
  }

  /** A reader of another store must not keep the files. */
  @Test
  void apply_removedWhileAnotherStoreHasRead_leavesNothing() throws IOException {
    Person person = person(1);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(List.of(person), List.of());
      try (LuceneGalleryStore reader = LuceneGalleryStore.openReadOnly(folder)) {
        List<Person> read = new ArrayList<>();
        assertThat(reader.read(read::add)).isEmpty();
        assertThat(read).containsExactly(person);

        store.apply(List.of(), List.of(person.id()));

        assertThat(hasNumbers(person)).isFalse();
        read.clear();
        assertThat(reader.read(read::add)).isEmpty();
        assertThat(read).isEmpty();
      }
    }
  }
}
