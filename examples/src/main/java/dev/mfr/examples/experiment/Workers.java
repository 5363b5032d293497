package dev.mfr.examples.experiment;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same with each item of a list, several at a time. */
public final class Workers {
  private Workers() {}

  /**
   * {@return the results in order}
   *
   * @param <T> what is worked on
   * @param <R> what comes of it
   * @param threads how many at a time
   * @param items the list
   * @param work is done with each; a failure ends everything
   * @param done runs after each result, in order, on the calling thread
   */
  public static <T, R> List<R> map(int threads, List<T> items, Function<T, R> work, Runnable done) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("mfr-experiment-%d").build());
    try {
      List<Future<R>> futures = new ArrayList<>();
      for (T item : items) {
        futures.add(pool.submit(() -> work.apply(item)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(requireNonNull(Uninterruptibles.getUninterruptibly(future)));
        done.run();
      }
      return results;
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
      Uninterruptibles.awaitTerminationUninterruptibly(pool);
    }
  }
}
