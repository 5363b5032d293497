package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RocCurveTest {

  /*
   * Threshold  genuine accepted (.9 .6 .6 .3)  impostors accepted (.7 .6 .2 .1)
   * .9         1                                0
   * .7         1                                1
   * .6         3                                2
   * .3         4                                2
   * .2         4                                3
   * .1         4                                4
   *
   * Pairs won by the genuine score: .9 wins 4, each .6 wins 2 and ties one, .3 wins 2: 11 of 16 with
   * halves. FAR and FRR: (0, 3/4), (1/4, 3/4), (1/2, 1/4): between the last two FAR − FRR goes from
   * −1/2 to 1/4 and is 0 after two thirds, at FAR = 1/4 + 2/3 · 1/4 = 5/12.
   */
  private final RocCurve curve =
      RocCurve.of(new double[] {.6, .9, .3, .6}, new double[] {.1, .7, .2, .6});

  @Test
  void curve_eightHandMadeScores_hasTheFiguresOfTheTable() {
    assertThat(curve.auc()).isEqualTo(11 / 16.);
    assertThat(curve.eer()).isCloseTo(5 / 12., within(1e-15));
    assertThat(curve.genuineCount()).isEqualTo(4);
    assertThat(curve.impostorCount()).isEqualTo(4);
    assertThat(curve.points(100))
        .containsExactly(
            new RocPoint(Double.POSITIVE_INFINITY, 0, 0),
            new RocPoint(.9, 0, .25),
            new RocPoint(.7, .25, .25),
            new RocPoint(.6, .5, .75),
            new RocPoint(.3, .5, 1),
            new RocPoint(.2, .75, 1),
            new RocPoint(.1, 1, 1));
    assertThat(curve.toString()).contains("4 genuine, 4 impostors, AUC 0.6875, EER 0.4167");
  }

  @Test
  void tarAtFar_eightHandMadeScores_neverExceedsTheRateAllowed() {
    assertThat(curve.tarAtFar(0)).isEqualTo(.25);
    assertThat(curve.tarAtFar(.24)).isEqualTo(.25);
    // A quarter: .7 is accepted, but lowering the threshold to .6 would accept two.
    assertThat(curve.tarAtFar(.25)).isEqualTo(.25);
    assertThat(curve.thresholdAtFar(.25)).isEqualTo(Math.nextUp(.6));
    assertThat(curve.tarAtFar(.5)).isEqualTo(1);
    assertThat(curve.thresholdAtFar(.5)).isEqualTo(Math.nextUp(.2));
    assertThat(curve.tarAtFar(1)).isEqualTo(1);
    assertThat(curve.thresholdAtFar(1)).isEqualTo(.1);
  }

  @Test
  void accuracyAt_eightHandMadeScores_countsBothKinds() {
    // At .6: 3 genuine accepted, 2 impostors refused.
    assertThat(curve.accuracyAt(.6)).isEqualTo(5 / 8.);
    // The best: 4 accepted and 2 refused, above .2 and up to .3.
    assertThat(curve.mostAccurateThreshold()).isEqualTo(.25);
    assertThat(curve.accuracyAt(.25)).isEqualTo(6 / 8.);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void curve_manyTies_agreesWithNaiveLoops(long seed) {
    Random random = new Random(seed);
    double[] genuine = random.doubles(37, 2, 12).map(Math::floor).toArray();
    double[] impostor = random.doubles(53, 0, 9).map(Math::floor).toArray();
    RocCurve roc = RocCurve.of(genuine, impostor);

    double wins = 0;
    for (double g : genuine) {
      for (double i : impostor) {
        wins += g > i ? 1 : g == i ? .5 : 0;
      }
    }
    assertThat(roc.auc()).isCloseTo(wins / (37 * 53), within(1e-14));

    double bestAccuracy = 0;
    for (double threshold = -1; threshold <= 13; threshold += .5) {
      double tar = rate(genuine, threshold);
      double far = rate(impostor, threshold);
      assertThat(roc.tarAt(threshold)).isEqualTo(tar);
      assertThat(roc.farAt(threshold)).isEqualTo(far);
      double accuracy = (37 * tar + 53 * (1 - far)) / 90;
      assertThat(roc.accuracyAt(threshold)).isCloseTo(accuracy, within(1e-14));
      bestAccuracy = Math.max(bestAccuracy, accuracy);
    }
    assertThat(roc.accuracyAt(roc.mostAccurateThreshold())).isCloseTo(bestAccuracy, within(1e-14));

    for (int allowed = 0; allowed <= 53; allowed++) {
      double far = allowed / 53.;
      double best = 0;
      for (double threshold = 0; threshold <= 13; threshold += .5) {
        best = rate(impostor, threshold) <= far ? Math.max(best, rate(genuine, threshold)) : best;
      }
      assertThat(roc.tarAtFar(far)).isEqualTo(best);
      assertThat(roc.farAt(roc.thresholdAtFar(far))).isLessThanOrEqualTo(far);
    }
    assertThat(roc.eer()).isCloseTo(naiveEer(genuine, impostor), within(1e-12));
  }

  private static double rate(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(s -> s >= threshold).count() / (double) scores.length;
  }

  /** Bisection along the line through the operating points. */
  private static double naiveEer(double[] genuine, double[] impostor) {
    TreeSet<Double> thresholds = new TreeSet<>();
    Arrays.stream(genuine).forEach(thresholds::add);
    Arrays.stream(impostor).forEach(thresholds::add);
    double far0 = 0;
    double frr0 = 1;
    for (double threshold : thresholds.descendingSet()) {
      double far1 = rate(impostor, threshold);
      double frr1 = 1 - rate(genuine, threshold);
      if (far1 >= frr1) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
          double t = (low + high) / 2;
          boolean below = far0 + t * (far1 - far0) < frr0 + t * (frr1 - frr0);
          low = below ? t : low;
          high = below ? high : t;
        }
        return far0 + low * (far1 - far0);
      }
      far0 = far1;
      frr0 = frr1;
    }
    throw new AssertionError("the line ends at (1, 0)");
  }

  @Test
  void curve_gaussianScores_agreesWithTheClosedForm() {
    // Unit Gaussians d' = 2 apart: AUC = Φ(d'/√2), EER = Φ(−d'/2), TAR at FAR .01 = Φ(d' − 2.3263).
    Random random = new Random(20);
    double[] genuine = random.doubles(40_000).map(u -> 2 + random.nextGaussian()).toArray();
    double[] impostor = random.doubles(40_000).map(u -> random.nextGaussian()).toArray();
    RocCurve roc = RocCurve.of(genuine, impostor);
    // Standard errors are about .001, .002 and .006.
    assertThat(roc.auc()).isCloseTo(.92135, within(.004));
    assertThat(roc.eer()).isCloseTo(.15866, within(.007));
    assertThat(roc.tarAtFar(.01)).isCloseTo(.37209, within(.02));
    assertThat(roc.thresholdAtFar(.01)).isCloseTo(2.32635, within(.05));
    assertThat(roc.mostAccurateThreshold()).isCloseTo(1, within(.15));
  }

  @Test
  void curve_allScoresEqual_isTheDiagonal() {
    RocCurve tied = RocCurve.of(new double[] {.5, .5}, new double[] {.5, .5, .5});
    assertThat(tied.auc()).isEqualTo(.5);
    assertThat(tied.eer()).isEqualTo(.5);
    assertThat(tied.tarAtFar(.99)).isZero();
    assertThat(tied.tarAtFar(1)).isEqualTo(1);
    assertThat(tied.points(2))
        .containsExactly(new RocPoint(Double.POSITIVE_INFINITY, 0, 0), new RocPoint(.5, 1, 1));
    // Refusing all is right three times out of five.
    assertThat(tied.mostAccurateThreshold()).isEqualTo(Math.nextUp(.5));
  }

  @Test
  void curve_zeroesOfBothSigns_areTied() {
    assertThat(RocCurve.of(new double[] {0.}, new double[] {-0.}).auc()).isEqualTo(.5);
  }

  @Test
  void curve_perfectSeparation_isPerfect() {
    RocCurve perfect = RocCurve.of(new double[] {3, 4}, new double[] {1, 0});
    assertThat(perfect.auc()).isEqualTo(1);
    assertThat(perfect.eer()).isZero();
    assertThat(perfect.tarAtFar(0)).isEqualTo(1);
    assertThat(perfect.mostAccurateThreshold()).isEqualTo(2);
    RocCurve reversed = RocCurve.of(new double[] {1, 0}, new double[] {3, 4});
    assertThat(reversed.auc()).isZero();
    assertThat(reversed.eer()).isEqualTo(1);
  }

  @Test
  void points_manyScores_areThinnedToPointsOfTheCurve() {
    Random random = new Random(3);
    double[] genuine = random.doubles(5000).map(u -> u + .3).toArray();
    double[] impostor = random.doubles(20_000).toArray();
    RocCurve roc = RocCurve.of(genuine, impostor);
    List<RocPoint> points = roc.points(200);
    assertThat(points).hasSizeBetween(150, 200);
    assertThat(points.get(0)).isEqualTo(new RocPoint(Double.POSITIVE_INFINITY, 0, 0));
    RocPoint last = points.get(points.size() - 1);
    assertThat(last.far()).isEqualTo(1);
    assertThat(last.tar()).isEqualTo(1);
    for (int i = 1; i < points.size(); i++) {
      RocPoint point = points.get(i);
      assertThat(point.threshold()).isLessThan(points.get(i - 1).threshold());
      assertThat(point.far()).isEqualTo(roc.farAt(point.threshold()));
      assertThat(point.tar()).isEqualTo(roc.tarAt(point.threshold()));
    }
    // Rare false accepts are drawn too.
    assertThat(points.stream().filter(p -> p.far() > 0 && p.far() < .01)).hasSizeGreaterThan(10);
  }

  @Test
  void of_scoresOfTheCaller_leavesThemAlone() {
    double[] genuine = {2, 1};
    double[] impostor = {1, 0};
    RocCurve own = RocCurve.of(genuine, impostor);
    genuine[0] = -9;
    assertThat(genuine).containsExactly(-9, 1);
    assertThat(own.tarAt(2)).isEqualTo(.5);
  }

  @Test
  void of_unusableScores_saysWhich() {
    double[] good = {1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RocCurve.of(new double[0], good))
        .withMessageContaining("no genuine score");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RocCurve.of(good, new double[0]))
        .withMessageContaining("no impostor score");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RocCurve.of(good, new double[] {0, Double.NaN}))
        .withMessageContaining("impostor score 1 is NaN; leave out");
    assertThatIllegalArgumentException().isThrownBy(() -> curve.tarAt(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> curve.tarAtFar(1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> curve.tarAtFar(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> curve.points(1));
  }
}
