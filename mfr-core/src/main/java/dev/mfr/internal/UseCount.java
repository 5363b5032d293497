package dev.mfr.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets many threads use a resource and any thread close it: the resource is released exactly once,
 * at once when nobody uses it, otherwise by the last user. Never blocks.
 */
public final class UseCount {
  /*
   * The state counts users; CLOSED is added by the first close. A user that would join after that is refused. Whoever
   * brings the state to exactly CLOSED releases: the closer if no user is left, otherwise the last user.
   */
  private static final int CLOSED = 1 << 30;

  private final AtomicInteger state = new AtomicInteger();
  private final String name;
  private final Runnable release;

  /**
   * @param name what the resource is called in the message after close
   * @param release frees it; called once
   */
  public UseCount(String name, Runnable release) {
    this.name = name;
    this.release = release;
  }

  /**
   * Joins the users; every call is followed by {@link #exit} in a finally block.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public void enter() {
    for (int s = state.get(); ; s = state.get()) {
      if (s >= CLOSED) {
        throw new IllegalStateException(name + " is closed");
      }
      if (state.compareAndSet(s, s + 1)) {
        return;
      }
    }
  }

  /** Leaves the users. */
  public void exit() {
    if (state.decrementAndGet() == CLOSED) {
      release.run();
    }
  }

  /** Refuses further users and releases, now or after the last user; a second call does nothing. */
  public void close() {
    for (int s = state.get(); s < CLOSED; s = state.get()) {
      if (state.compareAndSet(s, s + CLOSED)) {
        if (s == 0) {
          release.run();
        }
        return;
      }
    }
  }

  /** {@return whether {@link #close} was called} */
  public boolean isClosed() {
    return state.get() >= CLOSED;
  }
}
