package dev.mfr.gallery.lucene;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.GalleryStore;
import dev.mfr.gallery.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A gallery's people in a folder, as an Apache Lucene index. Needs {@code
 * org.apache.lucene:lucene-core} on the class path.
 *
 * <p><b>The folder holds biometric data</b> and names: guard it as the pictures themselves. One
 * that is made here is its owner's alone where the file system is POSIX ({@code rwx------}); the
 * rights of one that is there are left as they are. Copy it only while no store has it open for
 * writing. Names and templates are not encrypted; use an encrypted disk where that is asked for.
 * When {@link #apply} returns, no file of the folder has anything of who was removed, or the old
 * name of who was renamed; what a disk keeps of deleted files, and copies that you made, are not
 * its matter.
 *
 * <p>One store at a time writes to a folder, in whichever process; a second one is refused. Any
 * number may read it meanwhile ({@link #openReadOnly}). A process that is killed, or a machine that
 * loses its power, loses at most the change whose {@code apply} had not returned. A change that
 * fails, for a full disk say, changes nothing, and the store stays usable. (If only the deletion of
 * old files fails, the message says that the change was made and is to be repeated.)
 *
 * <p>Everybody of 100,000 templates is read in 0.8 seconds by a process that has just begun, on two
 * cores, and in a fifth of a second later: the folder is read ahead by all processors but one while
 * the calling thread takes people in. Removing or renaming somebody copies up to 16 MB for each
 * part of the folder concerned, some tenths of a second; many at once cost little more, so put them
 * into one {@code apply}.
 *
 * <p>A damaged folder is opened and read as far as it goes, and takes no changes until {@link
 * #repair} was called. Every template has a checksum, so none is taken that is not as it was
 * written.
 *
 * <p>Thread-safe. Whoever opened it closes it, or the gallery that was given it.
 */
public final class LuceneGalleryStore implements GalleryStore {
  /*
   * No type of Lucene is named here, so that this class can be loaded, and say what is missing, without it.
   *
   * Work is done in a thread of the store's own. A thread that is interrupted while it uses a file channel closes it, and
   * the lock with it; nobody interrupts this one.
   */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ExecutorService thread;
  private final GalleryIndex index;
  private final Path folder;

  private LuceneGalleryStore(Path folder, Callable<GalleryIndex> opening) {
    this.folder = folder;
    checkLucene(folder);
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread t = new Thread(task, "mfr-gallery");
              t.setDaemon(true);
              return t;
            });
    try {
      index = call(opening);
    } catch (RuntimeException | Error e) {
      thread.shutdown();
      throw e;
    }
  }

  /**
   * Opens the gallery in a folder, and begins one if the folder is missing or empty.
   *
   * @param folder of a gallery; no other store has it open for writing
   * @return a store that reads and writes
   * @throws GalleryException when another store has the folder open, it holds something else or a
   *     newer format, it cannot be written, or Lucene is not on the class path
   */
  public static LuceneGalleryStore open(Path folder) {
    return new LuceneGalleryStore(
        folder, () -> GalleryIndex.open(new GalleryFolder(folder), directory -> directory));
  }

  /**
   * Opens the gallery in a folder for reading only; another store, of any process, may write to it
   * meanwhile. Each {@link #read} gives the people of that moment.
   *
   * @param folder of a gallery; not modified, so that it may lie on a medium that cannot be written
   * @return a store whose {@link #apply} throws
   * @throws GalleryException when the folder holds no gallery or a newer format, it cannot be read,
   *     or Lucene is not on the class path
   */
  public static LuceneGalleryStore openReadOnly(Path folder) {
    return new LuceneGalleryStore(
        folder, () -> GalleryIndex.openReadOnly(new GalleryFolder(folder)));
  }

  /** A store over an index that was opened otherwise. */
  static LuceneGalleryStore over(Path folder, Callable<GalleryIndex> opening) {
    return new LuceneGalleryStore(folder, opening);
  }

  /**
   * Makes a damaged gallery usable again: what can be read goes into a new folder that takes the
   * place of the old one. The damaged folder is kept beside it, named in the last sentence of the
   * answer, for you to look at and delete. A gallery that is well is left as it is.
   *
   * @param folder of a gallery that no store has open; its parent can be written
   * @return a sentence for each thing that was lost, and where the damaged files are; empty when
   *     nothing was damaged
   * @throws GalleryException when it cannot be done; then the folder is as it was
   */
  public static List<String> repair(Path folder) {
    GalleryFolder old = new GalleryFolder(folder);
    List<String> losses;
    try (LuceneGalleryStore store = open(folder)) {
      List<Person> people = new ArrayList<>();
      losses = new ArrayList<>(store.read(people::add));
      if (losses.isEmpty()) {
        return List.of();
      }
      begin(old.repaired(), people);
    }
    Path damaged = old.beside("damaged-" + TIME.format(Clock.systemUTC().instant()));
    try {
      new GalleryFolder(old.repaired()).takeRights(old);
      Files.move(old.path(), damaged);
      Files.move(old.repaired(), old.path());
    } catch (IOException e) {
      throw new GalleryException(
          "the gallery %s was repaired into %s, which could not take its place; move it there yourself"
              .formatted(old.path(), old.repaired()),
          e);
    }
    losses.add(
        "the damaged files were kept in %s; they are biometric data, delete them when they have served"
            .formatted(damaged));
    return losses;
  }

  /**
   * Copies what can be read of a gallery, damaged or not, into a new one.
   *
   * @param folder of a gallery; not modified
   * @param target missing or empty
   * @return a sentence for each thing that was lost
   * @throws GalleryException when the first cannot be read or the second not be written
   */
  public static List<String> salvage(Path folder, Path target) {
    try (LuceneGalleryStore store = openReadOnly(folder)) {
      List<Person> people = new ArrayList<>();
      List<String> losses = store.read(people::add);
      begin(target, people);
      return losses;
    }
  }

  private static void begin(Path target, List<Person> people) {
    if (!new GalleryFolder(target).isEmpty()) {
      throw new GalleryException(
          "the folder %s is in the way; move or delete it".formatted(target), null);
    }
    try (LuceneGalleryStore store = open(target)) {
      store.apply(people, List.of());
    }
  }

  @Override
  public List<String> read(Consumer<Person> consumer) {
    BlockingQueue<Optional<FoundPeople>> parts = new LinkedBlockingQueue<>();
    Future<List<String>> reading =
        submit(
            () -> {
              try {
                return index.read(part -> parts.add(Optional.of(part)));
              } finally {
                parts.add(Optional.empty());
              }
            });
    // People are handed out on this thread while others are still being read.
    List<String> losses = new ArrayList<>();
    for (Optional<FoundPeople> part = take(parts); part.isPresent(); part = take(parts)) {
      losses.addAll(part.get().handOut(consumer));
    }
    return Stream.concat(result(reading).stream(), losses.stream()).toList();
  }

  @Override
  public void apply(Collection<Person> written, Collection<String> removed) {
    Set<String> ids = new HashSet<>(removed);
    for (Person person : written) {
      if (!ids.add(person.id())) {
        throw new IllegalArgumentException(
            "a change names the person with the id %s twice".formatted(person.id()));
      }
    }
    if (ids.isEmpty()) {
      return;
    }
    List<Person> people = List.copyOf(written);
    List<String> gone = List.copyOf(removed);
    call(
        () -> {
          index.apply(people, gone);
          return true;
        });
  }

  @Override
  public void close() {
    if (!thread.isShutdown()) {
      call(
          () -> {
            index.close();
            return true;
          });
      thread.shutdown();
    }
  }

  private static <T> T take(BlockingQueue<T> queue) {
    return Uninterruptibles.takeUninterruptibly(queue);
  }

  private <T> T call(Callable<T> task) {
    return result(submit(task));
  }

  private <T> Future<T> submit(Callable<T> task) {
    if (thread.isShutdown()) {
      throw new IllegalStateException("the gallery's store is closed");
    }
    return thread.submit(task);
  }

  private <T> T result(Future<T> future) {
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(future));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof NoClassDefFoundError) {
        throw luceneMissing(folder, cause);
      }
      if (cause instanceof GalleryException failure) {
        // With the trace of the caller too.
        throw new GalleryException(String.valueOf(failure.getMessage()), failure);
      }
      if (cause instanceof IllegalArgumentException failure) {
        throw new IllegalArgumentException(failure.getMessage(), failure);
      }
      if (cause instanceof VirtualMachineError error) {
        // No trouble of the gallery's.
        error.addSuppressed(e);
        throw error;
      }
      throw new GalleryException(
          "the gallery %s could not be used: %s".formatted(folder, cause), cause);
    }
  }

  private static void checkLucene(Path folder) {
    try {
      Class.forName(
          "org.apache.lucene.index.IndexWriter", false, LuceneGalleryStore.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw luceneMissing(folder, e);
    }
  }

  private static GalleryException luceneMissing(Path folder, Throwable cause) {
    return new GalleryException(
        "the gallery %s is an Apache Lucene index, and Lucene is missing; add org.apache.lucene:lucene-core 9.12 to the class path (or module path, with --add-modules org.apache.lucene.core)"
            .formatted(folder),
        cause);
  }
}
