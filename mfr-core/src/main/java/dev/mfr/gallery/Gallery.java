package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.lucene.LuceneGalleryStore;
import dev.mfr.internal.Spares;
import dev.mfr.internal.UseCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Enrolled people and their templates: who is here can be recognised, everybody else is nobody
 * known.
 *
 * <pre>{@code
 * try (Gallery gallery = Gallery.open(Path.of("people.gallery"));
 *     MaskedFaceRecognizer recognizer =
 *         MaskedFaceRecognizer.builder().gallery(gallery).build()) {
 *   recognizer.enrol("Ada", Path.of("ada.jpg"));
 *   recognizer.recognize(Path.of("masked.jpg")).faces().forEach(face ->
 *       System.out.println(face.identity().orElse("nobody known")));
 * }
 * }</pre>
 *
 * <p>Every change is on the disk when the method returns, and searches that begin afterwards see
 * it. All templates are of one {@link GalleryModel}; what another one made is refused. Holds
 * biometric data.
 *
 * <p>Thread-safe: any number of threads search while others enrol and remove; changes are made one
 * after another. A search takes no lock. Whoever opened a gallery closes it.
 */
public final class Gallery implements AutoCloseable {
  /** Up to how many templates searches are exact, unless said otherwise: {@value}. */
  public static final int DEFAULT_EXACT_UP_TO = GrowingIndex.EXACT_UP_TO;

  private static final int MAX_NAME = 256;

  private final GalleryStore store;
  private final IndexFactory indexes;
  private final List<String> damage;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<String, Enrolled> byId = new ConcurrentHashMap<>();
  private final Map<String, Enrolled> byName = new ConcurrentHashMap<>();
  private final Map<Integer, Enrolled.Kept> bySlot = new ConcurrentHashMap<>();
  private final Spares<TemplateIndex.Hits> spares = new Spares<>(TemplateIndex.Hits::new);
  private volatile @Nullable Indexed indexed;
  private final AtomicInteger photographs = new AtomicInteger();
  private final UseCount uses;
  private int nextSlot;

  /** The vectors and what made them. */
  private record Indexed(GalleryModel model, TemplateIndex index) {}

  /** Makes an empty index. */
  @FunctionalInterface
  interface IndexFactory {
    TemplateIndex create(int embeddingLength);
  }

  Gallery(GalleryStore store, IndexFactory indexes) {
    this.store = store;
    this.indexes = indexes;
    List<String> lost = new ArrayList<>();
    lost.addAll(store.read(person -> takeIn(person, lost)));
    this.damage = List.copyOf(lost);
    this.uses = new UseCount("this gallery", this::release);
  }

  /** {@return an empty gallery that is gone with the process} */
  public static Gallery inMemory() {
    return open(new MemoryStore());
  }

  /**
   * {@return the gallery of a folder; it is made when there is none}
   *
   * <p>Needs {@code org.apache.lucene:lucene-core} on the class path.
   *
   * @param folder the folder; absent, empty, or a gallery's
   * @throws GalleryException when Lucene is missing, another process has the gallery open, the
   *     folder is of a newer version, holds something else, or cannot be read
   */
  public static Gallery open(Path folder) {
    return open(LuceneGalleryStore.open(folder));
  }

  /**
   * {@return the gallery of a folder, to be searched only: changes are refused}
   *
   * <p>The folder may be read-only, and another process may be writing to it; what it changes is
   * not seen before the gallery is opened again.
   *
   * @param folder a gallery's folder
   * @throws GalleryException when Lucene is missing, or there is no gallery that can be read
   */
  public static Gallery openReadOnly(Path folder) {
    return open(LuceneGalleryStore.openReadOnly(folder));
  }

  /**
   * {@return the gallery of a store, such as a database of yours}
   *
   * @param store where the people last; the gallery closes it, also when opening fails
   * @throws GalleryException when the store cannot be read
   */
  public static Gallery open(GalleryStore store) {
    return open(store, DEFAULT_EXACT_UP_TO);
  }

