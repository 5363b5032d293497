package dev.mfr.bench;

import dev.mfr.RoiCropper;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxOptions;
import java.util.Collections;
import java.util.List;
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
 * The embedder on several faces at once; the baseline is a batch of one, as many times. Times are
 * of the whole batch.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar BatchBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class BatchBenchmark {
  /** Faces a call. */
  @Param({"1", "4", "16"})
  public int batch;

  /** {@code resnet50}, the paper's, or {@code fused}, the default. */
  @Param({"resnet50", "fused"})
  public String embedder;

  /** {@code int8}, or {@code fp32} with a file. */
  @Param("int8")
  public String precision;

  /** {@code cpu}, {@code cuda} or {@code tensorrt}. */
  @Param("cpu")
  public String provider;

  /** Threads inside one run of a network. */
  @Param("1")
  public int intraOpThreads;

  private FaceEmbedder network;
  private List<FaceViews> faces;

  /** Opens the embedder. */
  @Setup
  public void open() {
    OnnxOptions options = BenchPipeline.options(provider, intraOpThreads);
    network = BenchPipeline.embedder(embedder, Precision.of(precision), options);
    RoiCropper cropper = BenchPipeline.cropper(network);
    try (FaceMeshDetector detector = BenchPipeline.detector(options)) {
      faces = Collections.nCopies(batch, BenchPipeline.views(detector, cropper));
    }
  }

  /** Closes the embedder. */
  @TearDown
  public void close() {
    network.close();
  }

  /** Features and embeddings of the batch. */
  @Benchmark
  public FaceFeatures embed() {
    return network.embed(faces);
  }
}
