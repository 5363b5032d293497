package dev.mfr.cache;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.HashCode;
import dev.mfr.internal.WholeFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A folder of results that were expensive to make, such as landmarks and features, found again by
 * what they were made of.
 *
 * <p><b>It holds biometric data</b> when faces are kept in it: guard it as the pictures themselves.
 * Deleting the folder, or any file in it, is always safe and costs time only.
 *
 * <p>A cache never fails its user. What is damaged, cut or of another program is told once and
 * counts as absent. When the disk is full or the folder cannot be written, that is told once and
 * nothing more is kept. A process that is killed loses at most the result it was writing.
 *
 * <p>Thread-safe, also with other processes on the same folder; they see what others had written
 * when they opened it. Memory is some 250 bytes a result. Whoever opened it closes it; after that
 * it finds and keeps nothing.
 */
public final class DiskCache implements AutoCloseable {
  /*
   * Each cache that writes has a file of its own, a segment, which begins with MAGIC and only grows. A record is
   *   key 32 bytes · length 4 · CRC-32C of the value 4 · CRC-32C of the 40 bytes before 4 · value
   * with big-endian numbers. Opening reads the heads of all records; a value is checked when it is read. Of two records of
   * one key the later one counts, by the names of the segments, which begin with the time.
   *
   * The writer holds a lock on its segment. A segment without one that ends within a record, or has a damaged head, is
   * shortened to its whole records, so that it is told once.
   */
  private static final byte[] MAGIC = "mfrcach1".getBytes(StandardCharsets.US_ASCII);
  private static final String SUFFIX = ".mfrcache";
  private static final int KEY = 32;
  private static final int HEAD = KEY + 12;

  /** The largest value: 64 MiB. */
  public static final int MAX_VALUE = 64 << 20;

  private static final String README =
      """
      This folder is a cache of mfr (masked face recognition): landmarks and features of faces, so that they need not be
      computed again. It is biometric data; guard it as the pictures themselves. It may be deleted at any time.
      """;

  private static final String TAG =
      """
      Signature: 8a477f597d28d172789f06886806bc55
      # This file marks a cache directory, which backups may leave out: https://bford.info/cachedir/
      """;

  private static final System.Logger LOG = System.getLogger(DiskCache.class.getName());

  private final Path folder;
  private final Consumer<String> warning;
  private final UnaryOperator<Path> segmentInFolder;
  private final Map<String, Place> places = new HashMap<>();
  private final List<RandomAccessFile> files = new ArrayList<>();
  private @Nullable RandomAccessFile own;
  private boolean writing = true;
  private boolean damageTold;
  private boolean closed;

  private DiskCache(Path folder, Consumer<String> warning, UnaryOperator<Path> segmentInFolder) {
    this.folder = folder;
    this.warning = warning;
    this.segmentInFolder = segmentInFolder;
  }

  private record Place(RandomAccessFile file, long offset, int length, int crc) {}

  /**
   * {@return the cache in a folder; its warnings are logged}
   *
   * @param folder made when it is not there
   */
  public static DiskCache open(Path folder) {
    return open(folder, text -> LOG.log(Level.WARNING, text));
  }

  /**
   * {@return the cache in a folder}
   *
   * @param folder made when it is not there
   * @param warning hears, at most a few times, what is damaged or cannot be written and what to do
   *     about it
   */
  public static DiskCache open(Path folder, Consumer<String> warning) {
    return open(folder, warning, DiskCache::newSegment);
  }

  /** The same with another way of naming new files. */
  static DiskCache open(
      Path folder, Consumer<String> warning, UnaryOperator<Path> segmentInFolder) {
    DiskCache cache = new DiskCache(folder, warning, segmentInFolder);
    cache.start();
    return cache;
  }

  private static Path newSegment(Path folder) {
    return folder.resolve(
        String.format(
            Locale.ROOT, "%013d-%s%s", System.currentTimeMillis(), UUID.randomUUID(), SUFFIX));
  }

  private synchronized void start() {
    try {
      Files.createDirectories(folder);
      mark("README.txt", README);
      mark("CACHEDIR.TAG", TAG);
    } catch (IOException e) {
      stopWriting(e);
    }
    List<Path> segments;
    try (Stream<Path> entries = Files.list(folder)) {
      segments =
          entries.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      stopWriting(e);
      return;
    }
    segments.forEach(this::scan);
  }

