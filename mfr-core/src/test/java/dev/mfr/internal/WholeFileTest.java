package dev.mfr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path dir;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void write_existingFile_isReplacedAndNothingElseIsLeft() throws IOException {
    Path file = Files.writeString(dir.resolve("a"), "old and longer");

    WholeFile.write(new byte[] {'n', 'e', 'w'}, file, true);

    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void write_link_replacesWhatItLeadsTo() throws IOException {
    Path file = Files.writeString(dir.resolve("a"), "old");
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);

    WholeFile.write(new byte[] {'n', 'e', 'w'}, link, false);

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void write_pipe_isRefusedAndStaysAPipe() throws Exception {
    Path pipe = dir.resolve("pipe");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/mkfifo"))
            && new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor() == 0,
        "skipped: this system has no mkfifo");

    assertThatThrownBy(() -> WholeFile.write(new byte[1], pipe, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("regular file");
    assertThat(Files.isRegularFile(pipe)).isFalse();
    assertThat(names()).containsExactly("pipe");
  }

  @Test
  void write_folderIsMissing_leavesNothing() throws IOException {
    assertThatThrownBy(() -> WholeFile.write(new byte[1], dir.resolve("none/a"), false))
        .isInstanceOf(IOException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void write_processIsTerminatedMeanwhile_leavesAWholeFileOrNone() throws Exception {
    Path file = dir.resolve("big");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                WholeFileTest.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("writing");
      process.destroy();
      process.waitFor();
    }

    assertThat(names()).isSubsetOf("big");
    if (Files.exists(file)) {
      assertThat(file).hasSize(BIG);
    }
  }

  private static final int BIG = 64 << 20;

  /** Writes a large file again and again until it is terminated. */
  public static void main(String[] args) throws IOException {
    byte[] bytes = new byte[BIG];
    System.out.println("writing");
    while (true) {
      WholeFile.write(bytes, Path.of(args[0]), false);
    }
  }
}