  /**
   * {@return the gallery of a store, with a size from which on searches are approximate}
   *
   * @param store where the people last; the gallery closes it, also when opening fails
   * @param exactUpTo up to how many templates a probe is compared with each of them; beyond, an
   *     index is built in the background, and from then on a near person may be missed now and
   *     then. {@link Integer#MAX_VALUE} for never; default {@value #DEFAULT_EXACT_UP_TO}
   * @throws GalleryException when the store cannot be read
   */
  public static Gallery open(GalleryStore store, int exactUpTo) {
    checkArgument(exactUpTo >= 0, "the greatest exact size is 0 or more, got %s", exactUpTo);
    try {
      return new Gallery(store, length -> new GrowingIndex(length, exactUpTo));
    } catch (RuntimeException | Error e) {
      try {
        store.close();
      } catch (RuntimeException other) {
        e.addSuppressed(other);
      }
      throw e;
    }
  }

  private void takeIn(Person person, List<String> lost) {
    Template first = person.templates().get(0);
    Indexed now = indexed;
    if (now != null && !now.model().equals(first.model())) {
      lost.add(
          "a person's templates were made by "
              + first.model().embedderId()
              + ", the others by "
              + now.model().embedderId()
              + "; they are left out");
      return;
    }
    Person named = person;
    for (int i = 2; byName.containsKey(named.name()); i++) {
      named =
          new Person(
              person.id(), person.name() + " (" + i + ")", person.tags(), person.templates());
    }
    if (!named.name().equals(person.name())) {
      lost.add("two people had the same name; the second one has a number after it now");
    }
    publish(named, Map.of());
  }

  /** {@return what made the templates, or empty when there was none yet} */
  public Optional<GalleryModel> model() {
    return Optional.ofNullable(indexed).map(Indexed::model);
  }

  /** {@return how many people are enrolled} */
  public int size() {
    return byId.size();
  }

  /** {@return how many templates there are, of all people} */
  public int templateCount() {
    return bySlot.size();
  }

  /** {@return how many photographs people were enrolled from: templates that are not synthetic} */
  public int photographCount() {
    return photographs.get();
  }

  /** {@return whether the gallery is so large that a search may miss a near person now and then} */
  public boolean isApproximate() {
    Indexed now = indexed;
    return now != null && now.index().isApproximate();
  }

  /** {@return a sentence for each thing that was damaged when the gallery was opened} */
  public List<String> damage() {
    return damage;
  }

  /** {@return the names of all people, sorted} */
  public List<String> names() {
    return byName.keySet().stream().sorted().toList();
  }

  /**
   * {@return whether somebody has a name}
   *
   * @param name the name
   */
  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  /**
   * {@return a person with all templates, or empty when nobody has the name}
   *
   * @param name the name
   */
  public Optional<Person> find(String name) {
    uses.enter();
    try {
      return Optional.ofNullable(byName.get(name)).flatMap(this::whole);
    } finally {
      uses.exit();
    }
  }

  /**
   * {@return everybody who is enrolled now, sorted by the names of now; read while the stream is
   * consumed}
   *
   * <p>Who is renamed meanwhile comes with the new name, who is removed not at all.
   */
  public Stream<Person> people() {
    List<Enrolled> all = new ArrayList<>(byId.values());
    all.sort(Comparator.comparing(Enrolled::name));
    return all.stream().map(Enrolled::id).flatMap(id -> findById(id).stream());
  }

  private Optional<Person> findById(String id) {
    uses.enter();
    try {
      return Optional.ofNullable(byId.get(id)).flatMap(this::whole);
    } finally {
      uses.exit();
    }
  }

