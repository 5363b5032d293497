package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.CrossValidationReport.Fold;
import dev.mfr.head.CrossValidationReport.Scores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
  private static final TrainingOptions SHORT = TrainingOptions.builder().epochs(10).build();

  /**
   * Ten people who look like noise, each photograph twice: even rows are originals, odd ones
   * copies.
   */
  private static TrainingSet twins(int photographs) {
    Random random = new Random(5);
    List<String> labels = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    float[] values = new float[10 * photographs * 2 * 64];
    for (int i = 0; i < 10 * photographs; i++) {
      for (int f = 0; f < 64; f++) {
        float v = (float) random.nextGaussian();
        values[2 * i * 64 + f] = v;
        values[(2 * i + 1) * 64 + f] = v;
      }
      labels.addAll(List.of(Blobs.name(i % 10), Blobs.name(i % 10)));
      sources.addAll(List.of("photograph " + i / 10, "photograph " + i / 10));
    }
    FeatureMatrix rows = FeatureMatrix.of(labels.size(), 64, values);
    return new TrainingSet(
        labels, sources, new FaceFeatures(rows, rows), "e", "r", OptionalDouble.empty());
  }

  @Test
  void run_copiesOfPhotographs_areTestedTogetherAndHelpNobody() {
    TrainingSet set = twins(8);
    CrossValidationReport report = CrossValidation.of(4, 1).run(set, SHORT);
    for (int row = 0; row < set.size(); row += 2) {
      assertThat(report.foldOf(row)).isBetween(0, 3).isEqualTo(report.foldOf(row + 1));
    }
    // Chance is 0.1; a copy in training would give its twin away.
    assertThat(report.scores().accuracy()).isLessThan(.3);
    TrainingSet apart =
        new TrainingSet(set.labels(), set.faces(), "e", "r", OptionalDouble.empty());
    assertThat(CrossValidation.of(4, 1).run(apart, SHORT).scores().accuracy()).isGreaterThan(.6);
  }

  @Test
  void run_eachPerson_isSpreadEvenlyOverTheFolds() {
    TrainingSet set = twins(6);
    CrossValidationReport report = CrossValidation.of(3, 2).run(set, SHORT);
    int[][] counts = new int[10][3];
    for (int row = 0; row < set.size(); row++) {
      counts[row / 2 % 10][report.foldOf(row)]++;
    }
    for (int[] person : counts) {
      assertThat(person).containsExactly(4, 4, 4);
    }
    assertThat(report.scores().folds()).extracting(Fold::rows).containsExactly(40, 40, 40);
  }

  /** The oracle trains on the other folds by hand. */
  @Test
  void run_anyFold_equalsAHeadOfTheOtherRows() {
    TrainingSet set = Blobs.of(6, 9, 8, 2.5, 3);
    CrossValidationReport report = CrossValidation.of(3, 4).run(set, SHORT);
    for (int fold = 0; fold < 3; fold++) {
      List<Integer> others = new ArrayList<>();
      for (int row = 0; row < set.size(); row++) {
        if (report.foldOf(row) != fold) {
          others.add(row);
        }
      }
      SoftmaxHead head =
          SoftmaxTrainer.create(SHORT)
              .train(set.select(others.stream().mapToInt(Integer::intValue).toArray()));
      int rows = 0;
      int right = 0;
      double loss = 0;
      double[] p = new double[6];
      for (int row = 0; row < set.size(); row++) {
        if (report.foldOf(row) == fold) {
          head.probabilitiesInto(set.faces().features().row(row), p);
          String first = head.classify(set.faces(), row).ranking().get(0).identity();
          double own = p[head.labels().indexOf(set.labels().get(row))];
          assertThat(report.trueProbability(row)).isEqualTo(own);
          assertThat(report.right(row)).isEqualTo(first.equals(set.labels().get(row)));
          rows++;
          right += report.right(row) ? 1 : 0;
          loss -= Math.log(own);
        }
      }
      Fold score = report.scores().folds().get(fold);
      assertThat(score.rows()).isEqualTo(rows).isEqualTo(18);
      assertThat(score.accuracy()).isEqualTo((double) right / rows).isBetween(.2, .99);
      assertThat(score.logLoss()).isCloseTo(loss / rows, within(1e-12));
    }
  }

  @Test
  void run_equalArguments_areEqual_otherSeedIsNot() {
    TrainingSet set = Blobs.of(6, 9, 8, 2.5, 3);
    Scores first = CrossValidation.of(3, 4).run(set, SHORT).scores();
    assertThat(CrossValidation.of(3, 4).run(set, SHORT).scores()).isEqualTo(first);
    assertThat(CrossValidation.of(3, 5).run(set, SHORT).scores()).isNotEqualTo(first);
  }

  @Test
  void run_personWithOnePhotograph_isOnlyTrainedOn() {
    TrainingSet full = Blobs.of(4, 5, 8, .2, 6);
    // The first row is all that is left of the first person.
    int[] kept = IntStream.range(0, full.size()).filter(row -> row == 0 || row % 4 != 0).toArray();
    CrossValidationReport report = CrossValidation.of(5, 1).run(full.select(kept), SHORT);
    assertThat(report.foldOf(0)).isEqualTo(CrossValidationReport.UNTESTED);
    assertThat(report.trueProbability(0)).isNaN();
    assertThat(report.scores().rows()).isEqualTo(15);
    assertThat(report.scores().accuracy()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.scores(row -> row == 0))
        .withMessageContaining("none of these rows was tested");
  }

  @Test
  void run_fewerPhotographsThanFolds_startsEachPersonElsewhere() {
    CrossValidationReport report = CrossValidation.of(10, 1).run(Blobs.of(30, 2, 8, .2, 6), SHORT);
    Set<Integer> used = new HashSet<>();
    for (int row = 0; row < 60; row++) {
      used.add(report.foldOf(row));
    }
    assertThat(used).hasSize(10);
    for (int person = 0; person < 30; person++) {
      assertThat(report.foldOf(person)).isNotEqualTo(report.foldOf(30 + person));
    }
  }

  @Test
  void scores_handMadeAnswers_areTheFormulas() {
    CrossValidationReport report =
        new CrossValidationReport(
            3,
            new int[] {0, 0, 1, 1, -1, 1, 2},
            new boolean[] {true, false, true, true, false, true, false},
            new double[] {.5, .25, 1, .5, Double.NaN, .5, 0});
    Scores all = report.scores();
    assertThat(all.folds()).extracting(Fold::accuracy).containsExactly(.5, 1., 0.);
    assertThat(all.folds().get(0).logLoss()).isCloseTo(1.5 * Math.log(2), within(1e-12));
    assertThat(all.folds().get(1).logLoss()).isCloseTo(Math.log(4) / 3, within(1e-12));
    assertThat(all.folds().get(2).logLoss()).isCloseTo(15 * Math.log(10), within(1e-9));
    assertThat(all.rows()).isEqualTo(6);
    assertThat(all.accuracy()).isEqualTo(.5);
    assertThat(all.accuracyDeviation()).isCloseTo(.5, within(1e-12));

    Scores some = report.scores(row -> row < 3);
    assertThat(some.folds()).extracting(Fold::fold).containsExactly(0, 1);
    assertThat(some.folds()).extracting(Fold::rows).containsExactly(2, 1);
    assertThat(some.accuracy()).isEqualTo(.75);
    // Of 0.5 and 1.
    assertThat(some.accuracyDeviation()).isCloseTo(Math.sqrt(.125), within(1e-12));
    assertThat(some.logLoss()).isCloseTo(.75 * Math.log(2), within(1e-12));
    assertThat(some.logLossDeviation()).isCloseTo(1.5 * Math.log(2) / Math.sqrt(2), within(1e-12));
    assertThat(some).hasToString("accuracy 0.7500 ± 0.3536, log loss 0.520 ± 0.735, 2 folds");
    assertThat(report.scores(row -> row == 6).accuracyDeviation()).isNaN();
  }

  /** The second network's features are the label, those of the first are noise. */
  @Test
  void compare_goodAndBadOptions_namesTheBetterInTheGivenOrder() {
    TrainingSet clear = Blobs.of(5, 8, 4, .1, 7);
    float[] values = new float[40 * 68];
    Random random = new Random(8);
    for (int row = 0; row < 40; row++) {
      for (int f = 0; f < 64; f++) {
        values[row * 68 + f] = (float) random.nextGaussian();
      }
      clear.faces().features().copyRowInto(row, values, row * 68 + 64);
    }
    TrainingSet set =
        new TrainingSet(
            clear.labels(),
            clear.photographs(),
            new FaceFeatures(FeatureMatrix.of(40, 68, values), clear.faces().embeddings()),
            "e",
            "r",
            OptionalDouble.empty(),
            List.of(new FeatureBlock(64, 1), new FeatureBlock(4, 1)));
    Map<String, TrainingOptions> ways = new LinkedHashMap<>();
    ways.put("noise", SHORT.toBuilder().blockShares(List.of(1., 1e-6)).build());
    ways.put("label", SHORT.toBuilder().blockShares(List.of(1e-6, 1.)).build());
    Map<String, CrossValidationReport> reports = CrossValidation.of(4, 1).compare(set, ways);
    assertThat(reports.keySet()).containsExactly("noise", "label");
    assertThat(reports.get("noise").scores().accuracy()).isLessThan(.6);
    assertThat(reports.get("label").scores().accuracy()).isEqualTo(1);
    for (int row = 0; row < 40; row++) {
      assertThat(reports.get("noise").foldOf(row)).isEqualTo(reports.get("label").foldOf(row));
    }
  }

  @Test
  void run_nothingToTell_refuses() {
    assertThatIllegalArgumentException().isThrownBy(() -> CrossValidation.of(1, 0));
    for (TrainingSet set : List.of(Blobs.of(1, 9, 4, 1, 1), Blobs.of(9, 1, 4, 1, 1))) {
      assertThatThrownBy(() -> CrossValidation.of(3, 0).run(set, SHORT))
          .isInstanceOf(HeadException.class)
          .hasMessageContaining("needs two people or more");
    }
  }
}
