package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The process must not grow, however long it runs. Linux only: reads /proc. Each run is a process
 * of its own whose Java heap is wholly resident from the start, so that what grows is native
 * memory.
 */
@Tag("slow")
class SoakTest {

  @Test
  void embed_tenThousandRuns_memoryStaysFlat() throws Exception {
    assertThat(growth("embed")).isLessThan(32);
  }

  @Test
  void openAndClose_hundredTimes_memoryStaysFlat() throws Exception {
    assertThat(growth("open")).isLessThan(96);
  }

  /** Runs {@link #main} in a process of its own; how many megabytes it grew by. */
  private static long growth(String what) throws IOException, InterruptedException {
    assumeThat(Path.of("/proc/self/status")).as("memory figures of Linux").exists();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                classPath,
                SoakTest.class.getName(),
                what)
            .redirectErrorStream(true)
            .start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(printed).isZero();
    System.out.println(what + ": resident megabytes before and after: " + printed);
    String[] numbers = printed.substring(printed.lastIndexOf('\n') + 1).split(" ", -1);
    return Long.parseLong(numbers[1]) - Long.parseLong(numbers[0]);
  }

  /** Prints the resident memory in megabytes after the warm-up and at the end. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("embed")) {
      try (FaceEmbedder embedder = ResNet50Embedder.open()) {
        // The runtime's arena settles within some 1500 runs of mixed batch sizes.
        embed(embedder, 2500);
        long before = residentMegabytes();
        embed(embedder, 10_000);
        System.out.println(before + " " + residentMegabytes());
      }
      return;
    }
    openAndClose(100);
    long before = residentMegabytes();
    openAndClose(100);
    System.out.println(before + " " + residentMegabytes());
  }

  private static void embed(FaceEmbedder embedder, int times) {
    Random random = new Random(3);
    List<FaceView> views = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      views.add(BundledModelsTest.view("roi", 100, random));
    }
    for (int i = 0; i < times; i++) {
      embedder.embed(Faces.of(views.subList(0, 1 + i % 4)));
    }
  }

  private static void openAndClose(int times) {
    for (int i = 0; i < times; i++) {
      try (FaceEmbedder embedder = DlibEmbedder.open()) {
        embedder.embed(Faces.of(BundledModelsTest.view("chip", 150, new Random(i))));
      }
    }
  }

  private static long residentMegabytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