  /** Empty when the person was changed meanwhile, so that a vector is gone. */
  private Optional<Person> whole(Enrolled person) {
    Enrolled current = person;
    while (current != null) {
      Indexed now = requireNonNull(indexed);
      List<Template> templates = new ArrayList<>(current.templates().size());
      float[] numbers = new float[now.model().embeddingLength()];
      boolean complete = true;
      for (Enrolled.Kept kept : current.templates()) {
        if (!now.index().copyInto(kept.slot(), numbers)) {
          complete = false;
          break;
        }
        templates.add(
            new Template(
                kept.id(),
                now.model(),
                Embedding.of(numbers),
                kept.origin(),
                kept.mask(),
                kept.quality(),
                kept.created()));
      }
      if (complete) {
        return Optional.of(new Person(current.id(), current.name(), current.tags(), templates));
      }
      Enrolled next = byId.get(current.id());
      if (current.equals(next)) {
        return Optional.empty();
      }
      current = next;
    }
    return Optional.empty();
  }

  /**
   * Adds templates to a person, who is made when nobody has the name.
   *
   * <p>A template whose embedding the person already has is left out.
   *
   * @param name the person: not blank, at most 256 characters, none of them a control character
   * @param templates one or more
   * @return the person as it is then
   * @throws GalleryException when the templates are of another model than the gallery's, or cannot
   *     be written; nothing has changed then
   */
  public Person enrol(String name, Collection<Template> templates) {
    enrolAll(Map.of(name, templates));
    return find(name)
        .orElseThrow(() -> new GalleryException("the person was removed meanwhile", null));
  }

  /**
   * Adds templates to several people, in one step: all or none of it is done. Much faster than one
   * after another.
   *
   * @param templates one or more for each name
   * @throws GalleryException when templates are of another model than the gallery's, or cannot be
   *     written; nothing has changed then
   */
  public void enrolAll(Map<String, ? extends Collection<Template>> templates) {
    templates.forEach(
        (name, own) -> {
          checkName(name);
          checkArgument(!own.isEmpty(), "an enrolment needs one template or more");
        });
    change(
        () -> {
          List<Person> written = new ArrayList<>();
          templates.forEach(
              (name, own) -> {
                List<Template> fresh = List.copyOf(own);
                Enrolled known = byName.get(name);
                if (known == null) {
                  written.add(
                      new Person(UUID.randomUUID().toString(), name, Set.of(), distinct(fresh)));
                  return;
                }
                Person person = wholeOrThrow(known);
                List<Template> all = new ArrayList<>(person.templates());
                all.addAll(fresh);
                List<Template> kept = distinct(all);
                if (kept.size() > person.templates().size()) {
                  checkModel(fresh.get(0).model());
                  written.add(new Person(person.id(), name, person.tags(), kept));
                }
              });
          return new Change(written, List.of());
        });
  }

  private static List<Template> distinct(List<Template> templates) {
    Map<Embedding, Template> first = new LinkedHashMap<>();
    for (Template template : templates) {
      first.putIfAbsent(template.embedding(), template);
    }
    return List.copyOf(first.values());
  }

  /**
   * Removes a person: all templates and the name, from memory and from the store.
   *
   * @param name the person
   * @throws GalleryException when nobody has the name, or the store fails; then nothing has changed
   */
  public void remove(String name) {
    removeAll(List.of(name));
  }

  /**
   * Removes people in one step: all or none of it is done. Much faster than one after another.
   *
   * @param names the people
   * @throws GalleryException when nobody has one of the names, or the store fails; then nothing has
   *     changed
   */
  public void removeAll(Collection<String> names) {
    change(
        () ->
            new Change(
                List.of(), names.stream().distinct().map(name -> known(name).id()).toList()));
  }

  /**
   * Removes one of a person's templates; the last one takes the person with it.
   *
   * <p>A photograph's takes with it those that follow it and are of masks drawn on it, as an
   * enrolment adds them: nothing that was made from the photograph is left. A drawn mask's goes
   * alone.
   *
   * @param name the person
   * @param templateId the template
   * @throws GalleryException when there is no such template, or the store fails
   */
  public void removeTemplate(String name, String templateId) {
    change(
        () -> {
          Person person = wholeOrThrow(known(name));
          List<Template> left = without(person.templates(), templateId);
          if (left.size() == person.templates().size()) {
            throw new GalleryException("\"" + name + "\" has no template " + templateId, null);
          }
          return left.isEmpty()
              ? new Change(List.of(), List.of(person.id()))
              : new Change(List.of(new Person(person.id(), name, person.tags(), left)), List.of());
        });
  }

