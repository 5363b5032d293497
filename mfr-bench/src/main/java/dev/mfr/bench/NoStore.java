package dev.mfr.bench;

import dev.mfr.gallery.GalleryStore;
import dev.mfr.gallery.Person;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Keeps nothing, so that searches alone are measured. */
final class NoStore implements GalleryStore {
  @Override
  public List<String> read(Consumer<Person> consumer) {
    return List.of();
  }

  @Override
  public void apply(Collection<Person> written, Collection<String> removed) {}

  @Override
  public void close() {}
}
