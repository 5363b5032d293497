package dev.mfr.head;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/**
 * Trains softmax heads by transfer learning: the embedder stays as it is, a linear layer (or
 * another {@link HeadKind}) on its features learns to tell the people apart.
 *
 * <p>Stochastic gradient descent with momentum on the cross-entropy. Uses {@link
 * TrainingOptions#threads()}, which end with the training; memory is about three times the
 * features. Equal options and training sets give equal heads, bit for bit, on every machine and
 * with any number of threads. Immutable and thread-safe.
 */
public final class SoftmaxTrainer {
  /*
   * 1. Features are standardised, each block by its share (see Standardization); a linear head's weights start at 0 and its loss is
   *    convex.
   * 2. Part of the photographs of everybody with MIN_PICTURES_TO_HOLD_OUT or more is held out, if that gives MIN_HELD_OUT or
   *    more. A first run without them gives the temperature and, with patience, the number of epochs; without patience it
   *    goes on at the same time as the final one.
   * 3. The final run uses all pictures; the temperature and the number of epochs stay.
   * 4. The unknown rule is fitted on how alike each training picture is to the nearest other person.
   */

  /** The least number of held-out pictures to fit a temperature on; with fewer it is 1. */
  public static final int MIN_HELD_OUT = 20;

  /** A person with fewer photographs keeps them all for training. */
  public static final int MIN_PICTURES_TO_HOLD_OUT = 4;

  /** The least number of people to fit the unknown rule on. */
  public static final int MIN_PEOPLE_FOR_RULE = 20;

  /** The least number of comparisons (pictures × other people) to fit the unknown rule on. */
  public static final int MIN_COMPARISONS_FOR_RULE = 1000;

  /**
   * The least similarity where neither the training people nor the embedder give one: 0.3, about
   * where embedders of unit length that were trained with a margin tell people apart.
   */
  public static final double DEFAULT_MIN_SIMILARITY = .3;

  private static final System.Logger LOG = System.getLogger(SoftmaxTrainer.class.getName());

  private final TrainingOptions options;
  private final TrainingListener listener;

  private SoftmaxTrainer(TrainingOptions options, TrainingListener listener) {
    this.options = options;
    this.listener = listener;
  }

  /**
   * {@return a trainer}
   *
   * @param options how to train; {@link TrainingOptions#defaults()} does for most data
   */
  public static SoftmaxTrainer create(TrainingOptions options) {
    return new SoftmaxTrainer(options, progress -> {});
  }

  /**
   * {@return the same trainer with a listener instead of its former one}
   *
   * @param listener hears of each epoch, on the thread that calls {@link #train}: first of all of
   *     the calibration, where there is one, then of all of the final run. When both run at once,
   *     the final run's epochs are told of after they happened
   */
  public SoftmaxTrainer listener(TrainingListener listener) {
    return new SoftmaxTrainer(options, listener);
  }

