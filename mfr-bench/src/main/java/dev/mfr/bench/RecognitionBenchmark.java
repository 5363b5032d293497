package dev.mfr.bench;

import ai.onnxruntime.OrtException;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.Recognition;
import dev.mfr.image.RgbImage;
import dev.mfr.onnx.OnnxOptions;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One recognition of a decoded 250×250 picture with one face, beside ONNX Runtime alone on the same
 * graphs.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar RecognitionBenchmark -prof gc</pre>
 *
 * <p>For the ratio of the two on a noisy machine use {@link RecognitionCost}, which interleaves
 * them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class RecognitionBenchmark {
  /** Threads inside one run of a network. */
  @Param("1")
  public int intraOpThreads;

  private MaskedFaceRecognizer recognizer;
  private BareRuntime bare;
  private RgbImage portrait;

  /** Opens both. */
  @Setup
  public void open() throws OrtException {
    portrait = BenchPipeline.portrait();
    recognizer =
        BenchPipeline.recognizer(OnnxOptions.builder().intraOpThreads(intraOpThreads).build());
    bare = new BareRuntime(intraOpThreads);
    if (recognizer.recognize(portrait).faces().size() != 1) {
      throw new IllegalStateException("the portrait must show one face");
    }
  }

  /** Closes both. */
  @TearDown
  public void close() throws OrtException {
    recognizer.close();
    bare.close();
  }

  /** Detector, mesh, region, ResNet-50, softmax over a hundred people. */
  @Benchmark
  public Recognition recognize() {
    return recognizer.recognize(portrait);
  }

  /** The baseline: the three networks with ready tensors. */
  @Benchmark
  public float bareRuntime() throws OrtException {
    return bare.run();
  }
}
