package dev.mfr.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskCacheTest {
  @TempDir private Path dir;
  private final List<String> warnings = new ArrayList<>();

  private DiskCache open() {
    return DiskCache.open(dir, warnings::add);
  }

  private static CacheKey key(int i) {
    return CacheKey.builder("test").number(i).build();
  }

  private static byte[] value(int i) {
    byte[] value = new byte[20 + i % 7];
    new Random(i).nextBytes(value);
    return value;
  }

  private void fill(int from, int to) {
    try (DiskCache cache = open()) {
      IntStream.range(from, to).forEach(i -> cache.put(key(i), value(i)));
    }
  }

  private int found(int count) {
    try (DiskCache cache = open()) {
      int found = 0;
      for (int i = 0; i < count; i++) {
        if (cache.get(key(i)).isPresent()) {
          assertThat(cache.get(key(i))).hasValue(value(i));
          found++;
        }
      }
      return found;
    }
  }

  private Path segment() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(".mfrcache")).findFirst().orElseThrow();
    }
  }

  @Test
  void get_afterReopening_givesWhatWasPut() {
    fill(0, 10);

    assertThat(found(11)).isEqualTo(10);
    assertThat(warnings).isEmpty();
    assertThat(dir.resolve("README.txt")).content().contains("biometric data");
    assertThat(dir.resolve("CACHEDIR.TAG"))
        .content()
        .startsWith("Signature: 8a477f597d28d172789f06886806bc55");
  }

  @Test
  void open_nothingPut_leavesNoSegment() {
    fill(0, 0);

    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("README.txt", "CACHEDIR.TAG");
  }

  /** Whatever byte is damaged: never a wrong value, one word, and the second run keeps it again. */
  @Test
  void get_anyByteDamaged_losesEntriesAndNeverGivesAnother() throws IOException {
    fill(0, 5);
    Path segment = segment();
    byte[] whole = Files.readAllBytes(segment);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      Files.write(segment, damaged);
      warnings.clear();

      assertThat(found(5)).as("byte %s", at).isLessThan(5);
      assertThat(warnings).as("byte %s", at).hasSize(1);
    }
  }

  @Test
  void get_cutAnywhere_keepsTheWholeRecordsAndTellsOnce() throws IOException {
    fill(0, 3);
    Path segment = segment();
    byte[] whole = Files.readAllBytes(segment);
    int record = 44 + value(0).length;
    for (int length = 0; length < whole.length; length++) {
      Files.write(segment, java.util.Arrays.copyOf(whole, length));
      warnings.clear();

      int found = found(3);

      assertThat(found).isEqualTo(length < 8 + record ? 0 : length < 9 + 2 * record ? 1 : 2);
      int before = warnings.size();
      assertThat(before).isLessThanOrEqualTo(1);
      assertThat(found(3)).isEqualTo(found);
      assertThat(warnings).hasSize(before);
    }
  }

  @Test
  void put_afterACut_writesTheLostEntryAgain() throws IOException {
    fill(0, 3);
    Path segment = segment();
    byte[] whole = Files.readAllBytes(segment);
    Files.write(segment, java.util.Arrays.copyOf(whole, whole.length - 1));

    fill(0, 3);

    assertThat(found(3)).isEqualTo(3);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void open_foreignFileOfItsName_isToldAndLeftAlone() throws IOException {
    Path foreign = Files.writeString(dir.resolve("0-mine.mfrcache"), "somebody else's notes");
    fill(0, 2);

    assertThat(found(2)).isEqualTo(2);
    assertThat(foreign).hasContent("somebody else's notes");
    assertThat(warnings).allMatch(text -> text.contains("0-mine.mfrcache is of another program"));
  }

  @Test
  void twoCaches_onOneFolderAtOnce_keepTheResultsOfBoth() throws Exception {
    try (DiskCache one = open();
        DiskCache other = open()) {
      Thread writer =
          new Thread(() -> IntStream.range(0, 300).forEach(i -> other.put(key(i), value(i))));
      writer.start();
      for (int i = 200; i < 500; i++) {
        one.put(key(i), value(i));
        if (i % 50 == 0) {
          // A third one looks on while both write.
          found(500);
        }
      }
      writer.join();
    }

    assertThat(found(500)).isEqualTo(500);
    assertThat(warnings).isEmpty();
  }

  @Test
  void put_ofManyThreads_keepsAll() {
    try (DiskCache cache = open()) {
      IntStream.range(0, 500).parallel().forEach(i -> cache.put(key(i), value(i)));
    }

    assertThat(found(500)).isEqualTo(500);
  }

  @Test
  void open_fileInPlaceOfTheFolder_warnsOnceAndGoesOn() throws IOException {
    Path file = Files.writeString(dir.resolve("taken"), "");
    try (DiskCache cache = DiskCache.open(file, warnings::add)) {
      cache.put(key(1), value(1));
      assertThat(cache.get(key(1))).isEmpty();
    }

    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains(file.toString()).contains("name another folder");
  }

  @Test
  void put_folderWithoutWritePermission_warnsOnceAndStillReads() {
    fill(0, 2);
    assumeThat(dir.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(dir)).isFalse();
    try (DiskCache cache = open()) {
      cache.put(key(2), value(2));
      cache.put(key(3), value(3));
      assertThat(cache.get(key(1))).hasValue(value(1));
      assertThat(cache.get(key(2))).isEmpty();
    } finally {
      dir.toFile().setWritable(true);
    }

    assertThat(warnings).hasSize(1);
  }

  /** /dev/full takes no byte, like a full disk. */
  @Test
  void put_fullDisk_warnsOnceAndGoesOn() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    try (DiskCache cache = DiskCache.open(dir, warnings::add, folder -> full)) {
      cache.put(key(1), value(1));
      cache.put(key(2), value(2));
      assertThat(cache.get(key(1))).isEmpty();
    }

    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("Free space");
  }

  @Test
  void key_partsOfOtherLengths_differ() {
    assertThat(CacheKey.builder("a").text("bc").build())
        .isNotEqualTo(CacheKey.builder("ab").text("c").build());
  }

  @Test
  void put_sameKeyTwice_keepsTheFirst() {
    fill(0, 1);
    try (DiskCache cache = open()) {
      cache.put(key(0), ByteBuffer.allocate(4).array());
    }

    assertThat(found(1)).isEqualTo(1);
  }

  @Test
  void close_thenUse_findsNothing() {
    DiskCache cache = open();
    cache.put(key(0), value(0));
    cache.close();
    cache.close();

    cache.put(key(1), value(1));

    assertThat(cache.get(key(0))).isEmpty();
    assertThat(cache.size()).isZero();
  }
}