  private void mark(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      WholeFile.write(text.getBytes(StandardCharsets.UTF_8), file, false);
    }
  }

  private void scan(Path segment) {
    try {
      RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r");
      files.add(file);
      byte[] magic = new byte[MAGIC.length];
      long size = file.length();
      if (size >= magic.length) {
        file.readFully(magic);
      }
      if (size >= magic.length && !Arrays.equals(magic, MAGIC)) {
        tellDamage(segment + " is of another program or version and is not used; delete it");
        return;
      }
      long whole = wholeRecords(file, size);
      if (whole < size) {
        shorten(segment, whole);
      }
    } catch (IOException e) {
      tellDamage(segment + " cannot be read (" + e + ") and is not used; check its rights");
    }
  }

  /** Notes the records; returns where the last whole one ends. */
  private long wholeRecords(RandomAccessFile file, long size) throws IOException {
    long at = MAGIC.length;
    byte[] head = new byte[HEAD];
    while (at + HEAD <= size) {
      file.seek(at);
      file.readFully(head);
      ByteBuffer numbers = ByteBuffer.wrap(head, KEY, 12);
      int length = numbers.getInt();
      int crc = numbers.getInt();
      if (numbers.getInt() != crc(head, HEAD - 4)
          || length < 0
          || length > MAX_VALUE
          || at + HEAD + length > size) {
        return at;
      }
      places.put(
          HashCode.fromBytes(Arrays.copyOf(head, KEY)).toString(),
          new Place(file, at + HEAD, length, crc));
      at += HEAD + length;
    }
    return size < MAGIC.length ? 0 : at;
  }

  private void shorten(Path segment, long whole) {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      // A segment that is locked is being written: its end is not damaged, it is not there yet.
      if (file.getChannel().tryLock() == null) {
        return;
      }
      file.setLength(whole);
      tellDamage(
          segment + " was cut or damaged; what it lost is computed again, nothing need be done");
    } catch (OverlappingFileLockException e) {
      // Another cache of this process is writing it.
    } catch (IOException e) {
      tellDamage(segment + " is cut or damaged; what it lost is computed again; delete the file");
    }
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private void tellDamage(String text) {
    if (!damageTold) {
      damageTold = true;
      warning.accept("the cache file " + text);
    }
  }

  private void stopWriting(Exception e) {
    if (writing) {
      writing = false;
      warning.accept(
          "the cache "
              + folder
              + " cannot be written ("
              + e
              + "); going on without keeping results. Free space or give it write permission, or name another"
              + " folder");
    }
  }

  /**
   * {@return what was kept under a key, or empty}
   *
   * @param key what it was made of
   */
  public synchronized Optional<byte[]> get(CacheKey key) {
    Place place = closed ? null : places.get(key.hex());
    if (place == null) {
      return Optional.empty();
    }
    byte[] value = new byte[place.length];
    try {
      place.file.seek(place.offset);
      place.file.readFully(value);
      if (crc(value, value.length) == place.crc) {
        return Optional.of(value);
      }
      tellDamage("folder " + folder + " has a damaged entry; it is computed again");
    } catch (IOException e) {
      tellDamage(
          "folder " + folder + " cannot be read (" + e + "); its entries are computed again");
    }
    places.remove(key.hex());
    return Optional.empty();
  }

  /**
   * Keeps a result, unless there is one under the key or the cache cannot be written.
   *
   * @param key what it was made of
   * @param value the result, at most {@value #MAX_VALUE} bytes; not modified
   */
  public synchronized void put(CacheKey key, byte[] value) {
    checkArgument(value.length <= MAX_VALUE, "a value of %s bytes is too long", value.length);
    if (closed || !writing || places.containsKey(key.hex())) {
      return;
    }
    long start = 0;
    try {
      if (own == null) {
        own = create();
        files.add(own);
      }
      start = own.length();
      int crc = crc(value, value.length);
      ByteBuffer whole = ByteBuffer.allocate(HEAD + value.length);
      whole.put(HashCode.fromString(key.hex()).asBytes()).putInt(value.length).putInt(crc);
      whole.putInt(crc(whole.array(), HEAD - 4)).put(value);
      own.seek(start);
      own.write(whole.array());
      places.put(key.hex(), new Place(own, start + HEAD, value.length, crc));
    } catch (IOException e) {
      takeBack(start);
      stopWriting(e);
    }
  }

  private RandomAccessFile create() throws IOException {
    RandomAccessFile file = new RandomAccessFile(segmentInFolder.apply(folder).toFile(), "rw");
    try {
      lock(file);
      file.write(MAGIC);
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Some network folders have no locks; then two processes may shorten each other's segment. */
  private static void lock(RandomAccessFile file) {
    try {
      file.getChannel().tryLock();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "no lock on a cache file", e);
    }
  }

  /** Half a record would hide nothing but itself, yet the next run would tell of it. */
  private void takeBack(long start) {
    try {
      if (own != null && start > 0) {
        own.setLength(start);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "half a record stays in the cache", e);
    }
  }

  /** {@return the folder} */
  public Path folder() {
    return folder;
  }

  /** {@return how many results can be found} */
  public synchronized int size() {
    return closed ? 0 : places.size();
  }

  /** Closes the files; safe to call twice. */
  @Override
  public synchronized void close() {
    closed = true;
    for (RandomAccessFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a cache file does not close", e);
      }
    }
    files.clear();
    places.clear();
  }

  /** {@return the folder and the number of results} */
  @Override
  public String toString() {
    return "DiskCache[" + folder + ", " + size() + " results]";
  }
}
