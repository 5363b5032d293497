package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.inference.InferenceException;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFailureTest {

  @Test
  void explain_musl_namesAnImageThatWorks() {
    UnsatisfiedLinkError alpine =
        new UnsatisfiedLinkError(
            "/tmp/onnxruntime-java1/libonnxruntime.so: Error loading shared library"
                + " ld-linux-x86-64.so.2: No such file or directory");
    assertThat(LoadFailure.explain(new ExceptionInInitializerError(alpine)))
        .contains("Alpine has musl", "Debian");
  }

  @Test
  void explain_oldGlibc_namesAnImageThatWorks() {
    assertThat(
            LoadFailure.explain(
                new UnsatisfiedLinkError("/lib64/libc.so.6: version `GLIBC_2.27' not found")))
        .contains("GNU C library");
  }

  @Test
  void explain_noexec_namesTheSetting() {
    assertThat(
            LoadFailure.explain(
                new UnsatisfiedLinkError(
                    "libonnxruntime.so: failed to map segment from shared object")))
        .contains("noexec", "-Djava.io.tmpdir");
  }

  @Test
  void load_temporaryFolderMissing_failsAlikeEveryTime(@TempDir Path folder) throws Exception {
    String output =
        inOtherProcess(
            System.getProperty("java.class.path"), "-Djava.io.tmpdir=" + folder.resolve("missing"));
    assertThat(output.lines())
        .hasSize(2)
        .allMatch(line -> line.contains("cannot be written to the temporary folder"));
  }

  @Test
  void load_jarMissing_namesTheDependency() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("onnxruntime"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(inOtherProcess(classPath, "-Dunused=1").lines())
        .hasSize(2)
        .allMatch(line -> line.contains("add the dependency com.microsoft.onnxruntime"));
  }

  private static String inOtherProcess(String classPath, String property) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                property,
                "-cp",
                classPath,
                Twice.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /** Asks for the runtime twice and prints the failures. */
  static final class Twice {
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println(OnnxRuntime.version());
        } catch (InferenceException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }
}
