package dev.mfr.gallery;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The simplest store: a map. */
public final class MemoryGalleryStore implements GalleryStore {
  private final Map<String, Person> people = new LinkedHashMap<>();

  @Override
  public synchronized List<String> read(Consumer<Person> consumer) {
    people.values().forEach(consumer);
    return List.of();
  }

  @Override
  public synchronized void apply(Collection<Person> written, Collection<String> removed) {
    Set<String> ids = new HashSet<>(removed);
    for (Person person : written) {
      if (!ids.add(person.id())) {
        throw new IllegalArgumentException("an id is named twice: " + person.id());
      }
    }
    removed.forEach(people::remove);
    written.forEach(person -> people.put(person.id(), person));
  }

  @Override
  public void close() {}
}
