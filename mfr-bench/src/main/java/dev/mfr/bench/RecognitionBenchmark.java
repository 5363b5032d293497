package dev.mfr.bench;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.Recognition;
import dev.mfr.image.RgbImage;
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
 * Whole recognitions of a decoded picture, by its size and number of faces; a head of a hundred
 * people. All threads share one recognizer.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar RecognitionBenchmark -t 2 -p size=250</pre>
 *
 * <p>Its baselines are in {@link ContenderBenchmark}, for the smallest picture.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class RecognitionBenchmark {
  /** The picture's width and height. */
  @Param({"250", "640", "1280"})
  public int size;

  /** How many portraits the picture shows. */
  @Param({"1", "4"})
  public int faces;

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

  private MaskedFaceRecognizer recognizer;
  private RgbImage picture;

  /** Opens the recognizer and makes sure that it finds all faces. */
  @Setup
  public void open() {
    picture = BenchPipeline.picture(size, faces);
    recognizer =
        BenchPipeline.recognizer(
            embedder, Precision.of(precision), BenchPipeline.options(provider, intraOpThreads));
    int found = recognizer.recognize(picture).faces().size();
    if (found != faces) {
      throw new IllegalStateException(
          "the picture shows " + faces + " faces and " + found + " were found");
    }
  }

  /** Closes the recognizer. */
  @TearDown
  public void close() {
    recognizer.close();
  }

  /** Detector, mesh, views, embedder, softmax. */
  @Benchmark
  public Recognition recognize() {
    return recognizer.recognize(picture);
  }
}