  private static List<Template> without(List<Template> templates, String id) {
    List<Template> left = new ArrayList<>();
    boolean ofThePhotograph = false;
    for (Template template : templates) {
      if (template.id().equals(id)) {
        ofThePhotograph = template.origin() == TemplateOrigin.PHOTOGRAPH;
      } else {
        ofThePhotograph &= template.origin() == TemplateOrigin.SYNTHETIC_MASK;
        if (!ofThePhotograph) {
          left.add(template);
        }
      }
    }
    return left;
  }

  /**
   * Gives a person another name; the old one is gone from the store too.
   *
   * @param name the person
   * @param newName as for {@link #enrol}
   * @throws GalleryException when nobody has the name, somebody has the new one, or the store fails
   */
  public void rename(String name, String newName) {
    checkName(newName);
    change(
        () -> {
          Person person = wholeOrThrow(known(name));
          if (name.equals(newName)) {
            return Change.NONE;
          }
          if (byName.containsKey(newName)) {
            throw new GalleryException(
                "\""
                    + newName
                    + "\" is enrolled already; merge the two if they are one person, or take another name",
                null);
          }
          return new Change(
              List.of(new Person(person.id(), newName, person.tags(), person.templates())),
              List.of());
        });
  }

  /**
   * Makes one person of two: templates and tags of the one go to the other.
   *
   * @param from who is gone afterwards
   * @param into who has everything then
   * @throws GalleryException when nobody has one of the names, or the store fails
   */
  public void merge(String from, String into) {
    checkArgument(!from.equals(into), "a person cannot be merged with itself");
    change(
        () -> {
          Person gone = wholeOrThrow(known(from));
          Person left = wholeOrThrow(known(into));
          List<Template> templates = new ArrayList<>(left.templates());
          templates.addAll(gone.templates());
          Set<String> tags = new HashSet<>(left.tags());
          tags.addAll(gone.tags());
          return new Change(
              List.of(new Person(left.id(), into, tags, distinct(templates))), List.of(gone.id()));
        });
  }

  /**
   * Changes a person's tags.
   *
   * @param name the person
   * @param change gives the new tags from the present ones
   * @throws GalleryException when nobody has the name, or the store fails
   */
  public void retag(String name, UnaryOperator<Set<String>> change) {
    change(
        () -> {
          Person person = wholeOrThrow(known(name));
          Set<String> tags = Set.copyOf(change.apply(person.tags()));
          return tags.equals(person.tags())
              ? Change.NONE
              : new Change(
                  List.of(new Person(person.id(), name, tags, person.templates())), List.of());
        });
  }

  /**
   * Adds everybody of another gallery in one step; people of one name become one person.
   *
   * @param other of the same model; not changed
   * @throws GalleryException when it is of another model, or the store fails; nothing has changed
   *     then
   */
  public void addAll(Gallery other) {
    checkArgument(other != this, "a gallery cannot be added to itself");
    List<Person> people = other.people().toList();
    addAll(people);
  }

