package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
      strings = {
        "demo",
        "landmarks",
        "crop",
        "train",
        "recognize",
        "evaluate",
        "enrol",
        "identify",
        "verify",
        "gallery",
        "quality",
        "calibrate",
        "models",
        "doctor"
      })
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

  @Test
  void run_wordInPlaceOfANumber_isSaidWithoutJavaTypes() {
    assertThat(Cli.run("landmarks", "--max-pixels", "x", "a.jpg").err())
        .contains("'x' is not a whole number");
    assertThat(Cli.run("train", "--learning-rate", "x", "--data", "d", "--model", "m").err())
        .contains("'x' is not a number");
  }

  @Test
  void run_impossiblePath_isWrongUsage() {
    Cli.Run run = Cli.run("landmarks", "a\0b.jpg");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("'a?b.jpg' is no path").contains("mfr landmarks --help");
    assertThat(run.err()).doesNotContain("InvalidPathException");
  }

  @Test
  void main_foreignLettersWithoutAUtf8Locale_namesTheCure() throws Exception {
    assumeThat(Path.of("/bin/sh")).exists();
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            "exec \"$0\" -cp \"$1\" dev.mfr.examples.cli.Mfr landmarks \"$(printf 'caf\\303\\251.jpg')\" 2>&1",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            System.getProperty("java.class.path"));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(told).isEqualTo(2);
    assertThat(told).contains("is no path in this locale").contains("LC_ALL=C.UTF-8");
  }

  /** As a pipe whose reader has had enough after a line. */
  private static final class ClosedPipe extends Writer {
    private int lines;

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        lines += text[i] == '\n' ? 1 : 0;
      }
      if (lines > 1) {
        throw new IOException("Broken pipe");
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"landmarks", "crop", "recognize"})
  void run_closedOutput_endsSoonAndQuietly(String command, @TempDir Path dir) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(
        switch (command) {
          case "crop" -> List.of("--out", dir.resolve("out").toString());
          case "recognize" -> List.of("--model", TestPictures.model().toString(), "--json");
          default -> List.of("--json");
        });
    TestPictures.landscape(dir.resolve("0.png"));
    TestPictures.landscape(dir.resolve("1.png"));
    args.add(dir.resolve("0.png").toString());
    args.add(dir.resolve("1.png").toString());
    // Everything else cannot be read, and would be told if it were reached.
    for (int i = 0; i < 20; i++) {
      args.add(dir.resolve("missing-" + i + ".png").toString());
    }
    StringWriter err = new StringWriter();

    int code =
        Mfr.run(
            new PrintWriter(new ClosedPipe(), true),
            new PrintWriter(err, true),
            args.toArray(new String[0]));

    assertThat(code).isEqualTo(3);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void run_controlCharactersInANameOfAPicture_doNotReachTheTerminal(@TempDir Path dir) {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    Path good = TestPictures.landscape(dir.resolve("a\nb\u001b[31m.png"));
    Path bad = dir.resolve("c\nd.png");

    Cli.Run text = Cli.run("landmarks", good, bad);
    Cli.Run json = Cli.run("landmarks", "--json", good);

    assertThat(text.out().lines()).hasSize(1).allMatch(line -> line.contains("a?b?[31m.png"));
    assertThat(text.errLines()).hasSize(1).allMatch(line -> line.contains("c?d.png"));
    assertThat(json.json().get(0).get("image").asText()).isEqualTo(good.toString());
  }

  @Test
  void time_isRoundedToWhatMatters() {
    assertThat(Text.time(35_400_000_000L)).isEqualTo("35 s");
    assertThat(Text.time(725_000_000_000L)).isEqualTo("12 min");
    assertThat(Text.time(11_100_000_000_000L)).isEqualTo("3 h 5 min");
  }
}
