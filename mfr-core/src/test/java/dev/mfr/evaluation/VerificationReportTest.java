package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class VerificationReportTest {

  private static VerificationReport.Builder fold(
      VerificationReport.Builder builder, int fold, double[] same, double[] different) {
    for (double score : same) {
      builder.add(fold, true, score);
    }
    for (double score : different) {
      builder.add(fold, false, score);
    }
    return builder;
  }

  /*
   * Fold  same     different  threshold from the other fold     right
   * 1     .8  .6   .2  .0     fold 2 is split at (.4 + .9)/2    .8 .2 .0, so 3 of 4
   * 2     .9  1.0  .4  .3     fold 1 is split at (.2 + .6)/2    .9 1.0 .3; .4 is accepted: 3 of 4
   *
   * With a same pair left out of fold 2: 3 of 5 there. Standard error: √(2 · .075² / 1 / 2) = .075.
   */
  private static VerificationReport.Builder twoFolds() {
    VerificationReport.Builder builder = VerificationReport.builder();
    fold(builder, 1, new double[] {.8, .6}, new double[] {.2, .0});
    return fold(builder, 2, new double[] {.9, 1.}, new double[] {.4, .3});
  }

  @Test
  void accuracy_twoFolds_usesTheThresholdOfTheOtherFold() {
    VerificationReport report = twoFolds().build();
    assertThat(report.folds()).extracting(FoldScore::fold).containsExactly(1, 2);
    assertThat(report.folds().get(0).threshold()).isCloseTo(.65, within(1e-15));
    assertThat(report.folds().get(1).threshold()).isCloseTo(.4, within(1e-15));
    assertThat(report.folds()).extracting(FoldScore::correct).containsExactly(3, 3);
    assertThat(report.accuracy()).isEqualTo(.75);
    assertThat(report.standardError()).isZero();
    // A single threshold chosen on all pairs would have been right on all.
    assertThat(report.roc().accuracyAt(report.roc().mostAccurateThreshold())).isEqualTo(1);
    assertThat(report.roc().eer()).isZero();
    assertThat(report.tarAtFar(0)).isEqualTo(1);
  }

  @Test
  void accuracy_pairsLeftOut_areWrong() {
    VerificationReport report = twoFolds().addLeftOut(2, true).build();
    assertThat(report.pairs()).isEqualTo(9);
    assertThat(report.leftOut()).isEqualTo(1);
    assertThat(report.folds().get(1).accuracy()).isEqualTo(.6);
    assertThat(report.accuracy()).isCloseTo(.675, within(1e-15));
    assertThat(report.standardError()).isCloseTo(.075, within(1e-15));
    assertThat(report.answeredAccuracy()).isEqualTo(6 / 8.);
    // Four of five pairs of one person are accepted.
    assertThat(report.tarAtFar(0)).isEqualTo(.8);
    assertThat(report.roc().genuineCount()).isEqualTo(4);
    assertThat(report.toString()).contains("9 pairs in 2 folds, accuracy 0.6750 ± 0.0750");
  }

  @Test
  void tarAtFar_pairOfTwoPeopleLeftOut_doesNotMakeFalseAcceptsRarer() {
    VerificationReport report = twoFolds().addLeftOut(1, false).addLeftOut(1, false).build();
    assertThat(report.folds().get(0).accuracy()).isEqualTo(.5);
    assertThat(report.roc().impostorCount()).isEqualTo(4);
    assertThat(report.tarAtFar(.25)).isEqualTo(1);
  }

  @Test
  void build_withoutOtherFolds_saysWhatIsMissing() {
    VerificationReport.Builder one =
        fold(VerificationReport.builder(), 1, new double[] {1}, new double[] {0});
    assertThatIllegalArgumentException()
        .isThrownBy(one::build)
        .withMessageContaining("2 folds or more, got 1");
    one.add(2, true, .5);
    assertThatIllegalArgumentException()
        .isThrownBy(one::build)
        .withMessageContaining(
            "the folds other than fold 1 have 1 compared pairs of one person and 0 of two");
  }

  @Test
  void add_scoreOfNothing_pointsToLeavingOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationReport.builder().add(1, true, Double.NaN))
        .withMessageContaining("addLeftOut");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationReport.builder().add(-1, true, 0));
  }

  @Test
  void builder_usedOn_leavesTheReportAlone() {
    VerificationReport.Builder builder = twoFolds();
    VerificationReport first = builder.build();
    builder.add(1, true, -5).addLeftOut(1, true);
    assertThat(first.pairs()).isEqualTo(8);
    assertThat(first.roc().genuineCount()).isEqualTo(4);
  }
}
