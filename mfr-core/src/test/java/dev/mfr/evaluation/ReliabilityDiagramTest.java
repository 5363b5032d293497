package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReliabilityDiagramTest {

  /*
   * Four bins. Bin  answers                     mean p  accuracy  gap
   * 0…¼             .1 wrong                    .1      0         .1
   * ¼…½             none
   * ½…¾             .5 right, .7 wrong          .6      .5        .1
   * ¾…1             .8 right, 1 right           .9      1         .1
   * ECE = (1·.1 + 2·.1 + 2·.1)/5 = .1. Brier = (.01 + .25 + .49 + .04 + 0)/5 = .158.
   */
  private static ReliabilityDiagram.Builder fiveAnswers() {
    return ReliabilityDiagram.builder(4)
        .add(.1, false)
        .add(.5, true)
        .add(.7, false)
        .add(.8, true)
        .add(1, true);
  }

  @Test
  void diagram_fiveAnswers_hasTheFiguresOfTheTable() {
    ReliabilityDiagram diagram = fiveAnswers().build();
    assertThat(diagram.count()).isEqualTo(5);
    assertThat(diagram.bins()).hasSize(4);
    assertThat(diagram.bins().get(0)).isEqualTo(new ReliabilityDiagram.Bin(0, .25, 1, .1, 0));
    assertThat(diagram.bins().get(1))
        .isEqualTo(new ReliabilityDiagram.Bin(.25, .5, 0, Double.NaN, Double.NaN));
    assertThat(diagram.bins().get(2).meanProbability()).isCloseTo(.6, within(1e-15));
    assertThat(diagram.bins().get(2).accuracy()).isEqualTo(.5);
    assertThat(diagram.bins().get(3)).isEqualTo(new ReliabilityDiagram.Bin(.75, 1, 2, .9, 1));
    assertThat(diagram.expectedCalibrationError()).isCloseTo(.1, within(1e-15));
    assertThat(diagram.brierScore()).isCloseTo(.158, within(1e-15));
    assertThat(diagram.negativeLogLikelihood())
        .isCloseTo(-(Math.log(.9) + Math.log(.5) + Math.log(.3) + Math.log(.8)) / 5, within(1e-12));
    assertThat(diagram.toString()).contains("5 answers, calibration error 0.1000");
  }

  @Test
  void diagram_honestProbabilities_hasNoErrorButChance() {
    Random random = new Random(11);
    ReliabilityDiagram.Builder builder = ReliabilityDiagram.builder(10);
    for (int i = 0; i < 100_000; i++) {
      double p = random.nextDouble();
      builder.add(p, random.nextDouble() < p);
    }
    ReliabilityDiagram diagram = builder.build();
    assertThat(diagram.expectedCalibrationError()).isLessThan(.008);
    // ∫ p(1 − p) = 1/6 and the mean entropy ∫ −2 p ln p = 1/2.
    assertThat(diagram.brierScore()).isCloseTo(1 / 6., within(.003));
    assertThat(diagram.negativeLogLikelihood()).isCloseTo(.5, within(.006));
  }

  @Test
  void negativeLogLikelihood_certainAndWrong_isLargeAndFinite() {
    assertThat(ReliabilityDiagram.builder(1).add(1, false).build().negativeLogLikelihood())
        .isCloseTo(12 * Math.log(10), within(1e-9));
  }

  @Test
  void add_classification_judgesTheFirstCandidateBelievedOrNot() {
    List<RankedIdentity> ranking =
        List.of(new RankedIdentity("Ada", .6), new RankedIdentity("Bob", .4));
    ReliabilityDiagram diagram =
        ReliabilityDiagram.builder(1)
            .add("Ada", Classification.known(ranking))
            .add("Bob", Classification.unknown(ranking, "too unlike"))
            .add("Bob", Classification.unknown(List.of(), "nobody"))
            .build();
    assertThat(diagram.count()).isEqualTo(2);
    assertThat(diagram.bins().get(0)).isEqualTo(new ReliabilityDiagram.Bin(0, 1, 2, .6, .5));
  }

  @Test
  void diagram_ofNothing_isNotANumber() {
    ReliabilityDiagram empty = ReliabilityDiagram.builder(3).build();
    assertThat(empty.expectedCalibrationError()).isNaN();
    assertThat(empty.brierScore()).isNaN();
    assertThat(empty.negativeLogLikelihood()).isNaN();
  }

  @Test
  void builder_usedOn_leavesTheDiagramAlone() {
    ReliabilityDiagram.Builder builder = fiveAnswers();
    ReliabilityDiagram first = builder.build();
    builder.add(.3, true);
    assertThat(first.count()).isEqualTo(5);
    assertThat(first.bins().get(1).count()).isZero();
  }

  @Test
  void add_noProbability_refuses() {
    for (double p : new double[] {-.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ReliabilityDiagram.builder(2).add(p, true));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> ReliabilityDiagram.builder(0));
  }
}
