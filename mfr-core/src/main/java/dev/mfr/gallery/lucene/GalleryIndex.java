package dev.mfr.gallery.lucene;

import com.google.common.base.Throwables;
import com.google.common.collect.ContiguousSet;
import com.google.common.collect.Lists;
import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.Person;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** The Lucene index in a gallery's folder. Not thread-safe. */
final class GalleryIndex implements AutoCloseable {
  /*
   * A document is a template: the person's id as a term, by which it is replaced, and a TemplateRecord as a binary doc
   * value, which Lucene writes as it is, one after the other.
   *
   * A commit never has deleted documents: a change that replaces or removes somebody rewrites the segments concerned
   * before it commits, and the commit deletes the old files. Segments are kept small so that this stays cheap. It is also
   * why every record that is found in a file of a commit is valid, and a damaged index can be read without its structure.
   *
   * Merges run in the thread that changes something, before the commit: when a change returns, nothing is left to do.
   */
  static final String PERSON = "person";
  static final String RECORD = "record";
  private static final double MAX_SEGMENT_MB = 16;
  private static final double BUFFER_MB = 16;

  static final String FORMAT_KEY = "mfr.gallery.format";
  static final String REVISION_KEY = "mfr.gallery.revision";

  private final GalleryFolder folder;
  private final Directory directory;
  private final Directory mapped;
  private final @Nullable Lock lock;
  private @Nullable IndexWriter writer;
  private boolean verified;
  private boolean erasing;
  private long revision;

  private GalleryIndex(GalleryFolder folder, Directory directory, @Nullable Lock lock)
      throws IOException {
    this.folder = folder;
    this.directory = directory;
    this.lock = lock;
    mapped = new MMapDirectory(folder.path());
  }

  /** Opens a folder for one writer, and makes a gallery of it if it is empty. */
  static GalleryIndex open(GalleryFolder folder, UnaryOperator<Directory> wrapping) {
    folder.create();
    boolean labelled = folder.format().isPresent();
    boolean empty = folder.isEmpty();
    if (!labelled && !empty && !folder.hasIndex()) {
      throw folder.foreign();
    }
    Directory directory = null;
    GalleryIndex index = null;
    try {
      directory = wrapping.apply(new NIOFSDirectory(folder.path()));
      if (!empty) {
        checkCommit(folder, directory, labelled);
      }
      index =
          new GalleryIndex(folder, directory, directory.obtainLock(IndexWriter.WRITE_LOCK_NAME));
      index.begin(labelled);
      return index;
    } catch (LockObtainFailedException e) {
      close(directory);
      throw new GalleryException(
          "the gallery %s is open in another process, or once more in this one; close it there first, or open it read-only"
              .formatted(folder.path()),
          e);
    } catch (IOException e) {
      close(index == null ? directory : index);
      throw folder.failure("cannot be opened", e);
    } catch (RuntimeException e) {
      close(index == null ? directory : index);
      throw e;
    }
  }

  /** Opens a folder for reading; another process may write to it meanwhile. */
  static GalleryIndex openReadOnly(GalleryFolder folder) {
    folder.checkExists();
    boolean labelled = folder.format().isPresent();
    if (!labelled && !folder.hasIndex()) {
      throw folder.foreign();
    }
    Directory directory = null;
    try {
      directory = new NIOFSDirectory(folder.path());
      checkCommit(folder, directory, labelled);
      return new GalleryIndex(folder, directory, null);
    } catch (IOException e) {
      close(directory);
      throw folder.failure("cannot be opened", e);
    } catch (RuntimeException e) {
      close(directory);
      throw e;
    }
  }

