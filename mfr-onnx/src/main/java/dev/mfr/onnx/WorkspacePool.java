package dev.mfr.onnx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Workspaces that no call uses at the moment, the last used one first. Thread-safe.
 *
 * <p>Keeps as many as there are processors, so that steady use of one batch size by many threads
 * allocates nothing, and batch sizes that go out of use are freed.
 */
final class WorkspacePool implements AutoCloseable {
  private final int limit;
  private final List<Workspace> idle = new ArrayList<>();

  WorkspacePool() {
    this(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  WorkspacePool(int limit) {
    this.limit = limit;
  }

  /** {@return a workspace of that batch size, or null when there is none} */
  @Nullable Workspace take(int batch) {
    synchronized (idle) {
      // The last used one is at the end. An index, because an iterator would be garbage.
      for (int i = idle.size() - 1; i >= 0; i--) {
        if (idle.get(i).batch() == batch) {
          return idle.remove(i);
        }
      }
      return null;
    }
  }

  void give(Workspace workspace) {
    Workspace excess;
    synchronized (idle) {
      idle.add(workspace);
      excess = idle.size() > limit ? idle.remove(0) : null;
    }
    if (excess != null) {
      excess.close();
    }
  }

  int size() {
    synchronized (idle) {
      return idle.size();
    }
  }

  @Override
  public void close() {
    synchronized (idle) {
      idle.forEach(Workspace::close);
      idle.clear();
    }
  }
}
