package dev.mfr.internal;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Reusable memory that no call uses at the moment, the last used piece first; as many pieces are
 * kept as there are processors. Thread-safe; taking and giving back allocates nothing.
 */
public final class Spares<T> {
  private final Supplier<T> maker;
  private final int limit = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final ArrayDeque<T> idle = new ArrayDeque<>();

  /**
   * @param maker makes a piece when none is idle
   */
  public Spares(Supplier<T> maker) {
    this.maker = maker;
  }

  /** {@return a piece for the caller alone; followed by {@link #give} in a finally block} */
  public T take() {
    synchronized (idle) {
      T spare = idle.pollFirst();
      if (spare != null) {
        return spare;
      }
    }
    return maker.get();
  }

  /**
   * Takes a piece back.
   *
   * @param spare holds nothing of its last use that should be freed
   */
  public void give(T spare) {
    synchronized (idle) {
      if (idle.size() < limit) {
        idle.addFirst(spare);
      }
    }
  }
}
