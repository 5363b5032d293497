package dev.mfr.gallery.lucene;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
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
   * <p>Of a gallery that is well, parts are handed on while others are being read. That begins when
   * the checksum of every file has been compared, so that what is left of a damaged gallery can
   * still be handed on as one part.
   *
   * @param mapped the folder, as memory
   * @param directory the folder, as files
   * @param sink receives the records; nobody is in two parts
   * @return a sentence for each thing that is damaged
   */
  static List<String> read(Directory mapped, Directory directory, Consumer<FoundPeople> sink)
      throws IOException {
    while (true) {
      long generation = SegmentInfos.getLastCommitGeneration(directory);
      Handed handed = new Handed(sink);
      try (DirectoryReader reader = DirectoryReader.open(mapped);
          PartReader parts = new PartReader(reader.leaves())) {
        parts.check();
        parts.read(handed);
        return losses(handed.templates, reader.maxDoc());
      } catch (IOException | RuntimeException | InternalError e) {
        if (handed.begun) {
          throw new IOException("files that were well could not be read: " + e, e);
        }
        // Another process may have made a commit and deleted the files of the one before.
        if (generation == SegmentInfos.getLastCommitGeneration(directory)) {
          FoundPeople found = new FoundPeople();
          List<String> damage = salvage(directory, found, e);
          sink.accept(found);
          return damage;
        }
      }
    }
  }

  /** Counts what is handed on. */
  private static final class Handed implements Consumer<FoundPeople> {
    private final Consumer<FoundPeople> sink;
    boolean begun;
    int templates;

    Handed(Consumer<FoundPeople> sink) {
      this.sink = sink;
    }

    @Override
    public void accept(FoundPeople part) {
      begun = true;
      templates += part.templates();
      sink.accept(part);
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

  private static void checkIntegrity(DirectoryReader reader) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      leaf.reader().checkIntegrity();
    }
  }

  private static List<String> losses(int found, int templates) {
    int lost = templates - found;
    return lost <= 0
        ? List.of()
        : List.of("%d templates are lost; whose they were cannot be known".formatted(lost));
  }

  /** Looks for records in the bytes of the files, without the structure of the index. */
  private static List<String> salvage(Directory directory, FoundPeople found, Throwable why)
      throws IOException {
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
      damage.addAll(losses(found.templates(), commit.totalMaxDoc()));
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
