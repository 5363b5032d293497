package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Exact while it is small, approximate once it is large.
 *
 * <p>Beyond a size, one daemon thread of low priority builds a graph of what is there; until that
 * is ready every search is exact. Afterwards a search asks the graph for candidates, compares the
 * probe with them and with all vectors that came after the graph was built, and so sees each vector
 * as soon as it is added; scores are always exact, only that a near vector may be missed. The graph
 * takes the later ones up when they are a twentieth of all. A search whose filter accepts few is
 * exact.
 *
 * <p>A removed vector is not found from then on and its numbers here are overwritten at once; those
 * in the graph, which is in memory only, go when a tenth of their part of it has been removed, when
 * a tenth less is left than would make a graph, or when it is closed.
 *
 * <p>Without Lucene on the class path it stays exact.
 */
final class GrowingIndex implements TemplateIndex {
  /** Up to how many vectors every search is exact, unless said otherwise. */
  static final int EXACT_UP_TO = 200_000;

  private static final System.Logger LOG = System.getLogger(GrowingIndex.class.getName());
  private static final AtomicBoolean SAID = new AtomicBoolean();

  /** How many candidates a search of the graph keeps in view. */
  private static final int CANDIDATES = 200;

  private final ExactIndex exact;
  private final int dimensions;
  private final int exactUpTo;
  private final ThreadPoolExecutor builder;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicBoolean freeing = new AtomicBoolean();
  private final Queue<Integer> removed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger removals = new AtomicInteger();
  private final AtomicInteger additions = new AtomicInteger();
  private volatile @Nullable State state;
  private volatile boolean closed;
  private volatile boolean failed;

  /** A graph, and the first slot that is not in it. */
  private record State(LuceneGraph graph, int end) {}

  /**
   * An empty index.
   *
   * @param dimensions how many numbers a vector has, at least 1
   * @param exactUpTo up to how many vectors every search is exact, 0 or more
   */
  GrowingIndex(int dimensions, int exactUpTo) {
    checkArgument(exactUpTo >= 0, "the greatest exact size is 0 or more, got %s", exactUpTo);
    exact = new ExactIndex(dimensions);
    this.dimensions = dimensions;
    this.exactUpTo = exactUpTo;
    builder =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new ThreadFactoryBuilder()
                .setNameFormat("mfr-gallery-index")
                .setDaemon(true)
                .setPriority(Thread.MIN_PRIORITY)
                .build(),
            new ThreadPoolExecutor.DiscardPolicy());
    builder.allowCoreThreadTimeOut(true);
  }

  @Override
  public int size() {
    return exact.size();
  }

  @Override
  public void add(int slot, float[] vector) {
    exact.add(slot, vector);
    additions.incrementAndGet();
    buildIfDue();
  }

  @Override
  public void remove(int slot) {
    exact.remove(slot);
    if (state != null || asked.get()) {
      removed.add(slot);
      removals.incrementAndGet();
      buildIfDue();
      freeIfSmall();
    }
  }

  @Override
  public boolean copyInto(int slot, float[] target) {
    return exact.copyInto(slot, target);
  }

  @Override
  public boolean isApproximate() {
    return state != null;
  }

  private boolean isDue() {
    int size = exact.size();
    return size > exactUpTo
        && (state == null || additions.get() > size / 20 || removals.get() > size / 100);
  }

  private void buildIfDue() {
    if (!closed && !failed && isDue() && isLuceneThere() && asked.compareAndSet(false, true)) {
      builder.execute(this::build);
    }
  }

  /** A tenth below the limit, so that a size about it does not build graph after graph. */
  private boolean isSmall() {
    return exact.size() <= exactUpTo - (exactUpTo / 10);
  }

  private void freeIfSmall() {
    if (!closed && state != null && isSmall() && freeing.compareAndSet(false, true)) {
      builder.execute(this::freeSmall);
    }
  }

  private void freeSmall() {
    freeing.set(false);
    State last = state;
    if (last != null && isSmall()) {
      free(last.graph);
      removed.clear();
    }
  }

  private void build() {
    LuceneGraph open = null;
    try {
      State before = state;
      LuceneGraph graph = before == null ? new LuceneGraph() : before.graph;
      open = graph;
      int from = before == null ? 0 : before.end;
      int end = from;
      float[] vector = new float[dimensions];
      additions.set(0);
      removals.set(0);
      for (int slot : exact.slotsFrom(from)) {
        if (closed) {
          break;
        }
        if (exact.copyInto(slot, vector)) { // or it was removed meanwhile
          graph.add(slot, vector);
        }
        end = slot + 1;
      }
      for (Integer slot = removed.poll(); slot != null; slot = removed.poll()) {
        graph.remove(slot);
      }
      graph.publish();
      state = new State(graph, end);
    } catch (IOException | RuntimeException | LinkageError e) {
      failed = true;
      LOG.log(Level.WARNING, "searches stay exact: the index could not be built", e);
    } finally {
      asked.set(false);
      if ((closed || failed) && open != null) {
        free(open);
      }
    }
    buildIfDue();
    freeIfSmall();
  }

  private void free(LuceneGraph graph) {
    state = null;
    try {
      graph.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "an index in memory was not freed", e);
    }
  }

  private static boolean isLuceneThere() {
    boolean there;
    try {
      Class.forName(
          "org.apache.lucene.index.IndexWriter", false, GrowingIndex.class.getClassLoader());
      there = true;
    } catch (ClassNotFoundException e) {
      there = false;
    }
    if (!there && SAID.compareAndSet(false, true)) {
      LOG.log(
          Level.INFO,
          "a large gallery is searched faster with org.apache.lucene:lucene-core on the class path");
    }
    return there;
  }

  @Override
  public void search(float[] probe, IntPredicate accepted, int count, Hits hits) {
    State now = state;
    if (now == null || !searchGraph(now, probe, accepted, count, hits)) {
      exact.search(probe, accepted, count, hits);
    }
  }

  private boolean searchGraph(
      State now, float[] probe, IntPredicate accepted, int count, Hits hits) {
    if (count > exact.size() / 100) {
      return false;
    }
    hits.reset(count);
    int candidates = Math.max(CANDIDATES, 2 * count);
    boolean complete =
        now.graph.search(
            probe,
            slot -> slot < now.end && exact.contains(slot) && accepted.test(slot),
            candidates,
            slot -> {
              float score = exact.score(slot, probe);
              // Not a number when it was removed meanwhile.
              if (!Float.isNaN(score) && hits.beats(score, count)) {
                hits.offer(slot, score, count);
              }
            });
    if (!complete || hits.size < count) {
      return false;
    }
    exact.searchFrom(now.end, probe, accepted, count, hits);
    hits.sort();
    return true;
  }

  /** Does not wait for the thread that builds; it stops by itself. */
  @Override
  public void close() {
    closed = true;
    builder.execute(
        () -> {
          State last = state;
          if (last != null) {
            free(last.graph);
          }
        });
    builder.shutdown();
  }
}
