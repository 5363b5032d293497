package dev.mfr.gallery;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a gallery's people last beyond the process: a folder, or a database of yours.
 *
 * <p>A store keeps whole people, and is read before it is first changed. {@link #apply} is all or
 * nothing, and what it has taken is there after a crash. One open store at a time may write to a
 * place. Calls come one at a time, from any thread; the gallery that was given a store closes it.
 */
public interface GalleryStore extends AutoCloseable {

  /**
   * Reads everybody.
   *
   * @param consumer hears of each person once
   * @return a sentence for each thing that is damaged and was left out; empty when all is well
   * @throws GalleryException when nothing can be read
   */
  List<String> read(Consumer<Person> consumer);

  /**
   * Writes people and removes others, all or nothing; when it returns, it will survive a crash.
   *
   * @param written people as they are from now on, each in place of who has the same id
   * @param removed ids of people who go; nothing of them is left in the store when this returns
   * @throws IllegalArgumentException when an id occurs twice
   * @throws GalleryException when it fails; then the store is as before, or says that the change is
   *     made and has to be repeated until nothing of the removed is left
   */
  void apply(Collection<Person> written, Collection<String> removed);

  /** Frees the place; safe to call twice. */
  @Override
  void close();
}
