package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceView;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleThreadsTest {

  /**
   * Threads that spin would use their processors whole: a second of each. Six windows, the least of
   * which counts, since a garbage collection or a compiler may fall into one.
   */
  @Test
  void latencyProfile_betweenCalls_usesNoProcessor() throws InterruptedException {
    var process =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    OnnxOptions options = OnnxOptions.latency().toBuilder().intraOpThreads(2).build();
    FaceView view = BundledModelsTest.view("chip", 150, new Random(1));
    try (FaceEmbedder first = MaskAwareEmbedder.open(options);
        FaceEmbedder second = DlibEmbedder.open(options)) {
      for (FaceEmbedder embedder : List.of(first, second)) {
        for (int i = 0; i < 3; i++) {
          embedder.embed(Faces.of(List.of(view)));
        }
      }
      double[] shares = new double[6];
      for (int window = 0; window < shares.length; window++) {
        long cpu = process.getProcessCpuTime();
        long wall = System.nanoTime();
        Thread.sleep(200);
        shares[window] = (process.getProcessCpuTime() - cpu) / (double) (System.nanoTime() - wall);
      }
      assertThat(Arrays.stream(shares).min().orElseThrow())
          .as("processors in use while idle, by window: %s", Arrays.toString(shares))
          .isLessThan(.3);
    }
  }

  @Test
  void profiles_areWhatTheySay() {
    assertThat(OnnxOptions.throughput()).isEqualTo(OnnxOptions.DEFAULTS);
    OnnxOptions latency = OnnxOptions.latency();
    assertThat(latency.spinning()).isFalse();
    assertThat(latency.intraOpThreads())
        .isEqualTo(Math.min(4, Runtime.getRuntime().availableProcessors()));
    assertThat(latency.toBuilder().intraOpThreads(1).build()).isEqualTo(OnnxOptions.DEFAULTS);
  }
}