  /**
   * Adds people in one step; one whose name is enrolled already becomes part of that person. People
   * of different names are different people: one whose id is taken gets another one.
   *
   * @param people as a gallery's {@link #people()} gives them
   * @throws GalleryException when they are of another model, or the store fails; nothing has
   *     changed then
   */
  public void addAll(Collection<Person> people) {
    people.forEach(person -> checkName(person.name()));
    change(
        () -> {
          Map<String, Person> written = new LinkedHashMap<>();
          Map<String, String> owners = new HashMap<>();
          Set<String> ids = new HashSet<>(byId.keySet());
          byName.forEach((name, own) -> own.templates().forEach(t -> owners.put(t.id(), name)));
          for (Person given : people) {
            Person person = withOwnTemplateIds(given, owners);
            Person known = written.get(person.name());
            if (known == null) {
              Enrolled enrolled = byName.get(person.name());
              known = enrolled == null ? null : wholeOrThrow(enrolled);
            }
            if (known == null) {
              String id = ids.add(person.id()) ? person.id() : UUID.randomUUID().toString();
              written.put(
                  person.name(),
                  new Person(id, person.name(), person.tags(), distinct(person.templates())));
              continue;
            }
            checkSame(known.templates().get(0).model(), person.templates().get(0).model());
            List<Template> templates = new ArrayList<>(known.templates());
            templates.addAll(person.templates());
            Set<String> tags = new HashSet<>(known.tags());
            tags.addAll(person.tags());
            written.put(
                person.name(), new Person(known.id(), known.name(), tags, distinct(templates)));
          }
          return new Change(List.copyOf(written.values()), List.of());
        });
  }

  /**
   * The person, with new ids for templates whose ids others have: one who was exported, renamed and
   * imported again is two people.
   */
  private static Person withOwnTemplateIds(Person person, Map<String, String> owners) {
    List<Template> templates = new ArrayList<>();
    for (Template t : person.templates()) {
      boolean free = owners.getOrDefault(t.id(), person.name()).equals(person.name());
      Template own =
          free
              ? t
              : new Template(
                  UUID.randomUUID().toString(),
                  t.model(),
                  t.embedding(),
                  t.origin(),
                  t.mask(),
                  t.quality(),
                  t.created());
      owners.put(own.id(), person.name());
      templates.add(own);
    }
    return new Person(person.id(), person.name(), person.tags(), templates);
  }

  /**
   * Checks that a person can have a name, before work is put into it.
   *
   * @param name not blank, at most 256 characters, none of them a control character
   * @throws IllegalArgumentException when it is not so; the message says why
   */
  public static void checkName(String name) {
    checkArgument(!name.isBlank(), "a person needs a name");
    checkArgument(
        name.length() <= MAX_NAME,
        "a name has at most %s characters, got %s",
        MAX_NAME,
        name.length());
    checkArgument(
        name.chars().noneMatch(Character::isISOControl), "a name must not hold control characters");
  }

  private Enrolled known(String name) {
    Enrolled person = byName.get(name);
    if (person == null) {
      throw new GalleryException("nobody of the name \"" + name + "\" is enrolled", null);
    }
    return person;
  }

  private Person wholeOrThrow(Enrolled person) {
    return whole(person)
        .orElseThrow(() -> new IllegalStateException("a person's vectors are missing"));
  }

  /** What a change writes and removes. */
  private record Change(List<Person> written, List<String> removed) {
    static final Change NONE = new Change(List.of(), List.of());
  }

  /** Decides on a change. */
  private interface Decision {
    Change decide();
  }

  private void change(Decision decision) {
    uses.enter();
    changing.lock();
    try {
      Change change = decision.decide();
      if (change.written().isEmpty() && change.removed().isEmpty()) {
        return;
      }
      GalleryModel model = null;
      Set<String> ids = new HashSet<>();
      for (Person person : change.written()) {
        GalleryModel its = person.templates().get(0).model();
        if (model != null) {
          checkSame(model, its);
        }
        model = its;
        checkArgument(ids.add(person.id()), "two people have the id %s", person.id());
        for (Template template : person.templates()) {
          checkArgument(ids.add(template.id()), "two templates have the id %s", template.id());
        }
      }
      if (model != null) {
        checkModel(model);
      }
      store.apply(change.written(), change.removed());
      // Who goes gives templates to who stays: first these, so that a search finds one of the two.
      Map<String, Enrolled.Kept> given = new HashMap<>();
      if (!change.written().isEmpty()) {
        for (String id : change.removed()) {
          requireNonNull(byId.get(id)).templates().forEach(kept -> given.put(kept.id(), kept));
        }
      }
      change.written().forEach(person -> publish(person, given));
      change.removed().forEach(id -> forget(requireNonNull(byId.get(id))));
    } finally {
      changing.unlock();
      uses.exit();
    }
  }

