package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.Embedding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GalleryTest {

  /** A store that can be looked into, and that can be told to fail. */
  private static final class Table implements GalleryStore {
    final Map<String, Person> rows = new TreeMap<>();
    boolean failing;
    int applied;
    int closed;

    @Override
    public List<String> read(Consumer<Person> consumer) {
      rows.values().forEach(consumer);
      return List.of();
    }

    @Override
    public void apply(Collection<Person> written, Collection<String> removed) {
      if (failing) {
        throw new GalleryException("the disk is full", null);
      }
      applied++;
      removed.forEach(rows::remove);
      written.forEach(person -> rows.put(person.id(), person));
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private final Table table = new Table();
  private final Gallery gallery = Gallery.open(table);

  private static String name(int person) {
    return "Person " + person;
  }

  private void enrol(int people) {
    Map<String, List<Template>> all = new LinkedHashMap<>();
    for (int i = 0; i < people; i++) {
      all.put(name(i), List.of(Faces.template(i, 1), Faces.template(i, 2)));
    }
    gallery.enrolAll(all);
  }

  private static Embedding probe(int person) {
    return Faces.face(person, 99);
  }

  private List<String> found(Embedding probe, int people) {
    return gallery.search(probe, GalleryFilter.EVERYBODY, people).stream()
        .map(Candidate::name)
        .toList();
  }

  @Test
  void search_severalTemplatesAPerson_ranksPeopleLikeANaiveLoop() {
    enrol(40);
    for (int person = 0; person < 40; person++) {
      Embedding probe = probe(person);
      Map<String, Double> best = new TreeMap<>();
      for (int other = 0; other < 40; other++) {
        best.put(
            name(other),
            Math.max(probe.dot(Faces.face(other, 1)), probe.dot(Faces.face(other, 2))));
      }
      List<String> expected =
          best.entrySet().stream()
              .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
              .map(Map.Entry::getKey)
              .limit(5)
              .toList();

      List<Candidate> candidates = gallery.search(probe, GalleryFilter.EVERYBODY, 5);

      assertThat(candidates).extracting(Candidate::name).isEqualTo(expected);
      assertThat(candidates)
          .allSatisfy(
              candidate ->
                  assertThat(candidate.similarity())
                      .isCloseTo(best.get(candidate.name()), within(1e-5)));
    }
  }

  @Test
  void search_onePersonWithManyTemplates_stillFindsTheOthers() {
    gallery.enrol(
        "many", IntStream.range(0, 300).mapToObj(seed -> Faces.template(0, seed)).toList());
    gallery.enrol("one", List.of(Faces.template(1, 1)));
    gallery.enrol("two", List.of(Faces.template(2, 1)));

    assertThat(found(probe(0), 3)).containsExactlyInAnyOrder("many", "one", "two");
    assertThat(found(probe(0), 9)).hasSize(3).startsWith("many");
  }

  @Test
  void search_emptyGallery_findsNobody() {
    assertThat(found(probe(0), 3)).isEmpty();
    assertThat(gallery.model()).isEmpty();
  }

  @Test
  void search_filter_asksOnlyForThem() {
    enrol(30);
    gallery.retag(name(7), tags -> Set.of("night"));
    gallery.retag(name(9), tags -> Set.of("night", "day"));

    assertThat(gallery.search(probe(3), GalleryFilter.tagged("night"), 5))
        .extracting(Candidate::name)
        .containsExactlyInAnyOrder(name(7), name(9));
    assertThat(
            gallery.search(
                probe(7),
                GalleryFilter.tagged("night").and(GalleryFilter.tagged("day").negate()),
                5))
        .extracting(Candidate::name)
        .containsExactly(name(7));
    assertThat(gallery.search(probe(3), GalleryFilter.named(List.of(name(3))), 5)).hasSize(1);
    assertThat(gallery.photographCount(GalleryFilter.tagged("night"))).isEqualTo(4);
    assertThat(gallery.photographCount(GalleryFilter.EVERYBODY)).isEqualTo(60);
  }

  @Test
  void enrol_again_addsToThePersonAndKeepsTheId() {
    Person first = gallery.enrol("Ada", List.of(Faces.template(0, 1)));
    Person second = gallery.enrol("Ada", List.of(Faces.template(0, 2)));

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.templates()).hasSize(2).containsAll(first.templates());
    assertThat(table.rows.get(first.id())).isEqualTo(second);
    assertThat(gallery.size()).isEqualTo(1);
  }

  @Test
  void enrol_theSameEmbeddingTwice_keepsOne() {
    gallery.enrol("Ada", List.of(Faces.template(0, 1)));
    gallery.enrol("Ada", List.of(Faces.template(0, 1), Faces.template(0, 2)));

    assertThat(gallery.find("Ada").orElseThrow().templates()).hasSize(2);
    assertThat(gallery.templateCount()).isEqualTo(2);
  }

  @Test
  void enrol_otherModel_isRefusedAndNothingChanges() {
    gallery.enrol("Ada", List.of(Faces.template(0, 1)));
    GalleryModel other = new GalleryModel("net:2", "roi", Faces.LENGTH);
    GalleryModel cropped = new GalleryModel("net:1", "chip", Faces.LENGTH);

    assertThatThrownBy(() -> gallery.enrol("Bob", List.of(Faces.template(other, Faces.face(1, 1)))))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("net:1")
        .hasMessageContaining("net:2");
    assertThatThrownBy(
            () -> gallery.enrol("Ada", List.of(Faces.template(cropped, Faces.face(0, 2)))))
        .hasMessageContaining("chip");
    assertThat(gallery.names()).containsExactly("Ada");
    assertThat(table.rows).hasSize(1);
  }

  @Test
  void enrol_otherModelAfterEverybodyWasRemoved_isAllowed() {
    gallery.enrol("Ada", List.of(Faces.template(0, 1)));
    gallery.remove("Ada");
    GalleryModel other = new GalleryModel("net:2", "roi", 3);

    gallery.enrol("Bob", List.of(Faces.template(other, Embedding.of(1, 0, 0))));

    assertThat(gallery.model()).contains(other);
    assertThat(found(Embedding.of(1, 0, 0), 1)).containsExactly("Bob");
  }

  @Test
  void change_storeFails_nothingChanges() {
    enrol(3);
    table.failing = true;

    assertThatThrownBy(() -> gallery.enrol("new", List.of(Faces.template(9, 1))))
        .hasMessage("the disk is full");
    assertThatThrownBy(() -> gallery.remove(name(0))).hasMessage("the disk is full");
    assertThatThrownBy(() -> gallery.rename(name(0), "x")).hasMessage("the disk is full");

    assertThat(gallery.names()).containsExactly(name(0), name(1), name(2));
    assertThat(found(probe(0), 1)).containsExactly(name(0));
    table.failing = false;
    gallery.enrol("new", List.of(Faces.template(9, 1)));
    assertThat(found(probe(9), 1)).containsExactly("new");
  }

  @Test
  void remove_person_isGoneEverywhere() {
    enrol(5);

    gallery.remove(name(2));

    assertThat(gallery.contains(name(2))).isFalse();
    assertThat(gallery.find(name(2))).isEmpty();
    assertThat(found(probe(2), 5)).hasSize(4).doesNotContain(name(2));
    assertThat(table.rows.values()).extracting(Person::name).doesNotContain(name(2));
    assertThat(gallery.templateCount()).isEqualTo(8);
    assertThat(gallery.photographCount()).isEqualTo(8);
  }

  @Test
  void removeTemplate_one_leavesTheOthersAndTheLastTakesThePerson() {
    Person ada = gallery.enrol("Ada", List.of(Faces.template(0, 1), Faces.template(0, 2)));
    String first = ada.templates().get(0).id();

    gallery.removeTemplate("Ada", first);

    assertThat(gallery.find("Ada").orElseThrow().templates())
        .containsExactly(ada.templates().get(1));
    assertThatThrownBy(() -> gallery.removeTemplate("Ada", first)).hasMessageContaining(first);
    gallery.removeTemplate("Ada", ada.templates().get(1).id());
    assertThat(gallery.size()).isZero();
    assertThat(table.rows).isEmpty();
  }

  @Test
  void rename_keepsEverythingButTheName() {
    Person before = gallery.enrol("Ada", List.of(Faces.template(0, 1)));
    gallery.retag("Ada", tags -> Set.of("site"));

    gallery.rename("Ada", "Augusta");

    Person after = gallery.find("Augusta").orElseThrow();
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.templates()).isEqualTo(before.templates());
    assertThat(after.tags()).containsExactly("site");
    assertThat(gallery.contains("Ada")).isFalse();
    assertThat(found(probe(0), 1)).containsExactly("Augusta");
    assertThat(table.rows.values()).extracting(Person::name).containsExactly("Augusta");
  }

  @Test
  void rename_toSomebodysName_isRefused() {
    enrol(2);

    assertThatThrownBy(() -> gallery.rename(name(0), name(1)))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("merge");
    assertThat(gallery.names()).containsExactly(name(0), name(1));
  }

  @Test
  void merge_two_givesOneWithBothTemplates() {
    enrol(3);
    gallery.retag(name(0), tags -> Set.of("a"));
    gallery.retag(name(1), tags -> Set.of("b"));

    gallery.merge(name(0), name(1));

    assertThat(gallery.names()).containsExactly(name(1), name(2));
    Person merged = gallery.find(name(1)).orElseThrow();
    assertThat(merged.templates()).hasSize(4);
    assertThat(merged.tags()).containsExactlyInAnyOrder("a", "b");
    assertThat(found(probe(0), 1)).containsExactly(name(1));
    assertThat(table.rows.get(merged.id())).isEqualTo(merged);
    assertThat(table.rows).hasSize(2);
  }

  @Test
  void merge_beside_searchesThatNeverMissThePerson() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger missed = new AtomicInteger();
    gallery.enrol("into", List.of(Faces.template(0, 1)));
    gallery.enrol("from 0", List.of(Faces.template(1, 1)));
    Thread searching =
        new Thread(
            () -> {
              while (!done.get()) {
                if (gallery.search(probe(1), GalleryFilter.EVERYBODY, 2).get(0).similarity() < .7) {
                  missed.incrementAndGet();
                }
              }
            });
    searching.start();
    // The one face goes from one to the next.
    for (int i = 0; i < 3000; i++) {
      gallery.enrol("from " + (i + 1), List.of(Faces.template(2, i)));
      gallery.merge("from " + i, "from " + (i + 1));
      if (i % 50 == 49) {
        Person person = gallery.find("from " + (i + 1)).orElseThrow();
        for (Template old : person.templates().subList(0, person.templates().size() - 1)) {
          gallery.removeTemplate(person.name(), old.id());
        }
      }
    }
    done.set(true);
    searching.join();

    assertThat(missed).hasValue(0);
  }

  @Test
  void merge_two_keepsTheTemplatesThatBothHave() {
    gallery.enrol("from", List.of(Faces.template(1, 1), Faces.template(1, 2)));
    gallery.enrol("into", List.of(Faces.template(1, 1)));

    gallery.merge("from", "into");

    assertThat(gallery.find("into").orElseThrow().templates()).hasSize(2);
    assertThat(gallery.templateCount()).isEqualTo(2);
    assertThat(gallery.photographCount()).isEqualTo(2);
    gallery.remove("into");
    assertThat(gallery.templateCount()).isZero();
  }

  @Test
  void people_renamedWhileTheyAreRead_areNotMissed() {
    enrol(3);
    Iterator<Person> people = gallery.people().iterator();
    gallery.rename(name(2), "Renamed");

    assertThat(people)
        .toIterable()
        .extracting(Person::name)
        .containsExactly(name(0), name(1), "Renamed");
  }

  @Test
  void addAll_onePersonUnderTwoNames_isTwoPeople() {
    Person ada = new Person("1", "Ada", Set.of(), List.of(Faces.template(0, 1)));
    Person bob = new Person("1", "Bob", Set.of(), List.of(Faces.template(1, 1)));

    gallery.addAll(List.of(ada, bob));

    assertThat(gallery.names()).containsExactly("Ada", "Bob");
    assertThat(gallery.people().map(Person::id).distinct()).hasSize(2);
    assertThat(found(probe(0), 1)).containsExactly("Ada");
    assertThat(found(probe(1), 1)).containsExactly("Bob");
  }

  @Test
  void removeAll_some_isOneChangeOfAllOrNothing() {
    enrol(5);
    int before = table.applied;

    assertThatThrownBy(() -> gallery.removeAll(List.of(name(1), "Zoe")))
        .hasMessageContaining("Zoe");
    assertThat(gallery.size()).isEqualTo(5);
    gallery.removeAll(List.of(name(1), name(3), name(1)));

    assertThat(table.applied).isEqualTo(before + 1);
    assertThat(gallery.names()).containsExactly(name(0), name(2), name(4));
    assertThat(table.rows).hasSize(3);
    assertThat(gallery.templateCount()).isEqualTo(6);
  }

  @Test
  void removeTemplate_photograph_takesTheMasksDrawnOnIt() {
    List<Template> all = new ArrayList<>();
    for (int photograph = 0; photograph < 2; photograph++) {
      all.add(Faces.template(0, photograph));
      all.add(drawn(Faces.template(0, 100 + photograph)));
      all.add(drawn(Faces.template(0, 200 + photograph)));
    }
    gallery.enrol("Ada", all);

    gallery.removeTemplate("Ada", all.get(4).id());
    gallery.removeTemplate("Ada", all.get(0).id());

    assertThat(gallery.find("Ada").orElseThrow().templates())
        .containsExactly(all.get(3), all.get(5));
    gallery.removeTemplate("Ada", all.get(3).id());
    assertThat(gallery.size()).isZero();
  }

  private static Template drawn(Template t) {
    return new Template(
        t.id(),
        t.model(),
        t.embedding(),
        TemplateOrigin.SYNTHETIC_MASK,
        t.mask(),
        t.quality(),
        t.created());
  }

  @Test
  void search_forAsManyAsThereCanBe_findsAll() {
    enrol(20);

    assertThat(found(probe(0), Integer.MAX_VALUE)).hasSize(20).startsWith(name(0));
  }

  @Test
  void unknownName_isNamedWithACleanError() {
    enrol(1);
    List<Runnable> changes =
        List.of(
            () -> gallery.remove("Zoe"),
            () -> gallery.rename("Zoe", "x"),
            () -> gallery.merge("Zoe", name(0)),
            () -> gallery.merge(name(0), "Zoe"),
            () -> gallery.retag("Zoe", tags -> tags));
    assertThat(changes)
        .allSatisfy(
            change ->
                assertThatThrownBy(change::run)
                    .isInstanceOf(GalleryException.class)
                    .hasMessage("nobody of the name \"Zoe\" is enrolled"));
  }

  @Test
  void names_thatCannotBe_areRefused() {
    List<Template> one = List.of(Faces.template(0, 1));
    assertThat(List.of("", "  ", "a\nb", "x".repeat(257)))
        .allSatisfy(
            name ->
                assertThatThrownBy(() -> gallery.enrol(name, one))
                    .isInstanceOf(IllegalArgumentException.class));
    assertThat(gallery.enrol("x".repeat(256), one)).isNotNull();
    assertThat(gallery.enrol("名前 Ünï", one)).isNotNull();
  }

  @Test
  void open_again_hasEverybody() {
    enrol(10);
    gallery.rename(name(3), "Renamed");
    gallery.remove(name(4));

    try (Gallery again = Gallery.open(table)) {
      assertThat(again.people().toList()).isEqualTo(gallery.people().toList()).hasSize(9);
      assertThat(again.damage()).isEmpty();
      assertThat(again.search(probe(3), GalleryFilter.EVERYBODY, 1))
          .extracting(Candidate::name)
          .containsExactly("Renamed");
    }
  }

  @Test
  void open_storeWithForeignTemplates_leavesThemOutAndSaysSo() {
    enrol(1);
    GalleryModel other = new GalleryModel("net:2", "roi", Faces.LENGTH);
    table.rows.put(
        "~",
        new Person("~", "foreign", Set.of(), List.of(Faces.template(other, Faces.face(1, 1)))));

    try (Gallery again = Gallery.open(table)) {
      assertThat(again.size()).isEqualTo(1);
      assertThat(again.damage()).singleElement().asString().contains("net:2");
    }
  }

  @Test
  void addAll_otherGallery_joinsPeopleOfOneName() {
    enrol(3);
    try (Gallery other = Gallery.inMemory()) {
      other.enrol(name(0), List.of(Faces.template(0, 1), Faces.template(0, 5)));
      other.enrol("New", List.of(Faces.template(50, 1)));

      gallery.addAll(other);

      assertThat(gallery.names()).containsExactly("New", name(0), name(1), name(2));
      assertThat(gallery.find(name(0)).orElseThrow().templates()).hasSize(3);
      assertThat(gallery.find("New")).isEqualTo(other.find("New"));
    }
  }

  @Test
  void addAll_personWhoWasRenamedSince_becomesTwoWithIdsOfTheirOwn() {
    enrol(1);
    Person exported = gallery.find(name(0)).orElseThrow();
    gallery.rename(name(0), "Married");

    gallery.addAll(List.of(exported));

    Person married = gallery.find("Married").orElseThrow();
    Person again = gallery.find(name(0)).orElseThrow();
    assertThat(married.id()).isEqualTo(exported.id());
    assertThat(married.templates()).isEqualTo(exported.templates());
    assertThat(again.id()).isNotEqualTo(exported.id());
    assertThat(again.templates())
        .extracting(Template::embedding)
        .isEqualTo(exported.templates().stream().map(Template::embedding).toList());
    assertThat(again.templates())
        .extracting(Template::id)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(exported.templates().stream().map(Template::id).toList());
    assertThat(table.rows).hasSize(2);
    assertThat(gallery.templateCount()).isEqualTo(4);
  }

  @Test
  void addAll_twoPeopleWithOneTemplateId_haveIdsOfTheirOwn() {
    Template shared = Faces.template(7, 1);
    Template other = Faces.template(8, 1);
    Template sameId =
        new Template(
            shared.id(),
            other.model(),
            other.embedding(),
            other.origin(),
            other.mask(),
            other.quality(),
            other.created());

    gallery.addAll(
        List.of(
            new Person("a", "Ada", Set.of(), List.of(shared)),
            new Person("b", "Bob", Set.of(), List.of(sameId))));

    assertThat(gallery.find("Ada").orElseThrow().templates()).containsExactly(shared);
    Template bobs = gallery.find("Bob").orElseThrow().templates().get(0);
    assertThat(bobs.embedding()).isEqualTo(other.embedding());
    assertThat(bobs.id()).isNotEqualTo(shared.id());
  }

  @Test
  void closed_refusesEverythingAndClosesTheStoreOnce() {
    enrol(1);
    gallery.close();
    gallery.close();

    assertThat(table.closed).isEqualTo(1);
    assertThatThrownBy(() -> gallery.enrol("x", List.of(Faces.template(0, 1))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> found(probe(0), 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void toString_namesNobody() {
    Person ada = gallery.enrol("Ada", List.of(Faces.template(0, 1)));
    Candidate candidate = gallery.search(probe(0), GalleryFilter.EVERYBODY, 1).get(0);

    assertThat(gallery + " " + ada + " " + candidate + " " + ada.templates()).doesNotContain("Ada");
    assertThat(ada.templates().toString()).doesNotContain(Float.toString(Faces.face(0, 1).get(0)));
  }

  /** Random changes beside a plain map: both agree after each. */
  @Test
  void randomChanges_agreeWithAMap() {
    Random random = new Random(5);
    Map<String, List<Template>> expected = new TreeMap<>();
    for (int step = 0; step < 600; step++) {
      String name = name(random.nextInt(12));
      String other = name(random.nextInt(12));
      List<Template> own = expected.get(name);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          Template added = Faces.template(random.nextInt(12), step);
          gallery.enrol(name, List.of(added));
          expected.computeIfAbsent(name, n -> new ArrayList<>()).add(added);
        }
        case 2 -> {
          if (own != null) {
            gallery.remove(name);
            expected.remove(name);
          }
        }
        default -> {
          if (own != null && !name.equals(other)) {
            if (expected.containsKey(other)) {
              gallery.merge(name, other);
              expected.get(other).addAll(own);
            } else {
              gallery.rename(name, other);
              expected.put(other, own);
            }
            expected.remove(name);
          }
        }
      }
      assertThat(gallery.names()).isEqualTo(List.copyOf(expected.keySet()));
    }
    assertThat(gallery.people().toList())
        .allSatisfy(
            person ->
                assertThat(person.templates())
                    .containsExactlyInAnyOrderElementsOf(expected.get(person.name())));
    Embedding probe = probe(3);
    assertThat(gallery.search(probe, GalleryFilter.EVERYBODY, 20))
        .extracting(Candidate::name)
        .isEqualTo(
            expected.entrySet().stream()
                .sorted(
                    Comparator.comparingDouble(
                        e ->
                            -e.getValue().stream()
                                .mapToDouble(t -> probe.dot(t.embedding()))
                                .max()
                                .orElseThrow()))
                .map(Map.Entry::getKey)
                .toList());
  }
}
