package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenSetReportTest {

  /*
   * Enrolled  first  score  rule       Strangers  score  rule
   * Ada       Ada    .9     accepts               .7     accepts
   * Ada       Bob    .8     accepts               .4     refuses
   * Bob       Bob    .6     accepts               .4     refuses
   * Bob       Bob    .4     refuses               .1     refuses
   * Bob       no face                             no face
   */
  private final OpenSetReport report =
      OpenSetReport.builder()
          .addKnown("Ada", "Ada", .9, true)
          .addKnown("Ada", "Bob", .8, true)
          .addKnown("Bob", "Bob", .6, true)
          .addKnown("Bob", "Bob", .4, false)
          .addKnownNoFace()
          .addStranger(.4, false)
          .addStranger(.7, true)
          .addStranger(.1, false)
          .addStranger(.4, false)
          .addStrangerNoFace()
          .build();

  @Test
  void byRule_handMadePictures_countsDecisions() {
    assertThat(report.known()).isEqualTo(5);
    assertThat(report.knownNoFace()).isEqualTo(1);
    assertThat(report.strangers()).isEqualTo(4);
    assertThat(report.strangersNoFace()).isEqualTo(1);
    OpenSetCounts counts = report.byRule();
    assertThat(counts).isEqualTo(new OpenSetCounts(2, 1, 2, 1, 3));
    assertThat(counts.identificationRate()).isEqualTo(.4);
    assertThat(counts.falsePositiveRate()).isEqualTo(.25);
    assertThat(report.toString()).contains("5 pictures of enrolled people, 4 of strangers");
  }

  @Test
  void identificationRateAt_handMadePictures_neverExceedsTheRateAllowed() {
    // Above .7: .9 is named rightly and .8 wrongly. Above .4: .6 as well. From .1 on: .4 as well.
    assertThat(report.identificationRateAt(0)).isEqualTo(.2);
    assertThat(report.identificationRateAt(.25)).isEqualTo(.4);
    assertThat(report.identificationRateAt(.5)).isEqualTo(.4);
    assertThat(report.identificationRateAt(.75)).isEqualTo(.6);
    assertThat(report.identificationRateAt(1)).isEqualTo(.6);
    assertThat(report.thresholdAt(.25)).isEqualTo(Math.nextUp(.4));
    assertThat(report.at(.4)).isEqualTo(new OpenSetCounts(3, 1, 1, 3, 1));
    assertThat(report.at(2)).isEqualTo(new OpenSetCounts(0, 0, 5, 0, 4));
  }

  @Test
  void points_handMadePictures_areTheWholeCurve() {
    assertThat(report.points(50))
        .containsExactly(
            new OpenSetReport.Point(Double.POSITIVE_INFINITY, 0, 0),
            new OpenSetReport.Point(.9, 0, .2),
            new OpenSetReport.Point(.8, 0, .2),
            new OpenSetReport.Point(.7, .25, .2),
            new OpenSetReport.Point(.6, .25, .4),
            new OpenSetReport.Point(.4, .75, .6),
            new OpenSetReport.Point(.1, 1, .6));
  }

  @Test
  void auroc_handMadePictures_countsWinsOfKnownnessWhoeverIsNamed() {
    // .9 and .8 beat all four, .6 beats three, .4 beats one and ties two: 13 of 16.
    assertThat(report.auroc()).isEqualTo(13 / 16.);
  }

  @Test
  void identificationRateAt_randomPictures_agreesWithANaiveSearch() {
    Random random = new Random(8);
    OpenSetReport.Builder builder = OpenSetReport.builder();
    List<Double> right = new ArrayList<>();
    List<Double> strangers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double score = random.nextInt(20) + 4;
      boolean correct = random.nextInt(4) > 0;
      builder.addKnown("Ada", correct ? "Ada" : "Bob", score, true);
      if (correct) {
        right.add(score);
      }
      double stranger = random.nextInt(16);
      builder.addStranger(stranger, true);
      strangers.add(stranger);
    }
    OpenSetReport large = builder.build();
    for (double rate : new double[] {0, .01, .05, .1, .5, 1}) {
      double best = 0;
      for (double threshold = 0; threshold <= 25; threshold += .5) {
        double t = threshold;
        double falsePositives = strangers.stream().filter(s -> s >= t).count() / 60.;
        double identified = right.stream().filter(s -> s >= t).count() / 60.;
        best = falsePositives <= rate ? Math.max(best, identified) : best;
      }
      assertThat(large.identificationRateAt(rate)).isEqualTo(best);
    }
  }

  @Test
  void add_classification_takesItsDecision() {
    List<RankedIdentity> ada = List.of(new RankedIdentity("Ada", .7));
    OpenSetReport fromAnswers =
        OpenSetReport.builder()
            .addKnown("Ada", Classification.known(ada), .5)
            .addKnown("Bob", Classification.known(ada), .5)
            .addKnown("Ada", Classification.unknown(ada, "too unlike"), .3)
            .addKnown("Ada", Classification.unknown(List.of(), "nobody"), 0)
            .addStranger(Classification.known(ada), .4)
            .addStranger(Classification.unknown(ada, "too unlike"), .1)
            .build();
    assertThat(fromAnswers.byRule()).isEqualTo(new OpenSetCounts(1, 1, 2, 1, 1));
    assertThat(fromAnswers.at(0)).isEqualTo(new OpenSetCounts(2, 2, 0, 2, 0));
  }

  @Test
  void build_oneKindOnly_saysWhatIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenSetReport.builder().addStranger(1, true).addKnownNoFace().build())
        .withMessageContaining("0 pictures of enrolled people and 1 of strangers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenSetReport.builder().addStranger(Double.NaN, true));
    assertThatIllegalArgumentException().isThrownBy(() -> report.at(Double.NaN));
  }
}