  private void checkModel(GalleryModel model) {
    Indexed now = indexed;
    if (now != null && !bySlot.isEmpty()) {
      checkSame(now.model(), model);
    }
  }

  static void checkSame(GalleryModel gallery, GalleryModel other) {
    if (gallery.equals(other)) {
      return;
    }
    if (!gallery.embedderId().equals(other.embedderId())) {
      throw new GalleryException(
          "the templates were made by "
              + gallery.embedderId()
              + " and cannot be compared with one of "
              + other.embedderId()
              + "; use the same embedder, or enrol everybody again in a new gallery",
          null);
    }
    throw new GalleryException(
        "the templates are of faces cropped as \""
            + gallery.viewRecipe()
            + "\" and cannot be compared with one cropped as \""
            + other.viewRecipe()
            + "\"; use the same detector and cropper, or enrol everybody again in a new gallery",
        null);
  }

  private void forget(Enrolled person) {
    Indexed now = requireNonNull(indexed);
    byName.remove(person.name());
    byId.remove(person.id());
    for (Enrolled.Kept kept : person.templates()) {
      // Unless it was given to somebody else.
      if (bySlot.remove(kept.slot(), kept)) {
        now.index().remove(kept.slot());
      }
    }
    photographs.addAndGet(-person.photographs());
  }

  /**
   * Makes a person visible, in place of who has the id.
   *
   * @param given templates of people who are about to go; those that the person has are moved
   */
  private void publish(Person person, Map<String, Enrolled.Kept> given) {
    GalleryModel model = person.templates().get(0).model();
    Indexed now = indexed;
    if (now == null || !now.model().equals(model)) {
      if (now != null) {
        now.index().close();
      }
      now = new Indexed(model, indexes.create(model.embeddingLength()));
      indexed = now;
    }
    Enrolled old = byId.get(person.id());
    Map<String, Enrolled.Kept> before = new HashMap<>();
    if (old != null) {
      old.templates().forEach(kept -> before.put(kept.id(), kept));
    }
    boolean isNew = before.isEmpty() && given.isEmpty();
    List<Enrolled.Kept> templates = new ArrayList<>(person.templates().size());
    List<Template> added = new ArrayList<>();
    List<Enrolled.Kept> moved = new ArrayList<>();
    for (Template template : person.templates()) {
      Enrolled.Kept kept = isNew ? null : before.remove(template.id());
      Enrolled.Kept from = isNew ? null : given.get(template.id());
      if (kept == null && from != null) {
        kept =
            new Enrolled.Kept(
                from.slot(),
                person.id(),
                from.id(),
                from.origin(),
                from.mask(),
                from.quality(),
                from.created());
        moved.add(kept);
      }
      if (kept == null) {
        kept =
            new Enrolled.Kept(
                nextSlot++,
                person.id(),
                template.id(),
                template.origin(),
                template.mask(),
                template.quality(),
                template.created());
        added.add(template);
        bySlot.put(kept.slot(), kept);
      }
      templates.add(kept);
    }
    Enrolled enrolled = new Enrolled(person.id(), person.name(), person.tags(), templates);
    // The vectors come before the person and go after it, so that a whole person can be read.
    int first = nextSlot - added.size();
    float[] numbers = new float[model.embeddingLength()];
    for (int i = 0; i < added.size(); i++) {
      added.get(i).embedding().copyInto(numbers);
      now.index().add(first + i, numbers);
    }
    byId.put(person.id(), enrolled);
    moved.forEach(kept -> bySlot.put(kept.slot(), kept));
    byName.put(person.name(), enrolled);
    if (old != null && !old.name().equals(person.name())) {
      byName.remove(old.name());
    }
    for (Enrolled.Kept gone : before.values()) {
      bySlot.remove(gone.slot());
      now.index().remove(gone.slot());
    }
    photographs.addAndGet(enrolled.photographs() - (old == null ? 0 : old.photographs()));
  }

