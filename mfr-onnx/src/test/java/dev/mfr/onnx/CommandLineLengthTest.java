package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a runtime must survive to be shipped: see docs/decisions/0012. */
class CommandLineLengthTest {

  @Test
  void start_longCommandLine_runsAndLeavesNothingInTheHomeFolder(@TempDir Path home)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlong=" + "x".repeat(10_000),
            "-Duser.home=" + home,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            CommandLineLengthTest.class.getName());
    builder.environment().put("HOME", home.toString());
    Process process = builder.redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).contains("started");
    try (Stream<Path> left = Files.list(home)) {
      assertThat(left).isEmpty();
    }
  }

  /** Starts the runtime. */
  public static void main(String[] args) {
    System.out.println("started " + OrtEnvironment.getEnvironment().getVersion());
  }
}
