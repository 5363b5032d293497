package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MfrTest {

  @Test
  void run_withoutCommand_isWrongUsage() {
    Cli.Run run = Cli.run();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("a command is missing");
  }

  @Test
  void run_unknownCommand_isWrongUsage() {
    Cli.Run run = Cli.run("recognise");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("recognise").contains("recognize");
  }

  @Test
  void run_unknownOption_isWrongUsageAndNamesIt() {
    Cli.Run run = Cli.run("landmarks", "--jsn", "a.jpg");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--jsn").contains("mfr landmarks --help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "landmarks", "crop", "train", "recognize", "evaluate", "models", "doctor"})
  void run_helpOfACommand_tellsUsageAndExitCodes(String command) {
    Cli.Run run = Cli.run(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("Usage: mfr " + command).contains("nothing usable was found");
    assertThat(run.err()).isEmpty();
    assertThat(Cli.run("--help").out()).contains("  " + command + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "train"})
  void run_version_tellsIt(String command) {
    Cli.Run run = command.isEmpty() ? Cli.run("--version") : Cli.run(command, "--version");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("mfr ");
  }
}
