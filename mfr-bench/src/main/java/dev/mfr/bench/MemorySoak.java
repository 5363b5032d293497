package dev.mfr.bench;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.image.RgbImage;
import dev.mfr.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether memory stays flat: many recognitions in one process, and the resident memory at the end
 * over that after a twentieth of them.
 *
 * <p>Reads {@code /proc/self/status}, so Linux only. Each recognition decodes nothing and
 * recognises the 250×250 portrait by the default's networks. Give the JVM a heap limit: {@code java
 * -Xmx512m -jar benchmarks.jar soak}.
 */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = "Resident memory after many recognitions over that after a twentieth (Linux).")
final class MemorySoak implements Callable<Integer> {
  @Option(names = "--recognitions", description = "How many; default: ${DEFAULT-VALUE}.")
  int total = 10_000;

  @Option(names = "--out", description = "Folder of soak.json; default: ${DEFAULT-VALUE}.")
  Path out = Path.of("benchmark-results");

  @Override
  public Integer call() throws IOException {
    Machine machine = Machine.here();
    RgbImage portrait = BenchPipeline.portrait();
    int early = Math.max(1, total / 20);
    double first = Double.NaN;
    double last = Double.NaN;
    try (MaskedFaceRecognizer recognizer =
        BenchPipeline.recognizer("fused", Precision.INT8, OnnxOptions.DEFAULTS)) {
      int faces = 0;
      for (int i = 1; i <= total; i++) {
        faces += recognizer.recognize(portrait).faces().size();
        if (i == early || i == total || i % Math.max(1, total / 10) == 0) {
          System.gc();
          last = residentKilobytes() / 1024.0;
          first = i == early ? last : first;
          Runtime heap = Runtime.getRuntime();
          System.out.printf(
              Locale.ROOT,
              "%6d recognitions, %d faces: resident %.1f MB, Java heap used %.1f MB%n",
              i,
              faces,
              last,
              (heap.totalMemory() - heap.freeMemory()) / 1048576.0);
        }
      }
    }
    List<Measure> measures = new ArrayList<>();
    measures.add(
        Measure.ratio(
                "resident memory after " + total + " pictures ÷ after " + early,
                RatioSummary.of(last / first))
            .atMost(1.03));
    measures.forEach(System.out::println);
    new Results(machine, measures).write(out.resolve("soak.json"));
    return 0;
  }

  private static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmRSS line");
  }
}
