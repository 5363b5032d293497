package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Results on stdout; progress, remarks and failures on stderr, without tearing each other's lines.
 */
final class Console {
  private static final Duration BAR_AFTER = Duration.ofSeconds(2);
  private static final int BAR_WIDTH = 96;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean quiet;
  private int barLength;

  Console(PrintWriter out, PrintWriter err, boolean quiet) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
  }

  /** A line of the result. */
  synchronized void line(String text) {
    wipeBar();
    out.println(text);
  }

  /** A line of JSON. */
  void json(ObjectNode object) {
    line(Json.text(object));
  }

  /** Something that the user may want to know, such as a skipped picture. */
  synchronized void remark(String text) {
    if (!quiet) {
      wipeBar();
      err.println(text);
    }
  }

  /** Something that went wrong. */
  synchronized void failure(String text) {
    wipeBar();
    err.println(text);
  }

  private void wipeBar() {
    if (barLength > 0) {
      err.print("\r" + " ".repeat(barLength) + "\r");
      err.flush();
      barLength = 0;
    }
  }

  private synchronized void drawBar(String bar) {
    err.print("\r" + bar + " ".repeat(Math.max(0, barLength - bar.length())));
    err.flush();
    barLength = bar.length();
  }

  /**
   * Progress of a job of known size; a bar with count and time left appears when the job takes
   * longer than two seconds.
   */
  Progress progress(String task, long total) {
    return new Progress(task, total);
  }

  /** Counts steps. */
  final class Progress implements AutoCloseable {
    private final String task;
    private final long total;
    private final long start = System.nanoTime();
    private long done;
    private @Nullable ProgressBar bar;

    private Progress(String task, long total) {
      this.task = task;
      this.total = total;
    }

    /** One step is done. */
    void step() {
      done++;
      if (bar != null) {
        bar.stepTo(done);
        return;
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (!quiet && elapsed.compareTo(BAR_AFTER) > 0) {
        bar =
            new ProgressBarBuilder()
                .setTaskName(task)
                .setStyle(ProgressBarStyle.ASCII)
                .setInitialMax(total)
                .startsFrom(0, elapsed)
                .setUpdateIntervalMillis(500)
                .setConsumer(new BarConsumer())
                .setEtaFunction(
                    state ->
                        done == 0
                            ? Optional.empty()
                            : Optional.of(
                                Duration.ofNanos(
                                    (long)
                                        ((double) (System.nanoTime() - start)
                                            / done
                                            * (total - done)))))
                .build();
        bar.stepTo(done);
        bar.refresh();
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        synchronized (Console.this) {
          if (barLength > 0) {
            err.println();
            barLength = 0;
          }
        }
      }
    }
  }

  private final class BarConsumer implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return BAR_WIDTH;
    }

    @Override
    public void accept(String bar) {
      drawBar(bar.stripTrailing());
    }

    @Override
    public void close() {}
  }
}
