package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration.Comparisons;
import dev.mfr.gallery.Calibration.Logistic;
import dev.mfr.gallery.Calibration.Searches;
import dev.mfr.gallery.DecisionThreshold.Interval;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
  private static final GalleryModel MODEL = new GalleryModel("a & b", "recipe = \\1: x", 3);

  @TempDir Path folder;

  private static RateCurve.Point point(double rate, double threshold) {
    return new RateCurve.Point(
        rate,
        threshold,
        new Interval(threshold - .01, threshold + .02),
        new Interval(rate / 2, rate * 2));
  }

  private static RateCurve curve(double first) {
    return new RateCurve(
        List.of(point(.1, first), point(.01, first + .1), point(.001, first + .15)));
  }

  private static Calibration measured() {
    return new Calibration(
        MODEL,
        "people of a café, \\unseen",
        Optional.of(LocalDate.of(2026, 11, 26)),
        1175,
        4000,
        List.of(new ProbeBlock(1, 2, .5), new ProbeBlock(2, 0, 1.25)),
        Map.of(
            MaskPairing.BOTH_UNMASKED,
            new Comparisons(300, 2_000_000, curve(.5), new Logistic(-30, 50)),
            MaskPairing.ONE_MASKED,
            new Comparisons(600, 4_000_000, curve(.6), new Logistic(-35, 50))),
        Map.of(
            MaskState.MASKED,
            new Searches(2000, new TreeMap<>(Map.of(1, curve(.6), 100, curve(.7))))),
        Double.NaN);
  }

  @ParameterizedTest
  @CsvSource({
    "UNMASKED, UNMASKED, BOTH_UNMASKED",
    "UNMASKED, MASKED, ONE_MASKED",
    "MASKED, UNMASKED, ONE_MASKED",
    "MASKED, MASKED, BOTH_MASKED",
    "NOT_SURE, UNMASKED, ONE_MASKED",
    "NOT_SURE, MASKED, BOTH_MASKED",
    "NOT_SURE, NOT_SURE, BOTH_MASKED"
  })
  void pairing_ofStates_countsNotSureAsMasked(MaskState a, MaskState b, MaskPairing expected) {
    assertThat(MaskPairing.of(a, b)).isEqualTo(expected);
  }

  @Test
  void verification_atMeasuredRate_isTheMeasuredThreshold() {
    DecisionThreshold threshold = measured().verification(.01, MaskPairing.ONE_MASKED);

    assertThat(threshold.threshold()).isEqualTo(.7);
    assertThat(threshold.wantedRate()).isEqualTo(.01);
    assertThat(threshold.rateInterval().orElseThrow().low()).isCloseTo(.005, within(1e-9));
    assertThat(threshold.rateInterval().orElseThrow().high()).isCloseTo(.02, within(1e-9));
    assertThat(threshold.source()).contains("4,000,000", "café", "2026-11-26", "one wears a mask");
    assertThat(threshold.accepts(.7)).isTrue();
    assertThat(threshold.accepts(Math.nextDown(.7))).isFalse();
  }

  @Test
  void verification_betweenRates_interpolatesInTheirLogarithm() {
    double middle = Math.sqrt(.01 * .001);

    DecisionThreshold threshold = measured().verification(middle, MaskPairing.BOTH_UNMASKED);

    assertThat(threshold.threshold()).isCloseTo(.625, within(1e-9));
    assertThat(threshold.thresholdInterval().orElseThrow().low()).isCloseTo(.615, within(1e-9));
    assertThat(threshold.rateInterval().orElseThrow().low()).isCloseTo(.002750, within(1e-6));
  }

  @Test
  void verification_fallingRate_neverLowersTheThreshold() {
    Calibration calibration = measured();
    double last = -1;
    for (double rate = .1; rate >= .001; rate *= .97) {
      double next = calibration.verification(rate, MaskPairing.BOTH_UNMASKED).threshold();
      assertThat(next).isGreaterThanOrEqualTo(last);
      last = next;
    }
    assertThat(last).isGreaterThan(.64);
  }

  @Test
  void verification_rateThatWasNotMeasured_saysWhichWere() {
    assertThatThrownBy(() -> measured().verification(1e-4, MaskPairing.BOTH_UNMASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("0.00010")
        .hasMessageContaining("from 0.0010 to 0.10")
        .hasMessageContaining("2000000 comparisons");
    assertThatThrownBy(() -> measured().verification(.2, MaskPairing.BOTH_UNMASKED))
        .isInstanceOf(GalleryException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> measured().verification(0, MaskPairing.BOTH_UNMASKED))
        .withMessageContaining("0.0");
  }

  @Test
  void verification_pairingThatWasNotMeasured_saysSo() {
    assertThatThrownBy(() -> measured().verification(.01, MaskPairing.BOTH_MASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("two masks");
  }

  @Test
  void identification_betweenGalleries_interpolatesInTheirLogarithm() {
    Calibration calibration = measured();

    assertThat(calibration.identification(.01, 1, MaskState.MASKED).threshold())
        .isCloseTo(.7, within(1e-9));
    assertThat(calibration.identification(.01, 10, MaskState.NOT_SURE).threshold())
        .isCloseTo(.75, within(1e-9));
    assertThat(calibration.identification(.01, 100, MaskState.MASKED).threshold())
        .isCloseTo(.8, within(1e-9));
  }

  @Test
  void identification_largerGalleryThanMeasured_goesOnAndSaysSo() {
    DecisionThreshold far = measured().identification(.01, 10_000, MaskState.MASKED);

    assertThat(far.threshold()).isCloseTo(.9, within(1e-9));
    assertThat(far.source()).contains("extrapolated", "100 pictures");
    assertThat(far.thresholdInterval()).isEmpty();
    assertThat(far.rateInterval()).isEmpty();
    assertThat(measured().identification(.01, 100, MaskState.MASKED).source())
        .doesNotContain("extrapolated");
    assertThat(measured().identification(.01, 1_000_000, MaskState.MASKED).threshold())
        .isGreaterThan(far.threshold());
  }

  @Test
  void identification_stateThatWasNotMeasured_saysSo() {
    assertThatThrownBy(() -> measured().identification(.01, 10, MaskState.UNMASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("unmasked");
  }

  @Test
  void weigh_probe_scalesItsBlocks() {
    float[] unmasked = {1, 2, 3};
    float[] notSure = {1, 2, 3};

    measured().weigh(MaskState.UNMASKED, unmasked);
    measured().weigh(MaskState.NOT_SURE, notSure);

    assertThat(unmasked).containsExactly(2, 0, 0);
    assertThat(notSure).containsExactly(.5f, 2.5f, 3.75f);
  }

  @Test
  void similarity_ofTwo_isTheProductOfAWeighedProbe() {
    Embedding a = Embedding.of(.6f, .8f, 0);
    Embedding b = Embedding.of(.8f, 0, .6f);
    Embedding c = Embedding.of(0, .6f, .8f);
    float[] probe = c.toArray();
    measured().weigh(MaskState.MASKED, probe);
    double product = (probe[0] * .6) + (probe[1] * .8);

    assertThat(measured().similarity(a, MaskState.UNMASKED, b, MaskState.UNMASKED))
        .isCloseTo(2 * .48, within(1e-6));
    assertThat(measured().similarity(a, MaskState.UNMASKED, c, MaskState.MASKED))
        .isCloseTo(product, within(1e-6))
        .isEqualTo(measured().similarity(c, MaskState.MASKED, a, MaskState.UNMASKED));
  }

  @Test
  void probability_risesWithTheSimilarity() {
    Calibration calibration = measured();

    assertThat(calibration.samePersonProbability(.6, MaskPairing.BOTH_UNMASKED)).isEqualTo(.5);
    double last = 0;
    for (double s = -1; s <= 1; s += .01) {
      double next = calibration.samePersonProbability(s, MaskPairing.BOTH_UNMASKED);
      assertThat(next).isBetween(last, 1.);
      last = next;
    }
  }

  @Test
  void single_anyQuestion_givesTheOneThreshold() {
    Calibration single = Calibration.single(MODEL, .94);

    DecisionThreshold one = single.verification(1e-7, MaskPairing.ONE_MASKED);
    assertThat(one.threshold()).isEqualTo(.94);
    assertThat(one.thresholdInterval()).isEmpty();
    assertThat(one.rateInterval()).isEmpty();
    assertThat(one.source()).contains("one threshold is known");
    assertThat(single.identification(.01, 5, MaskState.UNMASKED).threshold()).isEqualTo(.94);
    assertThat(single.samePersonProbability(.94, MaskPairing.BOTH_MASKED)).isEqualTo(.5);
    assertThat(single.isSingle()).isTrue();
    float[] probe = {1, 2, 3};
    single.weigh(MaskState.MASKED, probe);
    assertThat(probe).containsExactly(1, 2, 3);
  }

  @Test
  void file_writtenAndRead_isTheSame() {
    for (Calibration calibration : List.of(measured(), Calibration.single(MODEL, .94))) {
      Path file = folder.resolve("calibration.properties");

      calibration.write(file);
      Calibration read = Calibration.read(file);

      assertThat(read).usingRecursiveComparison().isEqualTo(calibration);
      assertThat(CalibrationFile.text(read)).isEqualTo(CalibrationFile.text(calibration));
    }
    assertThat(folder).isDirectoryContaining("glob:**calibration.properties");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void read_anyLineMissing_isRefusedOrStillACalibration() throws IOException {
    List<String> lines = CalibrationFile.text(measured()).lines().toList();
    int refused = 0;
    for (int i = 0; i < lines.size(); i++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < lines.size(); k++) {
        text.append(k == i ? "" : lines.get(k) + "\n");
      }
      try {
        Calibration.read(new StringReader(text.toString()), "x.properties");
      } catch (GalleryException e) {
        assertThat(e).hasMessageContaining("x.properties");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10);
  }

  @ParameterizedTest
  @CsvSource({
    "format=1, format=2, has format 2",
    "people=1175, people=many, people holds",
    "people=1175, people=-3, counts",
    "people=1175, people=99999999999, too large",
    "embeddingLength=3, embeddingLength=4, the blocks are 3 numbers long",
    "block.1=1 2.0 0.5, block.1=1 2.0, has 2 numbers",
    "block.1=1 2.0 0.5, block.1=1 2.0 NaN, no number",
    "date=2026-11-26, date=yesterday, yesterday",
    "both-unmasked.rate.1=0.1 0.5, both-unmasked.rate.1=0.1 0.9, thresholds rise",
    "both-unmasked.rate.1=, both-unmasked.rate.7=, lacks",
    "both-unmasked.probability=-30.0 50.0, both-unmasked.probability=-30.0 -50.0, rises"
  })
  void read_damagedText_saysWhat(String from, String to, String says) {
    String text = CalibrationFile.text(measured());
    assertThat(text).contains(from);

    assertThatThrownBy(
            () -> Calibration.read(new StringReader(text.replace(from, to)), "x.properties"))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("x.properties")
        .hasMessageContaining(says);
  }

  @Test
  void read_fileThatIsNotThere_namesIt() {
    assertThatThrownBy(() -> Calibration.read(folder.resolve("none")))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("there is no calibration")
        .hasMessageContaining("none");
    assertThatThrownBy(() -> measured().write(folder.resolve("no/folder")))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void read_bytesThatAreNoText_isRefused() throws IOException {
    Path file = folder.resolve("damaged");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});

    assertThatThrownBy(() -> Calibration.read(file)).isInstanceOf(GalleryException.class);
  }
}
