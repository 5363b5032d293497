package dev.mfr.bench;

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
 * One recognition of the decoded 250×250 portrait by this library, by ONNX Runtime alone on the
 * same graphs, and by rivals, which are first checked to say the same. Each thread has its own.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar ContenderBenchmark -prof gc</pre>
 *
 * <p>For ratios on a noisy machine use {@link Comparison}, which interleaves them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class ContenderBenchmark {
  /** Who recognises. */
  @Param({
    Contenders.MFR,
    Contenders.BARE,
    Contenders.DJL,
    Contenders.NAIVE,
    Contenders.OPENCV,
  })
  public String contender;

  /** {@code int8}, or {@code fp32} with a file. */
  @Param("int8")
  public String precision;

  /** Threads inside one run of a network. */
  @Param("1")
  public int intraOpThreads;

  private Contenders contenders;
  private Contender opened;

  /** Opens the contender and compares its answer with the library's. */
  @Setup
  public void open() throws Exception {
    if (contender.equals(Contenders.DJL)) {
      DjlPipeline.prepare();
    }
    contenders = new Contenders(Precision.of(precision), intraOpThreads);
    opened = contenders.open(contender);
  }

  /** Closes it. */
  @TearDown
  public void close() throws Exception {
    opened.close();
    contenders.close();
  }

  /** One recognition. */
  @Benchmark
  public Object recognize() throws Exception {
    return opened.run();
  }
}
