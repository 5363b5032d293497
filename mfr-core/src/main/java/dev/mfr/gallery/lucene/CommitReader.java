package dev.mfr.gallery.lucene;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Reads the newest commit of a gallery's index, or what is left of it. */
final class CommitReader {
  private static final int BLOCK = 1 << 16;

  private CommitReader() {}

  /*
   * Files that are well are mapped into memory, which is several times as fast as reading them. Where a disk does not give
   * a page, that is an InternalError, so damaged files are read in the plain way.
   */

  /**
   * Reads everybody.
   *
   * @param mapped the folder, as memory
   * @param directory the folder, as files
   * @param found empty; receives the records
   * @return a sentence for each thing that is damaged
   */
  static List<String> read(Directory mapped, Directory directory, FoundPeople found)
      throws IOException {
    while (true) {
      long generation = SegmentInfos.getLastCommitGeneration(directory);
      try (DirectoryReader reader = DirectoryReader.open(mapped)) {
        for (FoundPeople part : readParts(reader.leaves())) {
          found.addAll(part);
        }
        return losses(found, reader.maxDoc());
      } catch (IOException | RuntimeException | InternalError e) {
        // Another process may have made a commit and deleted the files of the one before.
        if (generation == SegmentInfos.getLastCommitGeneration(directory)) {
          return salvage(directory, found, e);
        }
        found.clear();
      }
    }
  }

  /** {@return whether every file of the newest commit is there and as it was written} */
  static boolean isIntact(Directory mapped) {
    try (DirectoryReader reader = DirectoryReader.open(mapped)) {
      checkIntegrity(reader);
      return true;
    } catch (IOException | RuntimeException | InternalError e) {
      return false;
    }
  }

  /** {@return whether a file that says which files there are is not as it was written} */
  static boolean isListDamaged(Directory directory) throws IOException {
    return Stream.of(directory.listAll())
        .filter(name -> name.startsWith("segments_") || name.endsWith(".si"))
        .anyMatch(name -> damage(directory, name) != null);
  }

  /** Reads the parts of an index at the same time, and ends when none is being read any more. */
  private static List<FoundPeople> readParts(List<LeafReaderContext> leaves) throws IOException {
    int threads = Math.min(leaves.size(), Runtime.getRuntime().availableProcessors());
    if (threads < 2) {
      return readOneByOne(leaves);
    }
    ExecutorService readers =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setNameFormat("mfr-gallery-%d").setDaemon(true).build());
    try {
      List<Future<FoundPeople>> parts = new ArrayList<>();
      for (LeafReaderContext leaf : leaves) {
        parts.add(readers.submit(() -> readPart(leaf)));
      }
      return await(parts);
    } finally {
      readers.shutdown();
    }
  }

  private static List<FoundPeople> readOneByOne(List<LeafReaderContext> leaves) throws IOException {
    List<FoundPeople> parts = new ArrayList<>();
    for (LeafReaderContext leaf : leaves) {
      parts.add(readPart(leaf));
    }
    return parts;
  }

  /** Waits for all, also when one fails: what is mapped must not be closed while it is read. */
  private static List<FoundPeople> await(List<Future<FoundPeople>> parts) throws IOException {
    List<FoundPeople> found = new ArrayList<>();
    Throwable failure = null;
    for (Future<FoundPeople> part : parts) {
      try {
        found.add(Uninterruptibles.getUninterruptibly(part));
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure != null) {
      Throwables.throwIfInstanceOf(failure, IOException.class);
      Throwables.throwIfUnchecked(failure);
      throw new IllegalStateException(failure);
    }
    return found;
  }

  private static FoundPeople readPart(LeafReaderContext leaf) throws IOException {
    leaf.reader().checkIntegrity();
    FoundPeople found = new FoundPeople();
    readDocuments(leaf, found);
    return found;
  }

  private static void checkIntegrity(DirectoryReader reader) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      leaf.reader().checkIntegrity();
    }
  }

  private static void readDocuments(LeafReaderContext leaf, FoundPeople found) throws IOException {
    BinaryDocValues records = leaf.reader().getBinaryDocValues(GalleryIndex.RECORD);
    while (records != null && records.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      BytesRef record = records.binaryValue();
      found.add(record.bytes, record.offset, record.offset + record.length);
    }
  }

  private static List<String> losses(FoundPeople found, int templates) {
    int lost = templates - found.templates();
    return lost <= 0
        ? List.of()
        : List.of("%d templates are lost; whose they were cannot be known".formatted(lost));
  }

  /** Looks for records in the bytes of the files, without the structure of the index. */
  private static List<String> salvage(Directory directory, FoundPeople found, Throwable why)
      throws IOException {
    found.clear();
    SegmentInfos commit = newest(directory);
    Collection<String> files =
        commit == null
            ? Stream.of(directory.listAll()).filter(name -> name.startsWith("_")).toList()
            : commit.files(false);
    List<String> damage = new ArrayList<>();
    for (String file : files.stream().sorted().toList()) {
      String sentence = damage(directory, file);
      if (sentence != null) {
        damage.add(sentence);
      }
      scan(directory, file, found);
    }
    if (commit == null) {
      damage.add(
          "the list of the gallery's files is missing or damaged; %d templates of %d people were found, and whether that is all cannot be known"
              .formatted(found.templates(), found.people()));
    } else {
      damage.addAll(losses(found, commit.totalMaxDoc()));
    }
    if (damage.isEmpty()) {
      damage.add("the index is damaged: %s".formatted(why));
    }
    return damage;
  }

  private static @Nullable SegmentInfos newest(Directory directory) {
    try {
      return SegmentInfos.readLatestCommit(directory);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static @Nullable String damage(Directory directory, String file) {
    try (IndexInput input = directory.openInput(file, IOContext.READONCE)) {
      CodecUtil.checksumEntireFile(input);
      return null;
    } catch (NoSuchFileException e) {
      return "the file %s is missing".formatted(file);
    } catch (IOException | RuntimeException e) {
      return "the file %s is damaged".formatted(file);
    }
  }

  private static void scan(Directory directory, String file, FoundPeople found) {
    byte[] bytes;
    try (IndexInput input = directory.openInput(file, IOContext.READONCE)) {
      bytes = readable(input);
    } catch (IOException e) {
      return;
    }
    int start = 0;
    while (start + Long.BYTES <= bytes.length) {
      boolean begins = RecordBytes.longAt(bytes, start) == TemplateRecord.MAGIC;
      int length = begins ? found.add(bytes, start, bytes.length) : 0;
      start += Math.max(length, 1);
    }
  }

  /** A file's bytes; zeros where the disk does not give them. */
  private static byte[] readable(IndexInput input) {
    byte[] bytes = new byte[Math.toIntExact(input.length())];
    for (int start = 0; start < bytes.length; start += BLOCK) {
      try {
        input.seek(start);
        input.readBytes(bytes, start, Math.min(BLOCK, bytes.length - start), false);
      } catch (IOException e) {
        // The records of this block will be missed by those who count.
      }
    }
    return bytes;
  }
}
