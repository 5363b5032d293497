package dev.mfr.bench;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.HeadKind;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
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
 * Training a head on 2500 faces of 100 people, the calibration included, with the default options.
 * One thread is the baseline; the heads are equal.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar TrainingBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(2)
public class TrainingBenchmark {
  private static final int PEOPLE = 100;
  private static final int PICTURES = 25;
  private static final int EMBEDDING = 128;

  /** The length of a feature vector. */
  @Param({"128", "2048"})
  public int features;

  /** The most threads; 0 for one a processor. */
  @Param({"1", "0"})
  public int threads;

  /** Which head. */
  @Param({"linear", "cosine", "additive-angular", "hidden"})
  public String kind;

  private TrainingSet set;
  private SoftmaxTrainer trainer;

  /** Makes the faces up: clouds around random centres. */
  @Setup
  public void makeFaces() {
    Random random = new Random(1);
    float[] centres = noise(random, PEOPLE * features);
    int rows = PEOPLE * PICTURES;
    float[] values = noise(random, rows * features);
    List<String> labels = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      labels.add("person " + row % PEOPLE);
      for (int f = 0; f < features; f++) {
        values[row * features + f] += centres[row % PEOPLE * features + f];
      }
    }
    float[] embeddings = new float[rows * EMBEDDING];
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[i] = (random.nextBoolean() ? 1 : -1) / (float) Math.sqrt(EMBEDDING);
    }
    set =
        new TrainingSet(
            labels,
            new FaceFeatures(
                FeatureMatrix.of(rows, features, values),
                FeatureMatrix.of(rows, EMBEDDING, embeddings)),
            "clouds",
            "none",
            OptionalDouble.empty());
    trainer =
        SoftmaxTrainer.create(
            TrainingOptions.builder().threads(threads).headKind(headKind()).build());
  }

  private HeadKind headKind() {
    return switch (kind) {
      case "linear" -> HeadKind.linear();
      case "cosine" -> HeadKind.cosine();
      case "additive-angular" -> HeadKind.additiveAngular();
      case "hidden" -> HeadKind.hidden();
      default -> throw new IllegalStateException("no head is called " + kind);
    };
  }

  private static float[] noise(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** All epochs of both runs. */
  @Benchmark
  public SoftmaxHead train() {
    return trainer.train(set);
  }
}
