package dev.mfr.examples.experiment;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.google.common.primitives.Doubles;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.VerificationPairs.Pair;
import dev.mfr.evaluation.AllPairs;
import dev.mfr.evaluation.RocCurve;
import dev.mfr.evaluation.VerificationReport;
import dev.mfr.evaluation.page.LinePlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Compares the pictures of a selection by their embeddings. Immutable and thread-safe. */
final class VerificationMeasure {
  private final PairsSelection selection;
  private final List<List<LabelledPicture>> halves;

  /**
   * @param seed chooses the half of the people that each person belongs to; it does not depend on
   *     which pictures have embeddings, so that all embedders get the same halves
   */
  VerificationMeasure(PairsSelection selection, long seed) {
    this.selection = selection;
    Set<String> people = new TreeSet<>();
    selection.pictures().forEach(picture -> people.add(picture.label()));
    List<String> shuffled = new ArrayList<>(people);
    Collections.shuffle(shuffled, new Random(seed));
    Set<String> first = new HashSet<>(shuffled.subList(0, (shuffled.size() + 1) / 2));
    this.halves =
        List.of(
            selection.pictures().stream().filter(p -> first.contains(p.label())).toList(),
            selection.pictures().stream().filter(p -> !first.contains(p.label())).toList());
  }

  /** The file's pairs, by the folds of the file. */
  VerificationReport pairs(PairsFeatures first, PairsFeatures second, PairCase pairCase) {
    VerificationReport.Builder report = VerificationReport.builder();
    for (Pair pair : selection.pairs()) {
      Optional<float[]> a = first.of(pair.first().photograph());
      Optional<float[]> b = second.of(pair.second().photograph());
      if (a.isPresent() && b.isPresent()) {
        report.add(pair.fold(), pair.same(), cosine(a.get(), b.get()));
      } else {
        report.addLeftOut(pair.fold(), pair.same());
      }
    }
    try {
      return report.build();
    } catch (IllegalArgumentException e) {
      throw new DatasetException(
          "too few "
              + pairCase.title()
              + " pairs show a usable face on both pictures: "
              + e.getMessage()
              + "; give more pairs",
          e);
    }
  }

  /** All pairs of pictures. */
  PairsResult.AllPictures all(PairsFeatures first, PairsFeatures second, boolean oneSet) {
    Optional<RocCurve> curve = curve(selection.pictures(), first, second, oneSet);
    List<Optional<RocCurve>> ofHalves =
        halves.stream().map(half -> curve(half, first, second, oneSet)).toList();
    List<PairsResult.Rate> rates = new ArrayList<>();
    for (double far : PairsResult.LOW_FARS) {
      rates.add(rate(far, ofHalves, oneSet));
    }
    int genuine = curve.map(RocCurve::genuineCount).orElse(0);
    return new PairsResult.AllPictures(
        genuine,
        curve.map(RocCurve::impostorCount).orElse(0),
        genuinePairs(selection.pictures(), oneSet) - genuine,
        curve.map(RocCurve::auc).orElse(Double.NaN),
        curve.map(RocCurve::eer).orElse(Double.NaN),
        curve.map(c -> c.points(LinePlot.ROC_POINTS)).orElse(List.of()),
        rates);
  }

  private PairsResult.Rate rate(double far, List<Optional<RocCurve>> ofHalves, boolean oneSet) {
    double tar = 0;
    double reached = 0;
    for (int test = 0; test < 2; test++) {
      Optional<RocCurve> chosenOn = ofHalves.get(1 - test);
      Optional<RocCurve> measured = ofHalves.get(test);
      if (chosenOn.isEmpty()
          || measured.isEmpty()
          || Math.min(chosenOn.get().impostorCount(), measured.get().impostorCount()) * far < 1) {
        return new PairsResult.Rate(far, Double.NaN, Double.NaN);
      }
      double threshold = chosenOn.get().thresholdAtFar(far);
      RocCurve curve = measured.get();
      tar +=
          curve.tarAt(threshold)
              * curve.genuineCount()
              / genuinePairs(halves.get(test), oneSet)
              / 2;
      reached += curve.farAt(threshold) / 2;
    }
    return new PairsResult.Rate(far, tar, reached);
  }

  /**
   * How many pairs of one person there are, compared or not: each two photographs once in one set,
   * and twice where either one may be the masked one.
   */
  private static int genuinePairs(List<LabelledPicture> pictures, boolean oneSet) {
    Map<String, Long> counts =
        pictures.stream().collect(groupingBy(LabelledPicture::label, counting()));
    long ordered = counts.values().stream().mapToLong(n -> n * (n - 1)).sum();
    return Math.toIntExact(oneSet ? ordered / 2 : ordered);
  }

  private static Optional<RocCurve> curve(
      List<LabelledPicture> pictures, PairsFeatures first, PairsFeatures second, boolean oneSet) {
    return oneSet ? within(pictures, first) : across(pictures, first, second);
  }

  private static Optional<RocCurve> within(List<LabelledPicture> pictures, PairsFeatures features) {
    List<LabelledPicture> known =
        pictures.stream().filter(p -> features.of(p.photograph()).isPresent()).toList();
    AllPairs all =
        AllPairs.of(
            features.matrix(known.stream().map(LabelledPicture::photograph).toList()),
            known.stream().map(LabelledPicture::label).toList());
    return all.genuineCount() == 0 || all.impostorCount() == 0
        ? Optional.empty()
        : Optional.of(all.roc());
  }

  /** Every picture of the first kind with every one of the second, but for its own copy. */
  private static Optional<RocCurve> across(
      List<LabelledPicture> pictures, PairsFeatures first, PairsFeatures second) {
    List<Double> genuine = new ArrayList<>();
    double[] impostors = new double[Math.multiplyExact(pictures.size(), pictures.size())];
    int count = 0;
    for (LabelledPicture a : pictures) {
      Optional<float[]> left = first.of(a.photograph());
      if (left.isEmpty()) {
        continue;
      }
      for (LabelledPicture b : pictures) {
        Optional<float[]> right = second.of(b.photograph());
        if (right.isEmpty() || a.photograph().equals(b.photograph())) {
          continue;
        }
        double score = cosine(left.get(), right.get());
        if (a.label().equals(b.label())) {
          genuine.add(score);
        } else {
          impostors[count++] = score;
        }
      }
    }
    return genuine.isEmpty() || count == 0
        ? Optional.empty()
        : Optional.of(RocCurve.of(Doubles.toArray(genuine), Arrays.copyOf(impostors, count)));
  }

  /** Of vectors of unit length, in four sums that do not wait for each other. */
  private static double cosine(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return Math.max(-1, Math.min(1, s0 + s1 + s2 + s3));
  }
}
