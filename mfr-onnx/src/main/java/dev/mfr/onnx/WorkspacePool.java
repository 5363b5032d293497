package dev.mfr.onnx;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Workspaces that no call uses at the moment, the last used one first. Thread-safe.
 *
 * <p>Keeps as many as there are processors, so that steady use of one batch size by many threads
 * allocates nothing, and batch sizes that go out of use are freed.
 */
final class WorkspacePool implements AutoCloseable {
  private final int limit;
  private final ArrayDeque<Workspace> idle = new ArrayDeque<>();

  WorkspacePool() {
    this(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  WorkspacePool(int limit) {
    this.limit = limit;
  }

  /** {@return a workspace of that batch size, or null when there is none} */
  @Nullable Workspace take(int batch) {
    synchronized (idle) {
      for (Iterator<Workspace> i = idle.iterator(); i.hasNext(); ) {
        Workspace workspace = i.next();
        if (workspace.batch() == batch) {
          i.remove();
          return workspace;
        }
      }
      return null;
    }
  }

  void give(Workspace workspace) {
    Workspace excess;
    synchronized (idle) {
      idle.addFirst(workspace);
      excess = idle.size() > limit ? idle.removeLast() : null;
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
