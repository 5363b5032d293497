package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Console console(boolean quiet) {
    return new Console(new PrintWriter(out, true), new PrintWriter(err, true), quiet);
  }

  @Test
  void progress_shortJob_showsNoBar() {
    try (Console.Progress progress = console(false).progress("job", 2)) {
      progress.step();
      progress.step();
    }

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void progress_jobOfMoreThanTwoSeconds_showsCountAndTimeOnStderrOnly() throws Exception {
    Console loud = console(false);
    try (Console.Progress progress = loud.progress("job", 4)) {
      progress.step();
      Thread.sleep(2100);
      progress.step();
      loud.line("a result");
    }

    assertThat(err.toString()).contains("job").contains("2/4").contains("0:00:02");
    assertThat(out.toString()).isEqualToIgnoringNewLines("a result");
  }

  @Test
  void remark_quiet_isLeftOutAndFailuresAreTold() {
    Console quiet = console(true);

    quiet.remark("a remark");
    quiet.failure("a failure");

    assertThat(err.toString()).isEqualToIgnoringNewLines("a failure");
  }
}
