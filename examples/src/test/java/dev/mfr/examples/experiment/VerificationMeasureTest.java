package dev.mfr.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.VerificationPairs.Pair;
import dev.mfr.evaluation.AllPairs;
import dev.mfr.evaluation.VerificationReport;
import dev.mfr.examples.experiment.PairsResult.AllPictures;
import dev.mfr.face.FeatureMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Embeddings are directions in a plane, so that a similarity is the cosine of an angle. */
class VerificationMeasureTest {

  private static LabelledPicture picture(String person, int number) {
    return new LabelledPicture(
        person,
        person + "/" + number,
        () -> {
          throw new AssertionError("no pixels are needed");
        });
  }

  private static float[] direction(double degrees) {
    return new float[] {
      (float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees))
    };
  }

  private static final LabelledPicture A1 = picture("a", 1);
  private static final LabelledPicture A2 = picture("a", 2);
  private static final LabelledPicture B1 = picture("b", 1);
  private static final LabelledPicture B2 = picture("b", 2);

  /** Two folds: a with a and with b; b with b and with a. */
  private static PairsSelection four() {
    return new PairsSelection(
        List.of(
            new Pair(1, true, A1, A2),
            new Pair(1, false, A1, B1),
            new Pair(2, true, B1, B2),
            new Pair(2, false, A2, B2)),
        List.of(A1, A2, B1, B2),
        List.of(),
        0);
  }

  private static PairsFeatures features(Map<String, Double> degrees) {
    PairsFeatures features = new PairsFeatures();
    degrees.forEach((name, angle) -> features.put(name, direction(angle)));
    return features;
  }

  @Test
  void pairs_unmasked_scoresAreCosinesAndFoldsAreTheFiles() {
    PairsFeatures plain = features(Map.of("a/1", 0., "a/2", 10., "b/1", 90., "b/2", 60.));

    VerificationReport report =
        new VerificationMeasure(four(), 1).pairs(plain, plain, PairCase.UNMASKED_UNMASKED);

    // One person: cos 10 and cos 30. Two: cos 90 and cos 50. Fold 1 is judged at the middle of
    // fold 2's scores, cos 30 and cos 50, and fold 2 at that of cos 10 and cos 90.
    assertThat(report.folds().get(0).threshold())
        .isCloseTo((Math.sqrt(3) / 2 + Math.cos(Math.toRadians(50))) / 2, within(1e-6));
    assertThat(report.folds().get(1).threshold())
        .isCloseTo(Math.cos(Math.toRadians(10)) / 2, within(1e-6));
    // cos 50 = 0.64 lies above 0.49 and is taken for one person: fold 2 has one of two right.
    assertThat(report.accuracy()).isEqualTo(.75);
    assertThat(report.standardError()).isCloseTo(.25, within(1e-12));
    assertThat(report.roc().auc()).isEqualTo(1);
  }

  @Test
  void pairs_secondMasked_takesTheSecondFromTheMaskedCopies() {
    PairsFeatures plain = features(Map.of("a/1", 0., "b/1", 90.));
    PairsFeatures masked = features(Map.of("a/2", 0., "b/1", 90., "b/2", 90.));
    PairsSelection selection =
        new PairsSelection(
            List.of(
                new Pair(1, true, A1, A2),
                new Pair(1, false, A1, B1),
                new Pair(2, true, B1, B2),
                new Pair(2, false, A1, B2)),
            List.of(A1, A2, B1, B2),
            List.of(),
            0);
    VerificationMeasure measure = new VerificationMeasure(selection, 1);

    VerificationReport report = measure.pairs(plain, masked, PairCase.UNMASKED_MASKED);

    assertThat(report.leftOut()).isZero();
    assertThat(report.accuracy()).isEqualTo(1);
  }

  @Test
  void pairs_pictureWithoutFeatures_isLeftOutAndWrong() {
    PairsFeatures plain = features(Map.of("a/1", 0., "a/2", 5., "b/1", 90., "b/2", 95.));
    LabelledPicture lost = picture("a", 3);
    List<Pair> pairs = new ArrayList<>(four().pairs());
    pairs.add(new Pair(2, true, A1, lost));
    pairs.add(new Pair(2, false, B1, lost));
    PairsSelection selection =
        new PairsSelection(pairs, List.of(A1, A2, lost, B1, B2), List.of(), 0);

    VerificationReport report =
        new VerificationMeasure(selection, 1).pairs(plain, plain, PairCase.UNMASKED_UNMASKED);

    assertThat(report.leftOut()).isEqualTo(2);
    assertThat(report.accuracy()).isEqualTo((1 + .5) / 2);
    // Of three pairs of one person two are compared and accepted.
    assertThat(report.tarAtFar(0)).isCloseTo(2. / 3, within(1e-12));
  }

  @Test
  void pairs_nothingComparable_saysWhichPairs() {
    PairsFeatures none = new PairsFeatures();

    assertThatThrownBy(
            () -> new VerificationMeasure(four(), 1).pairs(none, none, PairCase.MASKED_MASKED))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("too few masked–masked pairs show a usable face on both pictures")
        .hasMessageEndingWith("give more pairs");
  }

  @Test
  void all_oneSet_comparesEachTwoPicturesOnce() {
    PairsFeatures plain = features(Map.of("a/1", 0., "a/2", 40., "b/1", 30., "b/2", 90.));

    AllPictures all = new VerificationMeasure(four(), 1).all(plain, plain, true);

    assertThat(all.genuine()).isEqualTo(2);
    assertThat(all.impostors()).isEqualTo(4);
    assertThat(all.genuineLeftOut()).isZero();
    // One person: 40° and 60° apart. Two: 30, 90, 10, 50. Closer than two people are 40 < 90,
    // 40 < 50 and 60 < 90: 3 of 8.
    assertThat(all.auc()).isEqualTo(3. / 8);
    assertThat(all.rates()).allSatisfy(rate -> assertThat(rate.tar()).as("too few pairs").isNaN());
  }

  @Test
  void all_twoSets_comparesBothWaysButNoPictureWithItsOwnCopy() {
    PairsFeatures plain = features(Map.of("a/1", 0., "a/2", 20., "b/1", 90., "b/2", 100.));
    PairsFeatures masked = features(Map.of("a/1", 10., "a/2", 70., "b/1", 110.));

    AllPictures all = new VerificationMeasure(four(), 1).all(plain, masked, false);

    // One person: a1 a2', a2 a1', b2 b1', and b1 b2' which has no features.
    assertThat(all.genuine()).isEqualTo(3);
    assertThat(all.genuineLeftOut()).isEqualTo(1);
    // Two: a1 b1', a2 b1', b1 a1', b1 a2', b2 a1', b2 a2'.
    assertThat(all.impostors()).isEqualTo(6);
    // Apart: one person 70, 10, 10; two 110, 90, 80, 20, 90, 30. 70 is nearer than four of six.
    assertThat(all.auc()).isCloseTo((4 + 6 + 6) / 18., within(1e-12));
  }

  /** Against AllPairs' own way with its halves, on people whose halves are the same. */
  @Test
  void all_lowRates_areThoseOfThresholdsFromTheOtherHalf() {
    Random random = new Random(3);
    List<LabelledPicture> pictures = new ArrayList<>();
    PairsFeatures plain = new PairsFeatures();
    List<String> labels = new ArrayList<>();
    float[] rows = new float[120 * 8];
    for (int person = 0; person < 40; person++) {
      double[] centre = random.doubles(8, -1, 1).toArray();
      for (int i = 0; i < 3; i++) {
        LabelledPicture picture = picture("p" + person, i);
        float[] row = new float[8];
        double squares = 0;
        for (int c = 0; c < 8; c++) {
          row[c] = (float) (centre[c] + .4 * random.nextGaussian());
          squares += row[c] * row[c];
        }
        for (int c = 0; c < 8; c++) {
          row[c] /= (float) Math.sqrt(squares);
        }
        System.arraycopy(row, 0, rows, pictures.size() * 8, 8);
        pictures.add(picture);
        labels.add("p" + person);
        plain.put(picture.name(), row);
      }
    }
    PairsSelection selection = new PairsSelection(List.of(), pictures, List.of(), 0);

    AllPictures all = new VerificationMeasure(selection, 5).all(plain, plain, true);

    List<AllPairs> halves = AllPairs.of(FeatureMatrix.of(120, 8, rows), labels).halves(5);
    double tar = 0;
    double far = 0;
    for (int test = 0; test < 2; test++) {
      double threshold = halves.get(1 - test).roc().thresholdAtFar(1e-3);
      tar += halves.get(test).roc().tarAt(threshold) / 2;
      far += halves.get(test).roc().farAt(threshold) / 2;
    }
    assertThat(all.rates().get(0).tar()).isEqualTo(tar).isBetween(.05, .95);
    assertThat(all.rates().get(0).reached()).isEqualTo(far);
    // 60 pictures make 1710 pairs of two people: one in ten thousand cannot be told from none.
    assertThat(all.rates().get(1).tar()).isNaN();
  }

  /** Ten photographs without features halve neither people nor rates: they count as refused. */
  @Test
  void all_lowRates_picturesWithoutFeaturesCountAsRefused() {
    List<LabelledPicture> pictures = new ArrayList<>();
    PairsFeatures plain = new PairsFeatures();
    for (int person = 0; person < 80; person++) {
      for (int i = 0; i < 3; i++) {
        LabelledPicture picture = picture("p" + person, i);
        pictures.add(picture);
        if (i < 2) {
          float[] own = new float[80];
          own[person] = 1;
          plain.put(picture.name(), own);
        }
      }
    }
    PairsSelection selection = new PairsSelection(List.of(), pictures, List.of(), 0);

    AllPictures all = new VerificationMeasure(selection, 5).all(plain, plain, true);

    // Each person has three pairs, of which one is compared, and that one is certain.
    assertThat(all.genuine()).isEqualTo(80);
    assertThat(all.genuineLeftOut()).isEqualTo(160);
    assertThat(all.auc()).isEqualTo(1);
    assertThat(all.rates().get(0).tar()).isCloseTo(1. / 3, within(1e-12));
    assertThat(all.rates().get(0).reached()).isZero();
  }
}