  /**
   * {@return a head that tells the people of the set apart}
   *
   * <p>One person is allowed: the head then knows one answer, which has probability 1, and only the
   * least similarity tells this person from strangers. A warning is logged.
   *
   * @param set faces of one person or more
   * @throws HeadException when the set is empty, a number in it is not finite, or it has another
   *     number of feature blocks than the options have shares
   */
  public SoftmaxHead train(TrainingSet set) {
    checkUsable(set);
    List<String> people = ImmutableSortedSet.copyOf(set.labels()).asList();
    if (people.size() == 1) {
      LOG.log(
          Level.WARNING,
          "the training set holds one person only; the head will tell that person from strangers by"
              + " similarity alone");
    }
    int[] truth =
        set.labels().stream().mapToInt(label -> Collections.binarySearch(people, label)).toArray();
    FeatureMatrix features = set.faces().features();
    int[] blocks = set.featureBlocks().stream().mapToInt(FeatureBlock::length).toArray();
    double[] shares = shares(set.featureBlocks());
    int[] heldOut = heldOut(set, people);

    int threads = threads();
    Standardization standard = Standardization.of(features, blocks, shares);
    TrainingRun last;
    double temperature = 1;
    double heldOutAccuracy = Double.NaN;
    int epochs = options.epochs();
    if (heldOut.length == 0) {
      last = finalRun(features, standard, truth, people.size(), threads);
      last.train(epochs, listener);
    } else {
      // Without patience the final run does not wait for the calibration's number of epochs.
      boolean atOnce = threads > 1 && options.patience() == 0;
      int[] kept = others(heldOut, truth.length);
      FeatureMatrix keptRows = features.select(kept);
      Standardization keptStandard = Standardization.of(keptRows, blocks, shares);
      TrainingRun calibration =
          new TrainingRun(
              options,
              TrainingProgress.Phase.CALIBRATION,
              rows(keptRows, keptStandard),
              pick(truth, kept),
              rows(features.select(heldOut), keptStandard),
              pick(truth, heldOut),
              people.size(),
              atOnce ? threads / 2 : threads);
      if (atOnce) {
        last = finalRun(features, standard, truth, people.size(), threads - threads / 2);
        trainAtOnce(calibration, last);
      } else {
        calibration.train(epochs, listener);
        epochs = calibration.bestEpoch();
        last = finalRun(features, standard, truth, people.size(), threads);
        last.train(epochs, listener);
      }
      temperature = Temperature.fit(calibration.bestHeldOutLogits(), pick(truth, heldOut));
      heldOutAccuracy = calibration.bestHeldOutAccuracy();
    }

    float[][] means = meanEmbeddings(set.faces().embeddings(), truth, people.size());
    OptionalDouble fitted = fittedMinSimilarity(set.faces().embeddings(), truth, means);
    ThresholdSource source;
    double minSimilarity;
    if (fitted.isPresent()) {
      source = ThresholdSource.TRAINING_PEOPLE;
      minSimilarity = fitted.getAsDouble();
    } else if (set.embedderThreshold().isPresent()) {
      source = ThresholdSource.EMBEDDER_DEFAULT;
      minSimilarity = set.embedderThreshold().getAsDouble();
    } else {
      source = ThresholdSource.LIBRARY_DEFAULT;
      minSimilarity = DEFAULT_MIN_SIMILARITY;
    }
    LOG.log(
        Level.DEBUG,
        "trained on {0} pictures of {1} people: {2} epochs, temperature {3}, least similarity {4} ({5})",
        truth.length,
        people.size(),
        epochs,
        temperature,
        minSimilarity,
        source);
    return new SoftmaxHead(
        people,
        set.embedderId(),
        set.viewRecipe(),
        standard,
        options.headKind(),
        last.layers(),
        temperature,
        means,
        new UnknownRule(options.minProbability(), minSimilarity),
        source,
        new TrainingSummary(
            truth.length, people.size(), options.seed(), epochs, heldOut.length, heldOutAccuracy));
  }

