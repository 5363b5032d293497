package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Console console(boolean quiet) {
    return new Console(
        new PrintWriter(out, true), new PrintWriter(err, true), quiet, true, System::nanoTime);
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
  void progress_withoutTerminal_isToldInLinesEveryTenSeconds() {
    long[] seconds = {0};
    Console console =
        new Console(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            false,
            false,
            () -> seconds[0] * 1_000_000_000L);
    try (Console.Progress progress = console.progress("recognize", 40)) {
      for (; seconds[0] < 40; seconds[0]++) {
        progress.step();
      }
    }

    assertThat(err.toString().lines())
        .containsExactly(
            "recognize 4 of 40, 27 s left",
            "recognize 15 of 40, 23 s left",
            "recognize 26 of 40, 13 s left",
            "recognize 37 of 40, 3 s left");
    assertThat(err.toString()).doesNotContain("\r");
  }

  @Test
  void line_controlCharacters_areQuestionMarks() {
    Console console = console(false);

    console.line("a\nb\u001b[31mc.jpg: no face");
    console.failure("cannot read x\r\ny\u0085");
    console.json(Json.object().put("image", "a\nb"));

    assertThat(out.toString().lines())
        .containsExactly("a?b?[31mc.jpg: no face", "{\"image\":\"a\\nb\"}");
    assertThat(err.toString().lines()).containsExactly("cannot read x??y?");
  }

  @Test
  void remark_quiet_isLeftOutAndFailuresAreTold() {
    Console quiet = console(true);

    quiet.remark("a remark");
    quiet.failure("a failure");

    assertThat(err.toString()).isEqualToIgnoringNewLines("a failure");
  }
}
