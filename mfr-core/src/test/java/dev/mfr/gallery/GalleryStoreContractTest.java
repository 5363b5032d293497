package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link GalleryStore} does. Extend it for a store of your own. */
public abstract class GalleryStoreContractTest {
  /** A folder that the store may use, empty before each test. */
  @TempDir protected Path folder;

  private GalleryStore store;

  /**
   * {@return a store}
   *
   * <p>Called again after the one before was closed, it opens the same place, with everything that
   * was applied, unless {@link #isLasting} says otherwise. A test begins with an empty place.
   */
  protected abstract GalleryStore open();

  /** {@return whether people are still there when a store was closed and opened again} */
  protected boolean isLasting() {
    return true;
  }

  @BeforeEach
  void openFirst() {
    store = open();
  }

  @AfterEach
  void closeLast() {
    store.close();
  }

  private void reopen() {
    if (isLasting()) {
      store.close();
      store = open();
    }
  }

  private Map<String, Person> people() {
    Map<String, Person> people = new TreeMap<>();
    List<String> damage =
        store.read(person -> assertThat(people.put(person.id(), person)).isNull());
    assertThat(damage).isEmpty();
    return people;
  }

  @Test
  void read_emptyStore_tellsOfNobody() {
    assertThat(people()).isEmpty();
  }

  @Test
  void apply_onePerson_isReadAsWritten() {
    Person person = People.person("p1", "Zoë 愛 🙂", 3, new Random(1));

    store.apply(List.of(person), List.of());

    assertThat(people()).containsExactly(Map.entry("p1", person));
    reopen();
    assertThat(people()).containsExactly(Map.entry("p1", person));
  }

  @Test
  void apply_everyKindOfTemplate_isReadAsWritten() {
    Person person = new Person("p", "Name", Set.of("a", "B c", "ü"), People.everyKind());

    store.apply(List.of(person), List.of());
    reopen();

    assertThat(people()).containsExactly(Map.entry("p", person));
  }

  @Test
  void apply_personWithAKnownId_replacesTheWhole() {
    Random random = new Random(2);
    store.apply(
        List.of(People.person("p1", "Old", 4, random), People.person("p2", "Other", 1, random)),
        List.of());
    Person renamed = People.person("p1", "New", 2, random);

    store.apply(List.of(renamed), List.of());
    reopen();

    assertThat(people()).containsOnlyKeys("p1", "p2").containsEntry("p1", renamed);
  }

  @Test
  void apply_writesAndRemovesAtOnce_bothAreDone() {
    Random random = new Random(3);
    store.apply(
        List.of(People.person("p1", "One", 1, random), People.person("p2", "Two", 2, random)),
        List.of());

    store.apply(List.of(People.person("p3", "Three", 1, random)), List.of("p1"));
    reopen();

    assertThat(people()).containsOnlyKeys("p2", "p3");
  }

  @Test
  void apply_unknownIdRemoved_changesNothing() {
    store.apply(List.of(People.person("p1", "One", 1, new Random(4))), List.of());

    store.apply(List.of(), List.of("nobody"));

    assertThat(people()).containsOnlyKeys("p1");
  }

  @Test
  void apply_nothing_isAllowed() {
    assertThatNoException().isThrownBy(() -> store.apply(List.of(), List.of()));
  }

  @Test
  void apply_idTwiceInOneChange_isRefusedAndChangesNothing() {
    Random random = new Random(5);
    Person person = People.person("p1", "One", 1, random);
    store.apply(List.of(person), List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                store.apply(
                    List.of(
                        People.person("p2", "Two", 1, random),
                        People.person("p2", "Again", 1, random)),
                    List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.apply(List.of(person), List.of("p1")));

    assertThat(people()).containsExactly(Map.entry("p1", person));
  }

  /** The oracle is a map. */
  @Test
  void apply_manyRandomChanges_readsLikeAMap() {
    Random random = new Random(6);
    Map<String, Person> expected = new TreeMap<>();
    for (int round = 0; round < 60; round++) {
      Map<String, Person> written = new TreeMap<>();
      List<String> removed = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        String id = "p" + random.nextInt(25);
        if (random.nextInt(3) == 0) {
          if (!written.containsKey(id) && !removed.contains(id)) {
            removed.add(id);
          }
        } else if (!removed.contains(id)) {
          written.put(id, People.person(id, "Name " + round, 1 + random.nextInt(3), random));
        }
      }
      store.apply(written.values(), removed);
      removed.forEach(expected::remove);
      expected.putAll(written);
      if (round % 20 == 19) {
        reopen();
      }
      if (round % 5 == 4) {
        assertThat(people()).isEqualTo(expected);
      }
    }
  }

  @Test
  void apply_interruptedThread_stillWorksAndStaysInterrupted() {
    Person person = People.person("p1", "One", 1, new Random(7));
    Thread.currentThread().interrupt();

    store.apply(List.of(person), List.of());

    assertThat(Thread.interrupted()).isTrue();
    store.apply(List.of(), List.of("p1"));
    assertThat(people()).isEmpty();
  }

  @Test
  void close_twice_isAllowed() {
    store.close();

    assertThatNoException().isThrownBy(store::close);
  }
}
