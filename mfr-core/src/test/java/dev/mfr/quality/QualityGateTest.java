package dev.mfr.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mfr.quality.QualityIssue.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QualityGateTest {
  private static final QualityGate GATE =
      QualityGate.builder()
          .minEyeDistance(30)
          .minSharpness(.5)
          .brightness(.2, .8)
          .maxClipped(.1)
          .maxYaw(20)
          .maxPitch(10, 15)
          .maxRoll(25)
          .minMargin(.2)
          .minPresence(.6)
          .build();

  /** Exactly at every limit of {@link #GATE} that one face can be at. */
  private static final FaceQuality AT_THE_LIMITS = face(30, .5, .2, .1, 20, 10, 25, .2, .6);

  private static FaceQuality face(
      double eyeDistance,
      double sharpness,
      double brightness,
      double clipped,
      double yaw,
      double pitch,
      double roll,
      double margin,
      double presence) {
    HeadPose pose = new HeadPose(yaw, pitch, roll);
    return new FaceQuality(
        eyeDistance, sharpness, brightness, clipped, Optional.of(pose), margin, presence);
  }

  /** For each kind a face that is wrong in this one respect. */
  private static final Map<Kind, FaceQuality> WRONG = new EnumMap<>(Kind.class);

  static {
    WRONG.put(Kind.NOT_A_WHOLE_FACE, face(30, .5, .2, .1, 20, 10, 25, .2, .59));
    WRONG.put(Kind.AT_THE_BORDER, face(30, .5, .2, .1, 20, 10, 25, .19, .6));
    WRONG.put(Kind.TOO_SMALL, face(29, .5, .2, .1, 20, 10, 25, .2, .6));
    WRONG.put(Kind.TURNED_LEFT, face(30, .5, .2, .1, 21, 10, 25, .2, .6));
    WRONG.put(Kind.TURNED_RIGHT, face(30, .5, .2, .1, -21, 10, 25, .2, .6));
    WRONG.put(Kind.LOOKING_UP, face(30, .5, .2, .1, 20, 11, 25, .2, .6));
    WRONG.put(Kind.LOOKING_DOWN, face(30, .5, .2, .1, 20, -16, 25, .2, .6));
    WRONG.put(Kind.TILTED, face(30, .5, .2, .1, 20, 10, -26, .2, .6));
    WRONG.put(Kind.TOO_DARK, face(30, .5, .19, .1, 20, 10, 25, .2, .6));
    WRONG.put(Kind.TOO_BRIGHT, face(30, .5, .81, .1, 20, 10, 25, .2, .6));
    WRONG.put(Kind.HARSH_LIGHT, face(30, .5, .2, .11, 20, 10, 25, .2, .6));
    WRONG.put(Kind.BLURRED, face(30, .49, .2, .1, 20, 10, 25, .2, .6));
  }

  @Test
  void check_measuresAtTheLimits_pass() {
    assertThat(GATE.check(AT_THE_LIMITS).issues()).isEmpty();
    assertThat(GATE.check(AT_THE_LIMITS).passed()).isTrue();
    assertThat(GATE.check(face(30, .5, .8, .1, -20, -15, -25, .2, .6)).passed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void check_oneMeasureBeyondItsLimit_thatIssueAlone(Kind kind) {
    QualityVerdict verdict = GATE.check(WRONG.get(kind));

    assertThat(verdict.issues()).extracting(QualityIssue::kind).containsExactly(kind);
    assertThat(verdict.has(kind)).isTrue();
    assertThat(verdict.passed()).isFalse();
  }

  @Test
  void check_issue_namesValueAndLimit() {
    assertThat(GATE.check(WRONG.get(Kind.TURNED_RIGHT)).issues())
        .containsExactly(new QualityIssue(Kind.TURNED_RIGHT, -21, -20));
    assertThat(GATE.check(WRONG.get(Kind.TILTED)).issues())
        .containsExactly(new QualityIssue(Kind.TILTED, 26, 25));
  }

  @Test
  void check_everythingWrong_issuesInTheOrderOfTheirKinds() {
    List<Kind> kinds =
        GATE.check(face(1, 0, 0, 1, 90, -90, 90, -1, 0)).issues().stream()
            .map(QualityIssue::kind)
            .toList();

    assertThat(kinds).isSorted().hasSize(9);
  }

  @Test
  void check_noPose_poseIsNotAskedFor() {
    FaceQuality face = new FaceQuality(30, .5, .5, 0, Optional.empty(), 1, 1);

    assertThat(GATE.check(face).passed()).isTrue();
  }

  @Test
  void check_notANumber_fails() {
    FaceQuality face =
        new FaceQuality(
            Double.NaN, Double.NaN, .5, Double.NaN, Optional.empty(), Double.NaN, Double.NaN);

    assertThat(GATE.check(face).issues())
        .extracting(QualityIssue::kind)
        .containsExactly(
            Kind.NOT_A_WHOLE_FACE,
            Kind.AT_THE_BORDER,
            Kind.TOO_SMALL,
            Kind.HARSH_LIGHT,
            Kind.BLURRED);
  }

  @Test
  void none_anything_passes() {
    assertThat(QualityGate.none().check(face(0, 0, 0, 1, 170, 170, 180, -99, 0)).passed()).isTrue();
    assertThat(QualityGate.builder().build()).isEqualTo(QualityGate.none());
  }

  @Test
  void probe_whatPassesEnrolment_passes() {
    QualityGate strict = QualityGate.enrolment();
    QualityGate lenient = QualityGate.probe();

    assertThat(lenient.minEyeDistance()).isLessThan(strict.minEyeDistance());
    assertThat(lenient.minSharpness()).isLessThan(strict.minSharpness());
    assertThat(lenient.minBrightness()).isLessThan(strict.minBrightness());
    assertThat(lenient.maxBrightness()).isGreaterThan(strict.maxBrightness());
    assertThat(lenient.maxClipped()).isGreaterThan(strict.maxClipped());
    assertThat(lenient.maxYaw()).isGreaterThan(strict.maxYaw());
    assertThat(lenient.maxPitchUp()).isGreaterThan(strict.maxPitchUp());
    assertThat(lenient.maxPitchDown()).isGreaterThan(strict.maxPitchDown());
    assertThat(lenient.maxRoll()).isGreaterThan(strict.maxRoll());
    assertThat(lenient.minMargin()).isLessThan(strict.minMargin());
    assertThat(lenient.minPresence()).isLessThan(strict.minPresence());
  }

  @Test
  void toBuilder_unchanged_sameGate() {
    assertThat(GATE.toBuilder().build()).isEqualTo(GATE);
    assertThat(GATE.toBuilder().maxYaw(5).build().maxYaw()).isEqualTo(5);
  }

  @Test
  void build_limitOutOfRange_namesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QualityGate.builder().maxYaw(-1).build())
        .withMessageContaining("maxYaw")
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QualityGate.builder().brightness(.6, .5).build())
        .withMessageContaining("0.6 and 0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QualityGate.builder().minSharpness(Double.NaN).build());
  }

  @ParameterizedTest
  @EnumSource
  void sentence_everyKind_isASentence(Kind kind) {
    assertThat(new QualityIssue(kind, 1, 2).sentence()).matches("[A-Z][^.]+\\.");
  }

  @Test
  void sentences_twoIssues_bothAdvices() {
    FaceQuality face = face(10, 0, .5, 0, 0, 0, 0, 1, 1);

    assertThat(GATE.check(face).sentences())
        .isEqualTo(
            "Come closer to the camera."
                + " Hold still, and keep the camera still and its lens clean.");
  }
}
