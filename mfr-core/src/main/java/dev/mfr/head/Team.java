package dev.mfr.head;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The calling thread and some others that share a piece of work. Which of them does what must not
 * change a result: parts write apart and add nothing up among each other.
 */
final class Team implements AutoCloseable {
  static final ThreadFactory THREADS =
      new ThreadFactoryBuilder().setNameFormat("mfr-training-%d").setDaemon(true).build();

  private final int size;
  private final @Nullable ExecutorService others;

  /**
   * A team.
   *
   * @param size threads, the calling one among them, at least 1
   */
  Team(int size) {
    this.size = size;
    others = size > 1 ? Executors.newFixedThreadPool(size - 1, THREADS) : null;
  }

  int size() {
    return size;
  }

  /** {@return the first of {@code n} things that belong to a part; the end of the part before} */
  int from(int part, int n) {
    return (int) ((long) n * part / size);
  }

  /** Runs the parts 0 to {@code size}, the calling thread the first; returns when all are done. */
  void run(IntConsumer work) {
    if (others == null) {
      work.accept(0);
      return;
    }
    List<Future<?>> parts = new ArrayList<>(size - 1);
    for (int part = 1; part < size; part++) {
      int number = part;
      parts.add(others.submit(() -> work.accept(number)));
    }
    try {
      work.accept(0);
    } finally {
      for (Future<?> part : parts) {
        await(part);
      }
    }
  }

  /** Waits for a task to end; throws what it threw. */
  static void await(Future<?> task) {
    try {
      Uninterruptibles.getUninterruptibly(task);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (others != null) {
      others.shutdownNow();
    }
  }
}
