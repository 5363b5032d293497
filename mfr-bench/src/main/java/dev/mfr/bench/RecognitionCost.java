package dev.mfr.bench;

import ai.onnxruntime.OrtException;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.image.RgbImage;
import dev.mfr.onnx.OnnxOptions;
import java.util.Arrays;
import java.util.Locale;

/**
 * The cost of one recognition over the bare runtime, as a ratio of medians of interleaved calls: a
 * recognition, then the same three networks with ready tensors, and so on, so that a noisy machine
 * disturbs both alike.
 *
 * <pre>java -cp mfr-bench/target/benchmarks.jar dev.mfr.bench.RecognitionCost [ROUNDS] [CALLS]
 * </pre>
 *
 * <p>Prints a line a round and the median ratio. Defaults: 9 rounds of 200 pairs, after 400 pairs
 * of warm-up.
 */
public final class RecognitionCost {
  private RecognitionCost() {}

  /**
   * Runs the comparison.
   *
   * @param args rounds and pairs a round, both optional
   */
  public static void main(String[] args) throws OrtException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
    int calls = args.length > 1 ? Integer.parseInt(args[1]) : 200;
    RgbImage portrait = BenchPipeline.portrait();
    try (MaskedFaceRecognizer recognizer = BenchPipeline.recognizer(OnnxOptions.DEFAULTS);
        BareRuntime bare = new BareRuntime(1)) {
      measure(recognizer, bare, portrait, 400);
      double[] ratios = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        double[] medians = measure(recognizer, bare, portrait, calls);
        ratios[round] = medians[0] / medians[1];
        System.out.printf(
            Locale.ROOT,
            "round %d: recognition %.0f µs, bare runtime %.0f µs, ratio %.3f%n",
            round + 1,
            medians[0],
            medians[1],
            ratios[round]);
      }
      Arrays.sort(ratios);
      System.out.printf(
          Locale.ROOT,
          "median ratio %.3f (%.3f to %.3f)%n",
          ratios[rounds / 2],
          ratios[0],
          ratios[rounds - 1]);
    }
  }

  /** The median times of the recognition and of the bare runtime, in microseconds. */
  private static double[] measure(
      MaskedFaceRecognizer recognizer, BareRuntime bare, RgbImage portrait, int calls)
      throws OrtException {
    double[] ours = new double[calls];
    double[] theirs = new double[calls];
    float sink = 0;
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      sink += recognizer.recognize(portrait).faces().size();
      long middle = System.nanoTime();
      sink += bare.run();
      ours[i] = (middle - start) / 1e3;
      theirs[i] = (System.nanoTime() - middle) / 1e3;
    }
    if (Float.isNaN(sink)) {
      throw new IllegalStateException("a network answered NaN");
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    return new double[] {ours[calls / 2], theirs[calls / 2]};
  }
}
