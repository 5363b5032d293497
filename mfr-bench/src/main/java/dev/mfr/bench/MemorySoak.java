package dev.mfr.bench;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.image.RgbImage;
import dev.mfr.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Whether memory stays flat: many recognitions in one process, with the resident memory after each
 * tenth.
 *
 * <pre>java -Xmx512m -cp mfr-bench/target/benchmarks.jar dev.mfr.bench.MemorySoak [RECOGNITIONS]
 * </pre>
 *
 * <p>Reads {@code /proc/self/status}, so Linux only. Default: 10,000 recognitions; each decodes
 * nothing and recognises the 250×250 portrait.
 */
public final class MemorySoak {
  private MemorySoak() {}

  /**
   * Runs the recognitions.
   *
   * @param args how many, optional
   */
  public static void main(String[] args) throws IOException {
    int total = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    RgbImage portrait = BenchPipeline.portrait();
    try (MaskedFaceRecognizer recognizer = BenchPipeline.recognizer(OnnxOptions.DEFAULTS)) {
      int faces = 0;
      for (int i = 1; i <= total; i++) {
        faces += recognizer.recognize(portrait).faces().size();
        if (i == 100 || i % Math.max(1, total / 10) == 0) {
          System.gc();
          Runtime heap = Runtime.getRuntime();
          System.out.printf(
              Locale.ROOT,
              "%6d recognitions, %d faces: resident %.1f MB, Java heap used %.1f MB%n",
              i,
              faces,
              residentKilobytes() / 1024.0,
              (heap.totalMemory() - heap.freeMemory()) / 1048576.0);
        }
      }
    }
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
