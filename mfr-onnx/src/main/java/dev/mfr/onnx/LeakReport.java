package dev.mfr.onnx;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;

/**
 * Warns when a model was garbage collected without having been closed. It only reports: freeing
 * native memory at an unknown time in an unknown thread would hide the mistake.
 */
final class LeakReport implements Runnable {
  private static final Logger LOGGER = System.getLogger("dev.mfr.onnx");
  private static final Cleaner CLEANER = Cleaner.create();

  private final String name;
  private volatile boolean closed;

  private LeakReport(String name) {
    this.name = name;
  }

  static LeakReport watch(Object model, String name) {
    LeakReport report = new LeakReport(name);
    CLEANER.register(model, report);
    return report;
  }

  void closed() {
    closed = true;
  }

  @Override
  public void run() {
    if (!closed) {
      LOGGER.log(
          Level.WARNING,
          "model {0} was lost without close(): its native memory stays taken until the process ends."
              + " Close the model, or the embedder, detector or recognizer that it belongs to",
          name);
    }
  }
}
