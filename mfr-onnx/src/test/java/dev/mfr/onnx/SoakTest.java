package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process must not grow, however long it runs. Linux only: reads /proc. */
@Tag("slow")
class SoakTest {

  @Test
  void embed_tenThousandRuns_memoryStaysFlat() throws IOException {
    try (FaceEmbedder embedder = ResNet50Embedder.open()) {
      List<FaceView> views = new ArrayList<>();
      Random random = new Random(3);
      for (int i = 0; i < 4; i++) {
        views.add(BundledModelsTest.view("roi", 100, random));
      }
      for (int i = 0; i < 1000; i++) {
        embedder.embed(views.subList(0, 1 + i % 4));
      }
      long before = residentMegabytes();
      for (int i = 0; i < 10_000; i++) {
        embedder.embed(views.subList(0, 1 + i % 4));
      }
      long after = residentMegabytes();
      System.out.printf("10,000 runs: resident %d MB before, %d MB after%n", before, after);
      assertThat(after - before).isLessThan(64);
    }
  }

  @Test
  void openAndClose_hundredTimes_memoryStaysFlat() throws IOException {
    openAndClose(50);
    long before = residentMegabytes();
    openAndClose(100);
    long after = residentMegabytes();
    System.out.printf("100 times open: resident %d MB before, %d MB after%n", before, after);
    assertThat(after - before).isLessThan(128);
  }

  private static void openAndClose(int times) {
    for (int i = 0; i < times; i++) {
      try (FaceEmbedder embedder = DlibEmbedder.open()) {
        embedder.embed(List.of(BundledModelsTest.view("chip", 150, new Random(i))));
      }
    }
  }

  private static long residentMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeThat(status).as("memory figures of Linux").exists();
    System.gc();
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