  /**
   * {@return the people who are most alike to a face, the most alike first; at most as many as
   * asked for}
   *
   * <p>Says only who is near, not whether it is that person: {@link GalleryClassifier} decides. All
   * templates are compared, those with drawn masks too.
   *
   * @param probe an embedding of the gallery's model
   * @param filter who may be found
   * @param people how many at most, 1 or more
   */
  public List<Candidate> search(Embedding probe, GalleryFilter filter, int people) {
    Indexed now = indexed;
    checkArgument(
        now == null || probe.length() == now.model().embeddingLength(),
        "the gallery's embeddings have another length than %s",
        probe.length());
    return search(probe.toArray(), MaskState.NOT_SURE, filter, people);
  }

  /**
   * The probe may have any length, as its blocks may be weighed; whether it wears a mask says which
   * templates answer it.
   */
  List<Candidate> search(float[] probe, MaskState mask, GalleryFilter filter, int people) {
    checkArgument(people >= 1, "a search is for 1 person or more, got %s", people);
    uses.enter();
    TemplateIndex.Hits hits = spares.take();
    try {
      Indexed now = indexed;
      if (now == null || bySlot.isEmpty()) {
        return List.of();
      }
      int most = Math.min(people, Math.max(1, byId.size()));
      for (long wanted = Math.max(8, 3L * most); ; wanted *= 4) {
        int count = (int) Math.min(wanted, Math.max(8, bySlot.size() + 1L));
        now.index().search(probe, slot -> isAccepted(slot, mask, filter), count, hits);
        List<Candidate> found = people(hits, most);
        if (found.size() == most || hits.size < count) {
          return found;
        }
      }
    } finally {
      spares.give(hits);
      uses.exit();
    }
  }

  private boolean isAccepted(int slot, MaskState mask, GalleryFilter filter) {
    Enrolled.Kept kept = bySlot.get(slot);
    // Thresholds for bare probes were measured with bare templates.
    if (kept == null
        || !kept.origin().answers(mask)
        || (mask == MaskState.UNMASKED && kept.mask().state() == MaskState.MASKED)) {
      return false;
    }
    Enrolled person = owner(slot);
    return person != null && filter.accepts(person.name(), person.tags());
  }

  /** The person who has a template, also while it moves from one to another. */
  private @Nullable Enrolled owner(int slot) {
    while (true) {
      Enrolled.Kept kept = bySlot.get(slot);
      Enrolled person = kept == null ? null : byId.get(kept.personId());
      if (person != null || kept == null || kept.equals(bySlot.get(slot))) {
        return person;
      }
    }
  }

  private List<Candidate> people(TemplateIndex.Hits hits, int people) {
    List<Candidate> found = new ArrayList<>(people);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < hits.size && found.size() < people; i++) {
      Enrolled.Kept kept = bySlot.get(hits.slots[i]);
      Enrolled person = owner(hits.slots[i]);
      if (kept != null && person != null && seen.add(person.id())) {
        found.add(new Candidate(person.id(), person.name(), hits.scores[i], kept.id()));
      }
    }
    return found;
  }

  /** {@return how many photographs the people whom a filter accepts were enrolled from} */
  int photographCount(GalleryFilter filter) {
    if (filter == GalleryFilter.EVERYBODY) {
      return photographs.get();
    }
    int count = 0;
    for (Enrolled person : byId.values()) {
      if (filter.accepts(person.name(), person.tags())) {
        count += person.photographs();
      }
    }
    return count;
  }

  private void release() {
    Indexed now = indexed;
    try {
      if (now != null) {
        now.index().close();
      }
    } finally {
      store.close();
    }
  }

  /**
   * Closes the store: at once, or when the last running call returns. A second call does nothing.
   *
   * @throws GalleryException when the store fails to close
   */
  @Override
  public void close() {
    uses.close();
  }

  /** {@return how many people and templates there are, never who} */
  @Override
  public String toString() {
    return "Gallery[" + size() + " people, " + templateCount() + " templates]";
  }
}