  /** Refuses what is newer or no gallery; a damaged commit passes if there is a label. */
  private static void checkCommit(GalleryFolder folder, Directory directory, boolean labelled)
      throws IOException {
    Map<String, String> data;
    try {
      data = SegmentInfos.readLatestCommit(directory).getUserData();
    } catch (IndexFormatTooNewException | IndexFormatTooOldException e) {
      if (CommitReader.isListDamaged(directory)) {
        return;
      }
      throw new GalleryException(
          "the gallery %s was written by another version of Apache Lucene; use the version of mfr that wrote it"
              .formatted(folder.path()),
          e);
    } catch (IOException e) {
      if (labelled) {
        return;
      }
      throw folder.foreign();
    }
    String format = data.get(FORMAT_KEY);
    if (format == null) {
      throw folder.foreign();
    }
    folder.checkFormat(Integer.parseInt(format));
  }

  private void begin(boolean labelled) throws IOException {
    // Asked again now that nobody else can be at it.
    if (!folder.hasIndex() && folder.isEmpty()) {
      IndexWriter first = openWriter(IndexWriterConfig.OpenMode.CREATE);
      commit(first, 0);
      writer = first;
      verified = true;
    }
    if (!labelled) {
      folder.label();
    }
  }

  private IndexWriter openWriter(IndexWriterConfig.OpenMode mode) throws IOException {
    Lock held = Objects.requireNonNull(lock);
    TieredMergePolicy merges =
        new TieredMergePolicy()
            .setMaxMergedSegmentMB(MAX_SEGMENT_MB)
            .setForceMergeDeletesPctAllowed(0);
    merges.setNoCFSRatio(1);
    merges.setMaxCFSSegmentSizeMB(Double.POSITIVE_INFINITY);
    return new IndexWriter(
        new LockedDirectory(directory, held),
        new IndexWriterConfig(null)
            .setOpenMode(mode)
            .setCommitOnClose(false)
            .setUseCompoundFile(true)
            .setRAMBufferSizeMB(BUFFER_MB)
            .setMergePolicy(merges)
            .setMergeScheduler(new SerialMergeScheduler())
            .setIndexDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy()));
  }

  private static void commit(IndexWriter writer, long revision) throws IOException {
    writer.setLiveCommitData(
        Map.of(
                FORMAT_KEY,
                Integer.toString(GalleryFolder.FORMAT),
                REVISION_KEY,
                Long.toString(revision))
            .entrySet());
    writer.commit();
  }

  /**
   * Reads everybody.
   *
   * @param sink receives the records; nobody is in two parts
   * @return a sentence for each thing that is damaged
   */
  List<String> read(Consumer<FoundPeople> sink) {
    List<String> damage;
    try {
      damage = new ArrayList<>(CommitReader.read(mapped, directory, sink));
    } catch (IOException e) {
      throw folder.failure("cannot be read", e);
    }
    verified = damage.isEmpty();
    if (verified && lock != null) {
      clean();
    }
    return damage;
  }

  /**
   * Opens the writer early when a process that was killed has left something, because that deletes
   * it.
   */
  private void clean() {
    try {
      if (hasLeftovers()) {
        writer();
      }
    } catch (IOException | GalleryException e) {
      // Whoever writes will be told.
    }
  }

  private boolean hasLeftovers() throws IOException {
    Set<String> known = new HashSet<>(SegmentInfos.readLatestCommit(directory).files(true));
    known.add(IndexWriter.WRITE_LOCK_NAME);
    known.add(GalleryFolder.LABEL);
    return !known.containsAll(List.of(directory.listAll()));
  }

  /** Writes and removes people, all or nothing. */
  void apply(Collection<Person> written, Collection<String> removed) {
    IndexWriter open = writer();
    long next = revision + 1;
    try {
      write(open, written, removed, next);
      revision = next;
    } catch (Throwable e) {
      // An error too: what the writer has of the change would be part of the next commit.
      undo(open);
      if (isCommitted(next)) {
        finish(e);
        return;
      }
      if (e instanceof CorruptIndexException) {
        verified = false;
        throw damaged(e);
      }
      if (e instanceof IOException io) {
        throw folder.failure("could not be changed and is as before", io);
      }
      Throwables.throwIfUnchecked(e);
      throw new IllegalStateException(e);
    }
  }

  /** Ends a change that failed when it had been done, while it deleted old files. */
  private void finish(Throwable why) {
    try {
      // Opening deletes them.
      writer();
    } catch (GalleryException | Error e) {
      if (erasing) {
        throw new GalleryException(
            "the gallery %s was changed, but its old files, with who was removed or renamed, could not be deleted; do it once more"
                .formatted(folder.path()),
            why);
      }
    }
  }

  private void write(
      IndexWriter writer, Collection<Person> written, Collection<String> removed, long revision)
      throws IOException {
    for (String id : removed) {
      writer.deleteDocuments(new Term(PERSON, id));
    }
    for (Person person : written) {
      writer.updateDocuments(new Term(PERSON, person.id()), documents(person, revision));
    }
    writer.flush();
    erasing = writer.hasDeletions();
    if (erasing) {
      writer.forceMergeDeletes(true);
    }
    if (writer.hasDeletions()) {
      throw new IOException("removed templates are left in the files");
    }
    commit(writer, revision);
  }

  private static List<List<IndexableField>> documents(Person person, long revision) {
    return Lists.transform(
        ContiguousSet.closedOpen(0, person.templates().size()).asList(),
        number ->
            List.of(
                new StringField(PERSON, person.id(), Field.Store.NO),
                new BinaryDocValuesField(
                    RECORD, new BytesRef(TemplateRecord.encode(person, number, revision)))));
  }

  /** The writer, opened again if a failure has closed it. */
  private IndexWriter writer() {
    if (lock == null) {
      throw new GalleryException(
          "the gallery %s was opened read-only and takes no changes".formatted(folder.path()),
          null);
    }
    IndexWriter open = writer;
    try {
      if (!verified && !CommitReader.isIntact(mapped)) {
        throw damaged(null);
      }
      verified = true;
      if (open == null) {
        open = openWriter(IndexWriterConfig.OpenMode.APPEND);
        writer = open;
        revision = revision(open.getLiveCommitData());
      }
      return open;
    } catch (IOException e) {
      throw folder.failure("cannot be changed", e);
    }
  }

  private static long revision(@Nullable Iterable<Map.Entry<String, String>> data) {
    if (data != null) {
      for (Map.Entry<String, String> entry : data) {
        if (entry.getKey().equals(REVISION_KEY)) {
          return Long.parseLong(entry.getValue());
        }
      }
    }
    return 0;
  }

  private boolean isCommitted(long wanted) {
    try {
      return revision(SegmentInfos.readLatestCommit(directory).getUserData().entrySet()) == wanted;
    } catch (IOException e) {
      return false;
    }
  }

  private GalleryException damaged(@Nullable Throwable cause) {
    return new GalleryException(
        "the gallery %s is damaged and takes no changes until it has been repaired; LuceneGalleryStore.repair does it and keeps the damaged files"
            .formatted(folder.path()),
        cause);
  }

  private void undo(IndexWriter open) {
    writer = null;
    try {
      open.rollback();
    } catch (Throwable e) {
      // It is closed all the same, and opening another deletes what it leaves.
    }
  }

  /** Frees the folder; safe to call twice. */
  @Override
  public void close() {
    if (writer != null) {
      undo(writer);
    }
    close(lock);
    close(mapped);
    close(directory);
  }

  private static void close(@Nullable AutoCloseable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (Exception e) {
      // Nothing is lost: everything was committed before.
    }
  }

  /**
   * Hands writers the lock that the store has already, so that nobody else gets it when a failure
   * closes the writer.
   */
  private static final class LockedDirectory extends FilterDirectory {
    private final Lock held;

    LockedDirectory(Directory directory, Lock held) {
      super(directory);
      this.held = held;
    }

    @Override
    public Lock obtainLock(String name) {
      return new Lock() {
        @Override
        public void close() {}

        @Override
        public void ensureValid() throws IOException {
          held.ensureValid();
        }
      };
    }

    @Override
    public void close() {}
  }
}
