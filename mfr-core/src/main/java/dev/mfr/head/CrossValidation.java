package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Tells which way of training suits a training set, without any test picture: each part of the
 * photographs in turn is named by a head that was trained on the others.
 *
 * <p>Folds are made of photographs, person by person: the rows of one photograph, such as a masked
 * copy and its original, are in the same fold, and everybody is in every fold's training. A person
 * with a single photograph is only trained on. All that is fitted, the standardisation and the
 * temperature among it, is fitted on the fold's training rows. The unknown rule has no part: the
 * first candidate counts. Equal arguments give equal reports on every machine.
 *
 * <p>Immutable and thread-safe.
 */
public final class CrossValidation {
  private final int folds;
  private final long seed;

  private CrossValidation(int folds, long seed) {
    this.folds = folds;
    this.seed = seed;
  }

  /**
   * {@return a cross-validation}
   *
   * @param folds how many parts, at least 2; 5 or 10 are usual
   * @param seed decides which photographs are together; the trainings have their own
   */
  public static CrossValidation of(int folds, long seed) {
    checkArgument(folds >= 2, "a cross-validation needs 2 folds or more, got %s", folds);
    return new CrossValidation(folds, seed);
  }

  /**
   * {@return how well heads that are trained with some options name the people of the set}
   *
   * <p>Takes as long as one training for each fold.
   *
   * @param set faces of two people or more
   * @param options how to train
   * @throws HeadException when nobody has two photographs, or as {@link SoftmaxTrainer#train}
   */
  public CrossValidationReport run(TrainingSet set, TrainingOptions options) {
    return run(set, options, row -> true);
  }

  /**
   * {@return how well heads name the people of the set that are trained on some of its rows only;
   * all rows are tested}
   *
   * <p>For questions such as what a head makes of masked faces that has seen none: train on the
   * unmasked rows and count {@link CrossValidationReport#scores(IntPredicate)} of the masked ones.
   *
   * @param set faces of two people or more
   * @param options how to train
   * @param trainedOn which rows a head may be trained on, where their photograph is not tested
   * @throws HeadException when nobody has two photographs, or as {@link SoftmaxTrainer#train}
   */
  public CrossValidationReport run(
      TrainingSet set, TrainingOptions options, IntPredicate trainedOn) {
    int[] foldOf = foldOf(set);
    double[] probabilities = new double[set.size()];
    Arrays.fill(probabilities, Double.NaN);
    boolean[] right = new boolean[set.size()];
    for (int fold = 0; fold < folds; fold++) {
      int number = fold;
      int[] tested = IntStream.range(0, set.size()).filter(r -> foldOf[r] == number).toArray();
      if (tested.length == 0) {
        continue;
      }
      int[] trained =
          IntStream.range(0, set.size())
              .filter(row -> foldOf[row] != number && trainedOn.test(row))
              .toArray();
      SoftmaxHead head = SoftmaxTrainer.create(options).train(set.select(trained));
      double[] p = new double[head.labels().size()];
      float[] features = new float[head.featureLength()];
      for (int row : tested) {
        set.faces().features().copyRowInto(row, features, 0);
        head.probabilitiesInto(features, p);
        int truth = Collections.binarySearch(head.labels(), set.labels().get(row));
        // Nobody can be right about a person without a row to train on.
        probabilities[row] = truth < 0 ? 0 : p[truth];
        right[row] = first(p) == truth;
      }
    }
    return new CrossValidationReport(folds, foldOf, right, probabilities);
  }

  /**
   * {@return a report for each of several ways to train, in the order given, all on the same folds}
   *
   * @param set faces of two people or more
   * @param options ways to train by name
   * @throws HeadException as {@link #run}
   */
  public Map<String, CrossValidationReport> compare(
      TrainingSet set, Map<String, TrainingOptions> options) {
    Map<String, CrossValidationReport> reports = new LinkedHashMap<>();
    options.forEach((name, way) -> reports.put(name, run(set, way)));
    return Collections.unmodifiableMap(reports);
  }

  /** The fold that each row is tested in; −1 for rows that are only trained on. */
  private int[] foldOf(TrainingSet set) {
    ListMultimap<String, Integer> people = MultimapBuilder.treeKeys().arrayListValues().build();
    for (int row = 0; row < set.size(); row++) {
      people.put(set.labels().get(row), row);
    }
    int[] foldOf = new int[set.size()];
    Arrays.fill(foldOf, CrossValidationReport.UNTESTED);
    boolean any = false;
    for (String person : people.keySet()) {
      ListMultimap<String, Integer> own =
          MultimapBuilder.linkedHashKeys().arrayListValues().build();
      people.get(person).forEach(row -> own.put(set.photographs().get(row), row));
      List<String> photographs = List.copyOf(own.keySet());
      if (photographs.size() < 2) {
        continue;
      }
      any = true;
      Random random =
          new Random(
              Hashing.sha256()
                  .newHasher()
                  .putLong(seed)
                  .putString(person, StandardCharsets.UTF_8)
                  .hash()
                  .asLong());
      int[] order = IntStream.range(0, photographs.size()).toArray();
      TrainingRun.shuffle(order, random);
      // From a fold of the person's own, or the first folds would be fuller than the last.
      int start = random.nextInt(folds);
      for (int i = 0; i < order.length; i++) {
        for (int row : own.get(photographs.get(order[i]))) {
          foldOf[row] = (start + i) % folds;
        }
      }
    }
    if (!any || people.keySet().size() < 2) {
      throw new HeadException(
          "a cross-validation needs two people or more, of whom one has two photographs or more; got "
              + people.keySet().size()
              + " people with "
              + set.size()
              + " rows; give more photographs",
          null);
    }
    return foldOf;
  }

  private static int first(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }
}
