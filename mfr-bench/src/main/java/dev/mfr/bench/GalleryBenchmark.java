package dev.mfr.bench;

import dev.mfr.Classification;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxOptions;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The softmax head by the number of people that it knows, on the ResNet-50's 2048 features. A head
 * for 10,000 people takes minutes to train before it is measured.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar GalleryBenchmark -p people=10,100</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GalleryBenchmark {
  /** How many people the head knows. */
  @Param({"10", "100", "1000", "10000"})
  public int people;

  private SoftmaxHead head;
  private FaceFeatures face;
  private float[] features;
  private double[] probabilities;

  /** Trains the head. */
  @Setup
  public void train() {
    OnnxOptions options = OnnxOptions.DEFAULTS;
    try (FaceMeshDetector detector = BenchPipeline.detector(options);
        FaceEmbedder embedder = BenchPipeline.embedder("resnet50", Precision.INT8, options)) {
      var cropper = BenchPipeline.cropper(embedder);
      head = BenchPipeline.head(detector, cropper, embedder, people);
      face = embedder.embed(List.of(BenchPipeline.views(detector, cropper)));
    }
    features = face.features().row(0);
    probabilities = new double[people];
  }

  /** The probabilities alone. */
  @Benchmark
  public double[] probabilities() {
    head.probabilitiesInto(features, probabilities);
    return probabilities;
  }

  /** Probabilities, unknown rule and the ranking of all people. */
  @Benchmark
  public List<Classification> classify() {
    return head.classifyAll(face);
  }
}
