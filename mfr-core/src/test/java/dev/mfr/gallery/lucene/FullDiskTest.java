package dev.mfr.gallery.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.People;
import dev.mfr.gallery.Person;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change that a full disk ends, wherever it ends it, is as if it had not been. */
class FullDiskTest {
  @TempDir Path folder;

  /** A disk with room for some bytes, and some calls that need no bytes. */
  private static final class SmallDisk extends FilterDirectory {
    private long room = Long.MAX_VALUE;
    private long calls = Long.MAX_VALUE;
    private boolean memory;

    SmallDisk(Directory directory) {
      super(directory);
    }

    private void take(long bytes) throws IOException {
      room -= bytes;
      if (room < 0) {
        throw new IOException("No space left on device");
      }
    }

    private void call() throws IOException {
      if (--calls < 0) {
        if (memory) {
          throw new OutOfMemoryError("invented");
        }
        throw new IOException("No space left on device");
      }
    }

    private IndexOutput counted(IndexOutput output) {
      return new FilterIndexOutput("counted", output.getName(), output) {
        @Override
        public void writeByte(byte b) throws IOException {
          take(1);
          super.writeByte(b);
        }

        @Override
        public void writeBytes(byte[] b, int offset, int length) throws IOException {
          take(length);
          super.writeBytes(b, offset, length);
        }
      };
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      call();
      return counted(super.createOutput(name, context));
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
        throws IOException {
      call();
      return counted(super.createTempOutput(prefix, suffix, context));
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
      call();
      super.sync(names);
    }

    @Override
    public void syncMetaData() throws IOException {
      call();
      super.syncMetaData();
    }

    @Override
    public void rename(String source, String dest) throws IOException {
      call();
      super.rename(source, dest);
    }

    @Override
    public void deleteFile(String name) throws IOException {
      call();
      super.deleteFile(name);
    }
  }

  private static Map<String, Person> read(LuceneGalleryStore store) {
    Map<String, Person> people = new TreeMap<>();
    assertThat(store.read(person -> people.put(person.id(), person))).isEmpty();
    return people;
  }

  @Test
  void apply_noRoomAfterSomeBytes_changesNothingAndGoesOnLater() {
    List<SmallDisk> disks = new ArrayList<>();
    Random random = new Random(61);
    try (LuceneGalleryStore store = open(disks)) {
      SmallDisk disk = disks.get(0);
      Map<String, Person> expected = begin(store, random);
      int failures = 0;
      for (long room = 0; room < 60_000; room += 400 + random.nextInt(1200)) {
        disk.room = room;
        failures += change(store, disk, expected, random, room) ? 0 : 1;
      }
      assertThat(failures).isGreaterThan(5);
    }
    assertReopened(disks);
  }

  @Test
  void apply_noRoomAfterSomeCalls_changesNothingOrAllAndGoesOnLater() {
    List<SmallDisk> disks = new ArrayList<>();
    Random random = new Random(62);
    try (LuceneGalleryStore store = open(disks)) {
      SmallDisk disk = disks.get(0);
      Map<String, Person> expected = begin(store, random);
      int failures = 0;
      for (long calls = 0; calls < 70; calls++) {
        disk.calls = calls;
        failures += change(store, disk, expected, random, calls) ? 0 : 1;
      }
      assertThat(failures).isGreaterThan(10);
    }
    assertReopened(disks);
  }

  @Test
  void apply_errorAfterSomeCalls_nothingOfTheChangeIsInALaterOne() {
    List<SmallDisk> disks = new ArrayList<>();
    Random random = new Random(64);
    try (LuceneGalleryStore store = open(disks)) {
      SmallDisk disk = disks.get(0);
      disk.memory = true;
      Map<String, Person> expected = begin(store, random);
      int failures = 0;
      for (long calls = 0; calls < 70; calls += 2) {
        disk.calls = calls;
        failures += change(store, disk, expected, random, calls) ? 0 : 1;
        Person next = People.person("next " + calls, "Next", 1, 64, random);
        store.apply(List.of(next), List.of());
        expected.put(next.id(), next);
        assertThat(read(store)).isEqualTo(expected);
      }
      assertThat(failures).isGreaterThan(10);
    }
    assertReopened(disks);
  }

  private LuceneGalleryStore open(List<SmallDisk> disks) {
    return LuceneGalleryStore.over(
        folder,
        () ->
            GalleryIndex.open(
                new GalleryFolder(folder),
                directory -> {
                  disks.add(new SmallDisk(directory));
                  return disks.get(0);
                }));
  }

  private static Map<String, Person> begin(LuceneGalleryStore store, Random random) {
    Map<String, Person> people = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      people.put("p" + i, People.person("p" + i, "First " + i, 2, 64, random));
    }
    store.apply(people.values(), List.of());
    return people;
  }

  /** Tries a change; {@return whether it was done} The store must say the same. */
  private static boolean change(
      LuceneGalleryStore store,
      SmallDisk disk,
      Map<String, Person> expected,
      Random random,
      long step) {
    Map<String, Person> after = new TreeMap<>(expected);
    Person changed = People.person("p" + random.nextInt(20), "Then " + step, 2, 64, random);
    Person added = People.person("new " + step, "New", 1, 64, random);
    after.put(changed.id(), changed);
    after.put(added.id(), added);
    after.remove("new " + random.nextInt((int) step + 1));
    after.put(added.id(), added);
    List<String> removed = expected.keySet().stream().filter(id -> !after.containsKey(id)).toList();
    boolean done;
    try {
      store.apply(List.of(changed, added), removed);
      done = true;
    } catch (GalleryException e) {
      done = e.getMessage().contains("was changed, but its old files");
      if (!done) {
        assertThat(e).hasMessageContaining("the disk is full; make room and try again");
      }
    } catch (OutOfMemoryError e) {
      assertThat(e).hasMessage("invented");
      done = false;
    }
    disk.room = Long.MAX_VALUE;
    disk.calls = Long.MAX_VALUE;
    if (done) {
      expected.clear();
      expected.putAll(after);
    }
    assertThat(read(store)).isEqualTo(expected);
    return done;
  }

  /** No failure has left a file that nobody needs. */
  private void assertReopened(List<SmallDisk> disks) {
    assertThat(disks).hasSize(1);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      Person last = People.person("last", "Last", 1, 64, new Random(63));
      store.apply(List.of(last), List.of());
      assertThat(read(store)).containsKey("last");
    }
  }
}
