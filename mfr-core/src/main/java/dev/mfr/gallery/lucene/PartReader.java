package dev.mfr.gallery.lucene;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.util.BytesRef;

/** Reads an index whose files are well, a thousand records at a time, ahead of who takes them. */
final class PartReader implements AutoCloseable {
  /** How many records a part has, but for the rest of its last person. */
  static final int PART = 1024;

  private final List<LeafReaderContext> leaves;
  private final int threads;
  private final ExecutorService pool;

  PartReader(List<LeafReaderContext> leaves) {
    this.leaves = leaves;
    int parts = leaves.stream().mapToInt(leaf -> 1 + leaf.reader().maxDoc() / PART).sum();
    // One processor is left for the thread that takes the parts.
    threads = Math.min(parts, Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    pool =
        parts < 2
            ? MoreExecutors.newDirectExecutorService()
            : Executors.newFixedThreadPool(
                threads,
                new ThreadFactoryBuilder().setNameFormat("mfr-gallery-%d").setDaemon(true).build());
  }

  /**
   * Compares every file with its checksum.
   *
   * @throws IOException when one is damaged
   */
  void check() throws IOException {
    List<Callable<Boolean>> checks = new ArrayList<>();
    for (LeafReaderContext leaf : leaves) {
      checks.add(
          () -> {
            leaf.reader().checkIntegrity();
            return true;
          });
    }
    run(checks.iterator(), checked -> {});
  }

  /**
   * Reads all records.
   *
   * @param sink receives the parts in order, on this thread
   */
  void read(Consumer<FoundPeople> sink) throws IOException {
    List<Callable<FoundPeople>> parts = new ArrayList<>();
    for (LeafReaderContext leaf : leaves) {
      for (int from = 0; from < leaf.reader().maxDoc(); from += PART) {
        int first = from;
        parts.add(() -> part(leaf.reader(), first));
      }
    }
    run(parts.iterator(), sink);
  }

  private <T> void run(Iterator<Callable<T>> tasks, Consumer<? super T> sink) throws IOException {
    Queue<Future<T>> running = new ArrayDeque<>();
    while (tasks.hasNext() || !running.isEmpty()) {
      while (tasks.hasNext() && running.size() < 1 + threads) {
        running.add(pool.submit(tasks.next()));
      }
      sink.accept(result(running.remove()));
    }
  }

  private static <T> T result(Future<T> future) throws IOException {
    try {
      return requireNonNull(Uninterruptibles.getUninterruptibly(future));
    } catch (ExecutionException e) {
      Throwable cause = requireNonNull(e.getCause());
      Throwables.throwIfInstanceOf(cause, IOException.class);
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }

  /**
   * The people whose first record is one of a run of records. A person's lie one after another,
   * because they are written as a block.
   */
  private static FoundPeople part(LeafReader leaf, int first) throws IOException {
    FoundPeople found = new FoundPeople();
    BinaryDocValues records = leaf.getBinaryDocValues(GalleryIndex.RECORD);
    if (records == null) {
      return found;
    }
    RecordReader reader = new RecordReader();
    int end = Math.min(first + PART, leaf.maxDoc());
    boolean begun = first == 0;
    for (int document = first; document < leaf.maxDoc(); document++) {
      if (!records.advanceExact(document)) {
        continue;
      }
      BytesRef record = records.binaryValue();
      if (!begun || document >= end) {
        boolean begins = begins(reader, record);
        if (begins && document >= end) {
          break;
        }
        begun |= begins;
      }
      if (begun) {
        found.add(record.bytes, record.offset, record.offset + record.length);
      }
    }
    return found;
  }

  /** Whether it is the first record of a person. */
  private static boolean begins(RecordReader reader, BytesRef record) {
    TemplateRecord.Head head =
        reader.head(record.bytes, record.offset, record.offset + record.length);
    return head != null && head.number() == 0;
  }

  /** Waits until nothing is being read: what is mapped must not be closed before. */
  @Override
  public void close() {
    pool.shutdownNow();
    Uninterruptibles.awaitTerminationUninterruptibly(pool);
  }
}
