package dev.mfr.bench;

import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
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
 * Finding the faces of a picture: one face, where the first pass succeeds, and none, where every
 * pass is tried.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar LandmarkBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class LandmarkBenchmark {
  /** What the picture shows. */
  @Param({"one", "none"})
  public String faces;

  private FaceMeshDetector detector;
  private RgbImage picture;

  /** Opens the detector. */
  @Setup
  public void open() {
    detector = FaceMeshDetector.open();
    RgbImage portrait = BenchPipeline.portrait();
    picture = faces.equals("one") ? portrait : portrait.subImage(0, 190, 60, 60);
    int expected = faces.equals("one") ? 1 : 0;
    if (detector.detect(picture).size() != expected) {
      throw new IllegalStateException("the picture must show " + faces + " face");
    }
  }

  /** Closes the detector. */
  @TearDown
  public void close() {
    detector.close();
  }

  /** All faces with their 468 points. */
  @Benchmark
  public List<DetectedFace> detect() {
    return detector.detect(picture);
  }
}
