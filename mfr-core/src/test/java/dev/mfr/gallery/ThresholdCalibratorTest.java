package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.DecisionThreshold.Interval;
import java.io.IOException;
import java.io.StringReader;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThresholdCalibratorTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 26);

  private record Picture(String person, String photograph, MaskState mask, Embedding embedding) {}

  private static Embedding direction(Random random, int length) {
    return near(new float[length], 1, random);
  }

  private static Embedding near(float[] centre, double spread, Random random) {
    float[] values = new float[centre.length];
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (centre[i] + (spread * random.nextGaussian()));
      squares += values[i] * values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) Math.sqrt(squares);
    }
    return Embedding.of(values);
  }

  private static GalleryModel model(int length) {
    return new GalleryModel("network", "recipe", length);
  }

  /** Every person looks in a direction of his own; a third photograph of every tenth. */
  private static List<Picture> people(int count, int length, double spread, long seed) {
    Random random = new Random(seed);
    List<Picture> pictures = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      float[] centre = direction(random, length).toArray();
      for (int k = 0; k < (p % 10 == 0 ? 3 : 2); k++) {
        String photograph = p + "/" + k;
        for (MaskState mask : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
          pictures.add(new Picture("person " + p, photograph, mask, near(centre, spread, random)));
        }
      }
    }
    return pictures;
  }

  private static ThresholdCalibrator calibrator(List<Picture> pictures, int length) {
    ThresholdCalibrator calibrator = ThresholdCalibrator.of(model(length));
    pictures.forEach(p -> calibrator.add(p.person, p.photograph, p.mask, p.embedding));
    return calibrator;
  }

  /** The cosine of two directions in space is uniform in −1…1 (Archimedes). */
  @Test
  void calibrate_directionsInSpace_givesTheClosedFormsThresholds() {
    List<Picture> pictures = people(700, 3, .3, 5);
    pictures.removeIf(p -> p.mask == MaskState.MASKED);

    Calibration calibration = calibrator(pictures, 3).calibrate("a sphere", DAY);

    for (double rate : new double[] {.1, .03, .01, .001}) {
      DecisionThreshold t = calibration.verification(rate, MaskPairing.BOTH_UNMASKED);
      assertThat((1 - t.threshold()) / 2).isCloseTo(rate, within(.15 * rate));
      Interval rates = t.rateInterval().orElseThrow();
      assertThat(rate).isBetween(rates.low(), rates.high());
      assertThat(rates.high() - rates.low()).isLessThan(.5 * rate);
      Interval thresholds = t.thresholdInterval().orElseThrow();
      assertThat(t.threshold()).isBetween(thresholds.low(), thresholds.high());
    }
    for (int size : new int[] {1, 30, 100, 1000}) {
      for (double rate : new double[] {.1, .02, .01}) {
        double far = 1 - Math.pow(1 - rate, 1. / size);
        double threshold = calibration.identification(rate, size, MaskState.UNMASKED).threshold();
        assertThat((1 - threshold) / 2).isCloseTo(far, within((.25 * far) + 2e-5));
        if (size > 30) {
          continue; // on a sphere the thresholds of large galleries lie closer than the bins
        }
        DecisionThreshold t = calibration.identification(rate, size, MaskState.UNMASKED);
        Interval thresholds = t.thresholdInterval().orElseThrow();
        assertThat(threshold).isBetween(thresholds.low(), thresholds.high());
        Interval rates = t.rateInterval().orElseThrow();
        assertThat(rate).isBetween(rates.low(), rates.high());
      }
    }
    assertThat(calibration.people()).isEqualTo(700);
    assertThat(calibration.pictures()).isEqualTo(1470);
    assertThat(calibration.date()).contains(DAY);
  }

  @Test
  void calibrate_masksAndWeights_agreesWithNaiveLoops() {
    int length = 8;
    List<Picture> pictures = people(60, length, .6, 9);
    List<ProbeBlock> blocks = List.of(new ProbeBlock(5, 1.2, .3), new ProbeBlock(3, .4, 1.6));

    Calibration calibration =
        calibrator(pictures, length).blocks(blocks).calibrate("some people", DAY);

    for (MaskPairing pairing : MaskPairing.values()) {
      List<Double> impostors = new ArrayList<>();
      int genuine = 0;
      for (int a = 0; a < pictures.size(); a++) {
        for (int b = 0; b < a; b++) {
          Picture first = pictures.get(a);
          Picture second = pictures.get(b);
          if (MaskPairing.of(first.mask, second.mask) != pairing) {
            continue;
          }
          if (!first.person.equals(second.person)) {
            impostors.add(
                calibration.similarity(first.embedding, first.mask, second.embedding, second.mask));
          } else if (!first.photograph.equals(second.photograph)) {
            genuine++;
          }
        }
      }
      impostors.sort(null);
      assertThat(calibration.impostorComparisons(pairing)).isEqualTo(impostors.size());
      assertThat(calibration.genuineComparisons(pairing)).isEqualTo(genuine);
      for (double rate : new double[] {.1, .01, .003}) {
        int allowed = (int) (rate * impostors.size());
        double threshold = calibration.verification(rate, pairing).threshold();
        assertThat(threshold)
            .isCloseTo(impostors.get(impostors.size() - 1 - allowed), within(3e-5));
        assertThat(impostors.stream().filter(s -> s >= threshold).count())
            .isLessThanOrEqualTo(allowed);
      }
    }
  }

  /** All galleries of two pictures out of all, tried one by one. */
  @Test
  void calibrate_twoTemplatesAPicture_agreesWithEveryGallery() {
    int length = 4;
    Random random = new Random(3);
    List<Picture> probes = people(55, length, .5, 4);
    probes.removeIf(p -> p.mask == MaskState.UNMASKED);
    ThresholdCalibrator calibrator = calibrator(probes, length);
    List<String> owners = new ArrayList<>();
    List<List<Embedding>> entries = new ArrayList<>();
    for (int e = 0; e < 12; e++) {
      owners.add("person " + (e / 2 * 2));
      entries.add(List.of(direction(random, length), direction(random, length)));
      calibrator.enrol(owners.get(e), entries.get(e).get(0), entries.get(e).subList(1, 2));
    }

    Calibration calibration = calibrator.calibrate("few", DAY);

    // One and three were measured; two lies between them by the rule of interpolation.
    for (int size : new int[] {1, 3}) {
      double threshold = calibration.identification(.1, size, MaskState.MASKED).threshold();
      double below = Math.nextDown(threshold - .002);
      assertThat(naiveRate(probes, owners, entries, size, threshold)).isLessThanOrEqualTo(.1);
      assertThat(naiveRate(probes, owners, entries, size, below)).isGreaterThan(.09);
    }
  }

  @Test
  void calibrate_templatesWithDrawnMasks_answerMaskedProbesOnly() {
    Random random = new Random(3);
    List<Picture> probes = people(60, 4, .5, 4);
    ThresholdCalibrator without = calibrator(probes, 4);
    ThresholdCalibrator with = calibrator(probes, 4);
    for (int e = 0; e < 40; e++) {
      Embedding photograph = direction(random, 4);
      without.enrol("person " + e, photograph, List.of());
      with.enrol("person " + e, photograph, List.of(direction(random, 4)));
    }
    Calibration plain = without.calibrate("x", DAY);
    Calibration drawn = with.calibrate("x", DAY);

    assertThat(drawn.identification(.1, 3, MaskState.UNMASKED))
        .isEqualTo(plain.identification(.1, 3, MaskState.UNMASKED));
    assertThat(drawn.identification(.1, 3, MaskState.MASKED).threshold())
        .isGreaterThan(plain.identification(.1, 3, MaskState.MASKED).threshold());
    assertThat(TemplateOrigin.SYNTHETIC_MASK.answers(MaskState.NOT_SURE)).isTrue();
    assertThat(TemplateOrigin.SYNTHETIC_MASK.answers(MaskState.UNMASKED)).isFalse();
    assertThat(TemplateOrigin.PHOTOGRAPH.answers(MaskState.UNMASKED)).isTrue();
  }

  private static double naiveRate(
      List<Picture> probes,
      List<String> owners,
      List<List<Embedding>> entries,
      int size,
      double threshold) {
    double sum = 0;
    for (Picture probe : probes) {
      List<Boolean> hits = new ArrayList<>();
      for (int e = 0; e < entries.size(); e++) {
        if (!owners.get(e).equals(probe.person)) {
          hits.add(entries.get(e).stream().anyMatch(t -> t.dot(probe.embedding) >= threshold));
        }
      }
      int galleries = 0;
      int hit = 0;
      for (int subset = 0; subset < 1 << hits.size(); subset++) {
        if (Integer.bitCount(subset) == size) {
          boolean any = false;
          for (int e = 0; e < hits.size(); e++) {
            any |= (subset >> e & 1) == 1 && hits.get(e);
          }
          galleries++;
          hit += any ? 1 : 0;
        }
      }
      sum += (double) hit / galleries;
    }
    return sum / probes.size();
  }

  @Test
  void calibrate_lowerRateLargerGalleryOrMask_neverLowersTheThreshold() {
    Calibration calibration = calibrator(people(200, 6, .4, 1), 6).calibrate("some", DAY);
    for (MaskState state : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
      double last = -1;
      for (int size = 1; size < 2000; size *= 2) {
        double next = calibration.identification(.1, size, state).threshold();
        assertThat(next).isGreaterThanOrEqualTo(last);
        assertThat(calibration.identification(.05, size, state).threshold())
            .isGreaterThanOrEqualTo(next);
        last = next;
      }
    }
  }

  @Test
  void calibrate_again_givesTheSame() {
    String first = CalibrationFile.text(calibrator(people(60, 5, .4, 1), 5).calibrate("x", DAY));

    assertThat(CalibrationFile.text(calibrator(people(60, 5, .4, 1), 5).calibrate("x", DAY)))
        .isEqualTo(first);
  }

  @Test
  void calibrate_tooFewForARate_refusesThatRateWithTheReason() {
    Calibration calibration = calibrator(people(60, 5, .4, 1), 5).calibrate("few", DAY);

    assertThat(calibration.impostorComparisons(MaskPairing.BOTH_UNMASKED)).isLessThan(10_000);
    assertThatThrownBy(() -> calibration.verification(1e-3, MaskPairing.BOTH_UNMASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("comparisons of two people")
        .hasMessageContaining("calibrate with more people");
    assertThatThrownBy(() -> calibration.identification(.01, 10, MaskState.UNMASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("126 unmasked probes");
  }

  @Test
  void calibrate_tooFewForAnyRate_saysWhatIsMissing() {
    assertThatThrownBy(() -> ThresholdCalibrator.of(model(3)).calibrate("none", DAY))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("pictures of many people");
    assertThatThrownBy(() -> calibrator(people(4, 3, .3, 1), 3).calibrate("few", DAY))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("at least 100 and 10 are needed");
  }

  /** Unmasked people with two photographs, and masked ones of other people with one. */
  private static Calibration withoutMaskedPairs(int maskedPeople) {
    List<Picture> pictures = people(60, 3, .3, 1);
    pictures.removeIf(p -> p.mask == MaskState.MASKED);
    Random random = new Random(8);
    for (int p = 0; p < maskedPeople; p++) {
      pictures.add(new Picture("m" + p, "m" + p, MaskState.MASKED, direction(random, 3)));
    }
    return calibrator(pictures, 3).calibrate("few masks", DAY);
  }

  @Test
  void calibrate_pairingWithTooFewComparisons_isLeftOutAndTheOthersAreAsWithoutIt() {
    Calibration calibration = withoutMaskedPairs(5);

    assertThat(calibration.hasComparisons(MaskPairing.BOTH_UNMASKED)).isTrue();
    assertThat(calibration.hasComparisons(MaskPairing.ONE_MASKED)).isFalse();
    assertThat(calibration.hasComparisons(MaskPairing.BOTH_MASKED)).isFalse();
    assertThat(calibration.verification(.1, MaskPairing.BOTH_UNMASKED).threshold())
        .isEqualTo(withoutMaskedPairs(0).verification(.1, MaskPairing.BOTH_UNMASKED).threshold());
    assertThatThrownBy(() -> calibration.verification(.1, MaskPairing.ONE_MASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("no comparisons with one mask, as there were none or too few")
        .hasMessageContaining("calibrate with more such pictures");
    assertThatThrownBy(() -> calibration.samePersonProbability(.5, MaskPairing.BOTH_MASKED))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("with two masks");
  }

  @Test
  void calibrate_pairingLeftOut_isLeftOutOfTheFileToo() throws IOException {
    String text = CalibrationFile.text(withoutMaskedPairs(5));

    Calibration read = Calibration.read(new StringReader(text), "a text");

    assertThat(read.hasComparisons(MaskPairing.BOTH_UNMASKED)).isTrue();
    assertThat(read.hasComparisons(MaskPairing.ONE_MASKED)).isFalse();
    assertThat(CalibrationFile.text(read)).isEqualTo(text);
  }

  @Test
  void calibrate_searchesWithoutTheirComparisons_giveAProbabilityAroundTheThreshold() {
    Calibration calibration = withoutMaskedPairs(120);

    DecisionThreshold threshold = calibration.identification(.1, 10, MaskState.MASKED);

    double at = threshold.threshold();
    assertThat(calibration.hasComparisons(MaskPairing.ONE_MASKED)).isFalse();
    assertThat(calibration.probability(at, MaskPairing.ONE_MASKED, threshold))
        .isCloseTo(.5, within(1e-12));
    assertThat(calibration.probability(at + .1, MaskPairing.ONE_MASKED, threshold))
        .isBetween(.9, 1.);
    assertThat(calibration.probability(at, MaskPairing.BOTH_UNMASKED, threshold))
        .isEqualTo(calibration.samePersonProbability(at, MaskPairing.BOTH_UNMASKED));
  }

  @Test
  void calibrate_tooFewProbesForSearches_leavesThemOut() {
    Calibration calibration = calibrator(people(20, 3, .3, 1), 3).calibrate("few", DAY);

    assertThat(calibration.verification(.1, MaskPairing.BOTH_UNMASKED).threshold()).isPositive();
    assertThat(calibration.searches()).isEmpty();
    assertThat(CalibrationFile.text(calibration)).doesNotContain("searches");
  }

  @Test
  void add_otherLength_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ThresholdCalibrator.of(model(3))
                    .add("p", "f", MaskState.MASKED, Embedding.of(1, 0)))
        .withMessageContaining("3 numbers, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ThresholdCalibrator.of(model(3)).blocks(List.of(new ProbeBlock(2, 1, 1))))
        .withMessageContaining("2 numbers long");
  }

  /** Pictures of one person stand or fall together, so that drawing people must widen intervals. */
  @Test
  void calibrate_fewPeopleManyPictures_hasWiderIntervalsThanManyPeople() {
    Random random = new Random(2);
    List<Picture> few = new ArrayList<>();
    for (int p = 0; p < 30; p++) {
      float[] centre = direction(random, 3).toArray();
      for (int k = 0; k < 20; k++) {
        few.add(new Picture("p" + p, p + "/" + k, MaskState.UNMASKED, near(centre, .05, random)));
      }
    }
    List<Picture> many = people(300, 3, .05, 2);
    many.removeIf(p -> p.mask == MaskState.MASKED);

    assertThat(width(few)).isGreaterThan(2 * width(many));
  }

  private static double width(List<Picture> pictures) {
    Interval rates =
        calibrator(pictures, 3)
            .calibrate("x", DAY)
            .verification(.01, MaskPairing.BOTH_UNMASKED)
            .rateInterval()
            .orElseThrow();
    return rates.high() - rates.low();
  }

  @Test
  void hit_allSubsetsOfFive_areCounted() {
    // 1 − C(5 − j, 2) / C(5, 2)
    double[] expected = {0, .4, .7, .9, 1, 1};
    double[] hit = SearchCalibration.hit(5, 2);
    for (int j = 0; j <= 5; j++) {
      assertThat(hit[j]).isCloseTo(expected[j], within(1e-12));
    }
  }

  @Test
  void draws_intervalOfAMean_isTheBootstrapsOverPeople() {
    PeopleDraws draws = new PeopleDraws(4, 50, 1);
    for (int r = 0; r < 50; r++) {
      int sum = 0;
      for (int p = 0; p < 4; p++) {
        sum += draws.of(p)[r];
      }
      assertThat(sum).isEqualTo(4);
    }
    int[] a = {1, 2, 0, 1};
    int[] b = {0, 1, 3, 1};
    double[] pairs = draws.pairs(a, b);
    for (int r = 0; r < 50; r++) {
      double naive = 0;
      for (int p = 0; p < 4; p++) {
        for (int q = 0; q < 4; q++) {
          naive += p == q ? 0 : draws.of(p)[r] * a[p] * draws.of(q)[r] * b[q];
        }
      }
      assertThat(pairs[r]).isEqualTo(naive);
    }
    double[] values = new double[201];
    Arrays.setAll(values, i -> 200 - i);
    assertThat(PeopleDraws.interval(values)).isEqualTo(new Interval(5, 195));
  }

  /** Two normal distributions of equal width: slope (m1 − m0) / σ², ½ in the middle. */
  @Test
  void fit_twoNormals_givesTheClosedFormsProbability() {
    Random random = new Random(7);
    ScoreHistogram genuine = new ScoreHistogram(1);
    ScoreHistogram impostors = new ScoreHistogram(1);
    for (int i = 0; i < 200_000; i++) {
      impostors.add(.1 + (.12 * random.nextGaussian()));
      if (i % 10 == 0) {
        genuine.add(.4 + (.12 * random.nextGaussian()));
      }
    }

    Calibration.Logistic fit = LogisticFit.of(genuine, impostors);

    assertThat(fit.slope()).isCloseTo(.3 / (.12 * .12), within(.6));
    assertThat(fit.at(.25)).isCloseTo(.5, within(.01));
  }

  @Test
  void fit_kindsThatDoNotOverlap_staysFinite() {
    ScoreHistogram genuine = new ScoreHistogram(1);
    ScoreHistogram impostors = new ScoreHistogram(1);
    for (int i = 0; i < 20; i++) {
      genuine.add(.9 + (i * .001));
      impostors.add(.1 + (i * .001));
    }

    Calibration.Logistic fit = LogisticFit.of(genuine, impostors);

    assertThat(fit.at(.9)).isGreaterThan(.9);
    assertThat(fit.at(.1)).isLessThan(.1);
    assertThat(fit.at(.5)).isBetween(.3, .7);
  }
}