  private int threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return options.threads() > 0
        ? options.threads()
        : Math.min(processors, TrainingOptions.MAX_AUTOMATIC_THREADS);
  }

  private TrainingRun finalRun(
      FeatureMatrix features, Standardization standard, int[] truth, int people, int threads) {
    return new TrainingRun(
        options,
        TrainingProgress.Phase.FINAL,
        rows(features, standard),
        truth,
        new float[0][],
        new int[0],
        people,
        threads);
  }

  /**
   * Trains both, the second on a thread of its own; the listener hears of the first and then of the
   * second, on this thread.
   */
  private void trainAtOnce(TrainingRun first, TrainingRun second) {
    BlockingQueue<Optional<TrainingProgress>> heard = new LinkedBlockingQueue<>();
    FutureTask<?> task =
        new FutureTask<>(
            () -> {
              try {
                second.train(options.epochs(), progress -> heard.add(Optional.of(progress)));
              } finally {
                heard.add(Optional.empty());
              }
              return null;
            });
    Team.THREADS.newThread(task).start();
    boolean done = false;
    try {
      first.train(options.epochs(), listener);
      Optional<TrainingProgress> next = Uninterruptibles.takeUninterruptibly(heard);
      while (next.isPresent()) {
        listener.onEpoch(next.get());
        next = Uninterruptibles.takeUninterruptibly(heard);
      }
      done = true;
    } finally {
      if (!done) {
        second.cancel();
        while (Uninterruptibles.takeUninterruptibly(heard).isPresent()) {
          // The thread must not outlive this call.
        }
      }
    }
    Team.await(task);
  }

  private static int[] others(int[] rows, int size) {
    boolean[] isGiven = new boolean[size];
    for (int row : rows) {
      isGiven[row] = true;
    }
    return IntStream.range(0, size).filter(row -> !isGiven[row]).toArray();
  }

  private static void checkUsable(TrainingSet set) {
    if (set.size() == 0) {
      throw new HeadException(
          "a head cannot be trained on nobody: the training set has no face; give pictures of one"
              + " person or more in which a face is found",
          null);
    }
    checkFinite(set, set.faces().features(), "features");
    checkFinite(set, set.faces().embeddings(), "embedding");
  }

  private static void checkFinite(TrainingSet set, FeatureMatrix matrix, String what) {
    float[] row = new float[matrix.columns()];
    for (int r = 0; r < matrix.rows(); r++) {
      matrix.copyRowInto(r, row, 0);
      for (float value : row) {
        if (!Float.isFinite(value)) {
          throw new HeadException(
              "the "
                  + what
                  + " of row "
                  + r
                  + ", a picture of \""
                  + set.labels().get(r)
                  + "\", hold a number that is not finite; leave that picture out, or check the network"
                  + " that made them",
              null);
        }
      }
    }
  }

  /** Each block's part of the mean squared length, their sum 1. */
  private double[] shares(List<FeatureBlock> blocks) {
    List<Double> given =
        options.blockShares().isEmpty()
            ? blocks.stream().map(FeatureBlock::share).toList()
            : options.blockShares();
    if (given.size() != blocks.size()) {
      throw new HeadException(
          "the options share the features out among "
              + given.size()
              + " networks, but the features come from "
              + blocks.size()
              + "; give a share for each network, or none for those of the training set",
          null);
    }
    double sum = given.stream().mapToDouble(Double::doubleValue).sum();
    return given.stream().mapToDouble(share -> share / sum).toArray();
  }

  /** The rows to hold out, ascending; none when there would be too few. */
  private int[] heldOut(TrainingSet set, List<String> people) {
    if (people.size() < 2) {
      return new int[0];
    }
    List<Integer> all = new ArrayList<>();
    for (String person : people) {
      ListMultimap<String, Integer> own =
          MultimapBuilder.linkedHashKeys().arrayListValues().build();
      for (int i = 0; i < set.size(); i++) {
        if (set.labels().get(i).equals(person)) {
          own.put(set.photographs().get(i), i);
        }
      }
      List<String> photographs = List.copyOf(own.keySet());
      int n = photographs.size();
      if (n < MIN_PICTURES_TO_HOLD_OUT || options.heldOutShare() == 0) {
        continue;
      }
      Random random =
          new Random(
              Hashing.sha256()
                  .newHasher()
                  .putLong(options.seed())
                  .putString(person, StandardCharsets.UTF_8)
                  .hash()
                  .asLong());
      int[] order = IntStream.range(0, n).toArray();
      TrainingRun.shuffle(order, random);
      int count = (int) Math.max(1, Math.min(n - 1, Math.round(options.heldOutShare() * n)));
      for (int i = 0; i < count; i++) {
        all.addAll(own.get(photographs.get(order[i])));
      }
    }
    if (all.size() < MIN_HELD_OUT) {
      return new int[0];
    }
    int[] rows = Ints.toArray(all);
    Arrays.sort(rows);
    return rows;
  }

  private static float[][] rows(FeatureMatrix matrix, Standardization standard) {
    float[][] rows = new float[matrix.rows()][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = matrix.row(r);
      standard.apply(rows[r]);
    }
    return rows;
  }

  private static int[] pick(int[] values, int[] indices) {
    int[] picked = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      picked[i] = values[indices[i]];
    }
    return picked;
  }

  /** The mean of each person's embeddings, made unit length again. */
  static float[][] meanEmbeddings(FeatureMatrix embeddings, int[] truth, int people) {
    double[][] sums = new double[people][embeddings.columns()];
    for (int r = 0; r < truth.length; r++) {
      double[] sum = sums[truth[r]];
      for (int i = 0; i < sum.length; i++) {
        sum[i] += embeddings.get(r, i);
      }
    }
    float[][] means = new float[people][embeddings.columns()];
    for (int p = 0; p < people; p++) {
      double squares = 0;
      for (double v : sums[p]) {
        squares += v * v;
      }
      // Opposite embeddings may add up to nothing; such a person is like nobody.
      double length = squares > 0 ? Math.sqrt(squares) : 1;
      for (int i = 0; i < sums[p].length; i++) {
        means[p][i] = (float) (sums[p][i] / length);
      }
    }
    return means;
  }

  private OptionalDouble fittedMinSimilarity(
      FeatureMatrix embeddings, int[] truth, float[][] means) {
    int people = means.length;
    if (people < MIN_PEOPLE_FOR_RULE
        || (long) truth.length * (people - 1) < MIN_COMPARISONS_FOR_RULE) {
      return OptionalDouble.empty();
    }
    double[] nearest = new double[truth.length];
    float[] row = new float[embeddings.columns()];
    for (int r = 0; r < truth.length; r++) {
      embeddings.copyRowInto(r, row, 0);
      nearest[r] = -1;
      for (int p = 0; p < people; p++) {
        if (p != truth[r]) {
          nearest[r] = Math.max(nearest[r], SoftmaxHead.similarity(row, means[p]));
        }
      }
    }
    return OptionalDouble.of(leastSimilarity(nearest, options.unknownFalseAcceptRate()));
  }

  /**
   * The smallest similarity that at most a share of {@code falseAcceptRate} of the given ones
   * reach; −1…1.
   */
  static double leastSimilarity(double[] similarities, double falseAcceptRate) {
    double[] sorted = similarities.clone();
    Arrays.sort(sorted);
    int accepted = (int) Math.floor(falseAcceptRate * sorted.length);
    if (accepted >= sorted.length) {
      return -1;
    }
    return Math.min(1, Math.nextUp(sorted[sorted.length - 1 - accepted]));
  }
}
