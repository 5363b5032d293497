package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
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
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);
  private static final int BAR_WIDTH = 96;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean quiet;
  private final boolean terminal;
  private final LongSupplier clock;
  private int barLength;

  /**
   * @param terminal whether somebody looks on, so that progress can be drawn in place; otherwise it
   *     is told in lines
   * @param clock nanoseconds
   */
  Console(PrintWriter out, PrintWriter err, boolean quiet, boolean terminal, LongSupplier clock) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Nobody reads the results any more, or they cannot be written. */
  static final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A line of the result. */
  void line(String text) {
    result(Text.printable(text));
  }

  /** A line of JSON. */
  void json(ObjectNode object) {
    result(Json.text(object));
  }

  private synchronized void result(String line) {
    wipeBar();
    out.println(line);
    if (out.checkError()) {
      throw new OutputClosedException();
    }
  }

  /** Something that the user may want to know, such as a skipped picture. */
  void remark(String text) {
    if (!quiet) {
      failure(text);
    }
  }

  /** Something that went wrong. */
  synchronized void failure(String text) {
    wipeBar();
    err.println(Text.printable(text));
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
   * Progress of a job of known size, with count and time left, when the job takes longer than two
   * seconds: a bar on a terminal, otherwise a line now and then.
   */
  Progress progress(String task, long total) {
    return new Progress(task, total);
  }

  /** Counts steps. */
  final class Progress implements AutoCloseable {
    private final String task;
    private final long total;
    private final long start = clock.getAsLong();
    private long nextLine = start + BAR_AFTER.toNanos();
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
      long now = clock.getAsLong();
      if (quiet || now - nextLine <= 0) {
        return;
      }
      if (terminal) {
        bar = openBar(Duration.ofNanos(now - start));
        bar.stepTo(done);
        bar.refresh();
      } else if (done < total) {
        nextLine = now + LINE_EVERY.toNanos();
        remark(
            String.format(
                Locale.ROOT, "%s %d of %d, %s left", task, done, total, Text.time(nanosLeft(now))));
      }
    }

    private long nanosLeft(long now) {
      return (long) ((double) (now - start) / done * (total - done));
    }

    private ProgressBar openBar(Duration elapsed) {
      return new ProgressBarBuilder()
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
                      : Optional.of(Duration.ofNanos(nanosLeft(clock.getAsLong()))))
          .build();
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
