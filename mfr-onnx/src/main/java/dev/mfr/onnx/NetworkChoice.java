package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Which of several networks for the same job is the fastest on this machine, such as the ResNet-50
 * in int8, which is bundled, and in fp32, which is a file of its own.
 *
 * <p>A choice for set-up, not for every start: a head is trained on the features of one network,
 * and the features of another precision are near but not the same. Measure, choose, train, and
 * keep.
 *
 * <pre>{@code
 * NetworkChoice choice = NetworkChoice.fastest(options, OnnxModels.resNet50(),
 *     ModelBundle.file(Path.of("resnet50-periocular.onnx"), PixelNormalization.SIGNED_UNIT));
 * FaceEmbedder embedder = ResNet50Embedder.open(choice.chosen(), options);
 * }</pre>
 *
 * @param chosen the network to use
 * @param candidates all of them with their times, in the order given
 * @param reason why it was chosen, in one sentence
 */
public record NetworkChoice(ModelBundle chosen, List<Candidate> candidates, String reason) {
  private static final int WARM_UP = 5;
  private static final int LEAST_RUNS = 15;
  private static final int MOST_RUNS = 200;

  /** How long one candidate is run, unless its fewest runs take longer. */
  private static final long NANOS = 500_000_000;

  /**
   * A difference that is no reason to give up the network that was named first: one run and the
   * next differ by as much.
   */
  private static final double TIE = .05;

  public NetworkChoice {
    candidates = List.copyOf(candidates);
  }

  /**
   * A network and how long one call of it takes.
   *
   * @param modelId the id of its manifest
   * @param precision {@code "int8"}, {@code "fp32"}, as the manifest says
   * @param device where it ran
   * @param milliseconds the median of its calls with a batch of one
   */
  public record Candidate(String modelId, String precision, String device, double milliseconds) {}

  /**
   * {@return the fastest of some networks with a batch of one}
   *
   * <p>Each is warmed up and then run for about half a second on the same made-up input, in turns
   * with the others, so that other work on the machine disturbs all alike; medians are compared. A
   * network within 5 % of the fastest that was named before it is preferred, so put first the one
   * that you would rather use. The networks are opened for the measurement and closed again.
   *
   * @param options how they are going to be run
   * @param bundles one or more with the same inputs
   * @throws IllegalArgumentException when there is none, or their inputs differ
   * @throws dev.mfr.inference.ModelException when one cannot be used
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime or a required provider does not
   *     work
   */
  public static NetworkChoice fastest(OnnxOptions options, ModelBundle... bundles) {
    checkArgument(bundles.length > 0, "name a network or more to choose from");
    OnnxRuntime runtime = OnnxRuntime.create(options);
    List<InferenceModel> models = new ArrayList<>();
    try {
      for (ModelBundle bundle : bundles) {
        models.add(runtime.open(bundle));
        checkArgument(
            models.get(0).inputs().equals(models.get(models.size() - 1).inputs()),
            "%s and %s have different inputs, %s and %s; compare networks for the same job",
            bundles[0].manifest().name(),
            bundle.manifest().name(),
            models.get(0).inputs(),
            models.get(models.size() - 1).inputs());
      }
      double[] medians =
          medians(models.stream().map(NetworkChoice::timer).toList(), NANOS * models.size());
      List<Candidate> candidates = new ArrayList<>();
      for (int i = 0; i < bundles.length; i++) {
        candidates.add(
            new Candidate(
                bundles[i].manifest().id(),
                bundles[i].manifest().precision(),
                models.get(i).device(),
                medians[i]));
      }
      int chosen = choose(medians);
      return new NetworkChoice(bundles[chosen], candidates, reason(candidates, chosen));
    } finally {
      models.forEach(InferenceModel::close);
    }
  }

  /** Runs a network once and says how many nanoseconds that took, without filling its input. */
  private static LongSupplier timer(InferenceModel model) {
    List<float[]> made = new ArrayList<>();
    Random random = new Random(1);
    for (TensorSpec input : model.inputs()) {
      float[] values = new float[input.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 2 * random.nextFloat() - 1;
      }
      made.add(values);
    }
    long[] start = new long[1];
    return () ->
        model.run(
            1,
            buffers -> {
              for (int i = 0; i < made.size(); i++) {
                buffers.input(model.inputs().get(i).name()).put(made.get(i));
              }
              start[0] = System.nanoTime();
            },
            buffers -> System.nanoTime() - start[0]);
  }

  /** In milliseconds; the timers take turns until the time is used up. */
  static double[] medians(List<LongSupplier> timers, long nanos) {
    long[][] times = new long[timers.size()][MOST_RUNS];
    for (int i = 0; i < WARM_UP; i++) {
      time(timers, times, 0);
    }
    int runs = 0;
    for (long used = 0; runs < LEAST_RUNS || (used < nanos && runs < MOST_RUNS); runs++) {
      used += time(timers, times, runs);
    }
    double[] medians = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      Arrays.sort(times[i], 0, runs);
      medians[i] = (times[i][(runs - 1) / 2] + times[i][runs / 2]) / 2e6;
    }
    return medians;
  }

  /** One run of each; returns what they took together. */
  private static long time(List<LongSupplier> timers, long[][] times, int run) {
    long sum = 0;
    for (int i = 0; i < times.length; i++) {
      times[i][run] = timers.get(i).getAsLong();
      sum += times[i][run];
    }
    return sum;
  }

  /** The first that is no more than a tie slower than the fastest. */
  static int choose(double[] milliseconds) {
    double limit = (1 + TIE) * Arrays.stream(milliseconds).min().orElseThrow();
    int first = 0;
    while (milliseconds[first] > limit) {
      first++;
    }
    return first;
  }

  private static String reason(List<Candidate> candidates, int chosen) {
    Candidate winner = candidates.get(chosen);
    if (candidates.size() == 1) {
      return winner.modelId + " is the only candidate";
    }
    double next = Double.POSITIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      if (i != chosen) {
        next = Math.min(next, candidates.get(i).milliseconds);
      }
    }
    return String.format(
        Locale.ROOT,
        next / winner.milliseconds > 1 + TIE
            ? "%s takes %.1f ms a call, the next %.1f ms"
            : "%s takes %.1f ms a call, about as long as the next (%.1f ms), and was named first",
        winner.modelId,
        winner.milliseconds,
        next);
  }

  /** {@return the reason} */
  @Override
  public String toString() {
    return "NetworkChoice[" + reason + "]";
  }
}
