package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassificationReportTest {

  private static List<RankedIdentity> ranking(String... people) {
    List<RankedIdentity> ranking = new ArrayList<>();
    for (int i = 0; i < people.length; i++) {
      ranking.add(new RankedIdentity(people[i], 1. / (i + 2)));
    }
    return ranking;
  }

  private static Classification named(String... people) {
    return Classification.known(ranking(people));
  }

  private static Classification unknown(String... people) {
    return Classification.unknown(ranking(people), "too unlike");
  }

  /*
   * Picture  truth  first      second  verdict
   * 1        Ada    Ada        Bob     named, right
   * 2        Ada    Ada        Cid     unknown although right
   * 3        Ada    Bob        Ada     named, wrong
   * 4        Ada    no face
   * 5        Bob    Bob        Ada     named, right
   * 6        Bob    Cid        Ada     unknown; Bob is third
   * 7        Cid    Dan                named, wrong; nobody is called Dan in the pictures
   * 8        Cid    no candidate       unknown
   */
  private final ClassificationReport report =
      ClassificationReport.builder()
          .add("Ada", named("Ada", "Bob", "Cid"))
          .add("Ada", unknown("Ada", "Cid", "Bob"))
          .add("Ada", named("Bob", "Ada", "Cid"))
          .addNoFace("Ada")
          .add("Bob", named("Bob", "Ada", "Cid"))
          .add("Bob", unknown("Cid", "Ada", "Bob"))
          .add("Cid", named("Dan"))
          .add("Cid", unknown())
          .build();

  @Test
  void accuracy_handMadeOutcomes_countsFirstCandidatesOfAllPictures() {
    assertThat(report.pictures()).isEqualTo(8);
    assertThat(report.noFace()).isEqualTo(1);
    assertThat(report.accuracy()).isEqualTo(3 / 8.);
    assertThat(report.topK(1)).isEqualTo(3 / 8.);
    assertThat(report.topK(2)).isEqualTo(4 / 8.);
    assertThat(report.topK(3)).isEqualTo(5 / 8.);
    assertThat(report.topK(99)).isEqualTo(5 / 8.);
    assertThatIllegalArgumentException().isThrownBy(() -> report.topK(0));
  }

  @Test
  void accepted_handMadeOutcomes_countsNames() {
    assertThat(report.acceptedCount()).isEqualTo(4);
    assertThat(report.unknownCount()).isEqualTo(3);
    assertThat(report.acceptedAccuracy()).isEqualTo(2 / 4.);
  }

  @Test
  void people_handMadeOutcomes_haveTheirScores() {
    assertThat(report.people().keySet()).containsExactly("Ada", "Bob", "Cid");
    PersonScore ada = report.people().get("Ada");
    assertThat(ada).isEqualTo(new PersonScore("Ada", 4, 2, 2));
    assertThat(ada.precision()).isEqualTo(1);
    assertThat(ada.recall()).isEqualTo(.5);
    assertThat(ada.f1()).isCloseTo(2 / 3., within(1e-15));
    PersonScore bob = report.people().get("Bob");
    assertThat(bob).isEqualTo(new PersonScore("Bob", 2, 2, 1));
    assertThat(bob.precision()).isEqualTo(.5);
    assertThat(bob.recall()).isEqualTo(.5);
    assertThat(bob.f1()).isEqualTo(.5);
    PersonScore cid = report.people().get("Cid");
    assertThat(cid).isEqualTo(new PersonScore("Cid", 2, 1, 0));
    assertThat(cid.precision()).isZero();
    assertThat(cid.recall()).isZero();
    assertThat(cid.f1()).isZero();
    assertThat(report.macroPrecision()).isEqualTo(.5);
    assertThat(report.macroRecall()).isCloseTo(1 / 3., within(1e-15));
    assertThat(report.macroF1()).isCloseTo((2 / 3. + .5) / 3, within(1e-15));
  }

  @Test
  void confusion_handMadeOutcomes_isSparse() {
    assertThat(report.confusion())
        .isEqualTo(
            Map.of(
                "Ada", Map.of("Ada", 2, "Bob", 1, ClassificationReport.NO_FACE, 1),
                "Bob", Map.of("Bob", 1, "Cid", 1),
                "Cid", Map.of("Dan", 1, ClassificationReport.NO_CANDIDATE, 1)));
    assertThat(report.toString()).contains("8 pictures, accuracy 0.3750");
  }

  @Test
  void accuracyInterval_handMadeOutcomes_drawsPeople() {
    // Ada is right 2 of 4 times, Bob 1 of 2, Cid 0 of 2: three people drawn.
    BootstrapInterval interval = report.accuracyInterval(.95, 1);
    assertThat(interval.estimate()).isEqualTo(3 / 8.);
    assertThat(interval.low()).isZero();
    assertThat(interval.high()).isEqualTo(.5);
    assertThat(report.accuracyInterval(.95, 1)).isEqualTo(interval);
  }

  @Test
  void reliability_handMadeOutcomes_judgesFirstCandidates() {
    // Every first candidate has a probability of 1/2; 3 of 6 with a candidate are right.
    ReliabilityDiagram diagram = report.reliability();
    assertThat(diagram.count()).isEqualTo(6);
    assertThat(diagram.bins()).hasSize(ClassificationReport.RELIABILITY_BINS);
    assertThat(diagram.expectedCalibrationError()).isZero();
    assertThat(diagram.brierScore()).isEqualTo(.25);
  }

  @Test
  void report_ofNothing_isNotANumber() {
    ClassificationReport empty = ClassificationReport.builder().build();
    assertThat(empty.accuracy()).isNaN();
    assertThat(empty.acceptedAccuracy()).isNaN();
    assertThat(empty.macroF1()).isNaN();
    assertThat(empty.people()).isEmpty();
  }

  @Test
  void builder_usedOn_leavesTheReportAlone() {
    ClassificationReport.Builder builder = ClassificationReport.builder().add("Ada", named("Ada"));
    ClassificationReport first = builder.build();
    builder.add("Ada", named("Bob"));
    assertThat(first.pictures()).isEqualTo(1);
    assertThat(first.confusion().get("Ada")).isEqualTo(Map.of("Ada", 1));
  }

  @Test
  void add_reservedOrBlankLabel_refuses() {
    for (String label :
        List.of(" ", ClassificationReport.NO_FACE, ClassificationReport.NO_CANDIDATE)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ClassificationReport.builder().addNoFace(label));
    }
  }
}
