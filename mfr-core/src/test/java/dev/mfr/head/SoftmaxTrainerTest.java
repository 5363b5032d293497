package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.Classification;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.TrainingProgress.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SoftmaxTrainerTest {
  private static final TrainingOptions SHORT = TrainingOptions.builder().epochs(10).build();

  private static SoftmaxHead train(TrainingSet set, TrainingOptions options) {
    return SoftmaxTrainer.create(options).train(set);
  }

  private static LinearLayer layer(SoftmaxHead head) {
    return (LinearLayer) head.layers();
  }

  private static double accuracy(SoftmaxHead head, TrainingSet set) {
    int right = 0;
    for (int i = 0; i < set.size(); i++) {
      Classification answer = head.classify(set.faces(), i);
      right += answer.ranking().get(0).identity().equals(set.labels().get(i)) ? 1 : 0;
    }
    return (double) right / set.size();
  }

  @Test
  void defaults_areThoseOfTheDocumentation() {
    assertThat(TrainingOptions.defaults())
        .isEqualTo(
            new TrainingOptions(
                100,
                .1,
                32,
                .9,
                1e-4,
                RateSchedule.COSINE,
                0,
                .2,
                0,
                .05,
                0,
                List.of(),
                new HeadKind.Linear(),
                0))
        .isEqualTo(TrainingOptions.defaults().toBuilder().build());
    assertThat(SoftmaxTrainer.MIN_HELD_OUT).isEqualTo(20);
    assertThat(SoftmaxTrainer.DEFAULT_MIN_SIMILARITY).isEqualTo(.3);
  }

  @Test
  void toBuilder_everyOption_isKept() {
    TrainingOptions options =
        new TrainingOptions(
            7,
            .2,
            8,
            .5,
            .01,
            RateSchedule.STEP,
            9,
            .3,
            4,
            .05,
            .6,
            List.of(1., 3.),
            HeadKind.cosine(),
            5);
    assertThat(options.toBuilder().build()).isEqualTo(options);
  }

  @Test
  void options_outOfRange_refuse() {
    List<TrainingOptions.Builder> wrong =
        List.of(
            TrainingOptions.builder().epochs(0),
            TrainingOptions.builder().learningRate(0),
            TrainingOptions.builder().learningRate(Double.NaN),
            TrainingOptions.builder().batchSize(0),
            TrainingOptions.builder().momentum(1),
            TrainingOptions.builder().l2(-1),
            TrainingOptions.builder().heldOutShare(1),
            TrainingOptions.builder().patience(-1),
            TrainingOptions.builder().unknownFalseAcceptRate(1.1),
            TrainingOptions.builder().minProbability(Double.NaN),
            TrainingOptions.builder().threads(-1),
            TrainingOptions.builder().threads(257),
            TrainingOptions.builder().blockShares(List.of(1., 0.)),
            TrainingOptions.builder().blockShares(List.of(Double.POSITIVE_INFINITY)));
    for (TrainingOptions.Builder builder : wrong) {
      assertThatIllegalArgumentException().isThrownBy(builder::build);
    }
  }

  @Test
  void schedule_rates_followTheirFormulas() {
    assertThat(RateSchedule.CONSTANT.rate(.1, 99, 100)).isEqualTo(.1);
    assertThat(RateSchedule.COSINE.rate(.1, 0, 100)).isEqualTo(.1);
    assertThat(RateSchedule.COSINE.rate(.1, 50, 100)).isCloseTo(.05, within(1e-12));
    assertThat(RateSchedule.COSINE.rate(.1, 99, 100)).isBetween(1e-6, 1e-4);
    assertThat(RateSchedule.STEP.rate(1, 49, 100)).isEqualTo(1);
    assertThat(RateSchedule.STEP.rate(1, 50, 100)).isEqualTo(.1);
    assertThat(RateSchedule.STEP.rate(1, 75, 100)).isEqualTo(.01);
  }

  /**
   * Two to many people, low and high dimensions, few and many pictures: the default rate suits all.
   */
  @ParameterizedTest
  @CsvSource({"2, 10, 2, 0.05", "5, 4, 128, 0.5", "40, 6, 64, 0.4", "10, 12, 2048, 1"})
  void train_separableBlobs_isAlwaysRight(int people, int pictures, int features, double noise) {
    TrainingSet set = Blobs.of(people, pictures, features, noise, 1);
    SoftmaxHead head = train(set, SHORT);
    assertThat(accuracy(head, set)).isEqualTo(1);
    assertThat(head.summary().people()).isEqualTo(people);
    assertThat(head.summary().pictures()).isEqualTo(people * pictures);
  }

  @ParameterizedTest
  @EnumSource(RateSchedule.class)
  void train_anySchedule_lossFalls(RateSchedule schedule) {
    List<TrainingProgress> heard = new ArrayList<>();
    SoftmaxTrainer.create(SHORT.toBuilder().schedule(schedule).build())
        .listener(heard::add)
        .train(Blobs.of(6, 8, 32, 1, 2));
    assertThat(heard.get(0).loss()).isLessThan(Math.log(6) + .01);
    assertThat(heard.get(heard.size() - 1).loss()).isLessThan(.2);
    assertThat(heard.get(heard.size() - 1).accuracy()).isEqualTo(1);
  }

  @Test
  void train_sameSeed_isEqualBitForBit_otherSeedIsNot() {
    TrainingSet set = Blobs.of(11, 12, 33, 1, 3);
    SoftmaxHead first = train(set, SHORT);
    SoftmaxHead second = train(set, SHORT);
    SoftmaxHead other = train(set, SHORT.toBuilder().seed(1).build());
    assertThat(layer(second).weights).isDeepEqualTo(layer(first).weights);
    assertThat(layer(second).bias).isEqualTo(layer(first).bias);
    assertThat(second.temperature()).isEqualTo(first.temperature());
    assertThat(layer(other).weights)
        .satisfies(w -> assertThat(Arrays.deepEquals(w, layer(first).weights)).isFalse());
    assertThat(other.temperature()).isNotEqualTo(first.temperature());
  }

  /** Guards what a seed promises across machines and Java versions. */
  @Test
  void train_fixedSeed_givesTheStoredWeights() {
    SoftmaxHead head = train(Blobs.of(10, 10, 13, 1, 4), SHORT);
    int hash = Arrays.deepHashCode(layer(head).weights) * 31 + Arrays.hashCode(layer(head).bias);
    assertThat(Integer.toHexString(hash) + " " + head.temperature())
        .isEqualTo("c39d0757 1.727425027961857");
  }

  @Test
  void train_listener_hearsBothRunsInOrder() {
    List<TrainingProgress> heard = new ArrayList<>();
    SoftmaxTrainer.create(SHORT).listener(heard::add).train(Blobs.of(10, 10, 16, .5, 5));
    assertThat(heard).hasSize(20);
    for (int i = 0; i < 20; i++) {
      TrainingProgress p = heard.get(i);
      assertThat(p.phase()).isEqualTo(i < 10 ? Phase.CALIBRATION : Phase.FINAL);
      assertThat(p.epoch()).isEqualTo(i % 10 + 1);
      assertThat(p.epochs()).isEqualTo(10);
      assertThat(Double.isNaN(p.heldOutLoss())).isEqualTo(i >= 10);
      assertThat(Double.isNaN(p.heldOutAccuracy())).isEqualTo(i >= 10);
      assertThat(p.learningRate()).isEqualTo(RateSchedule.COSINE.rate(.1, i % 10, 10));
    }
  }

  @Test
  void train_enoughPictures_fitsTheTemperature() {
    // 20 % of 10 pictures of 10 people.
    SoftmaxHead head = train(Blobs.of(10, 10, 16, .5, 5), SHORT);
    assertThat(head.temperatureFitted()).isTrue();
    assertThat(head.summary().heldOutPictures()).isEqualTo(20);
    assertThat(head.summary().heldOutAccuracy()).isBetween(.9, 1.);
    assertThat(head.temperature()).isNotEqualTo(1).isBetween(Temperature.MIN, Temperature.MAX);
  }

  @Test
  void train_tooFewToHoldOut_leavesTheTemperatureAtOne() {
    List<SoftmaxHead> heads =
        List.of(
            train(Blobs.of(19, 4, 16, .5, 5), SHORT),
            train(Blobs.of(30, 3, 16, .5, 5), SHORT),
            train(Blobs.of(10, 10, 16, .5, 5), SHORT.toBuilder().heldOutShare(0).build()));
    for (SoftmaxHead head : heads) {
      assertThat(head.temperatureFitted()).isFalse();
      assertThat(head.temperature()).isEqualTo(1);
      assertThat(head.summary().heldOutPictures()).isZero();
      assertThat(head.summary().heldOutAccuracy()).isNaN();
    }
  }

  @Test
  void train_patience_stopsAndReusesTheBestEpoch() {
    List<TrainingProgress> heard = new ArrayList<>();
    // So much noise that the held-out loss soon rises.
    SoftmaxHead head =
        SoftmaxTrainer.create(
                TrainingOptions.builder()
                    .epochs(200)
                    .schedule(RateSchedule.CONSTANT)
                    .patience(5)
                    .build())
            .listener(heard::add)
            .train(Blobs.of(5, 30, 8, 3, 6));
    List<TrainingProgress> calibration =
        heard.stream().filter(p -> p.phase() == Phase.CALIBRATION).toList();
    int best = 0;
    for (int i = 0; i < calibration.size(); i++) {
      if (calibration.get(i).heldOutLoss() < calibration.get(best).heldOutLoss()) {
        best = i;
      }
    }
    assertThat(calibration.size()).isLessThan(200).isEqualTo(best + 1 + 5);
    assertThat(head.summary().epochs()).isEqualTo(best + 1);
    assertThat(heard).hasSize(calibration.size() + best + 1);
    assertThat(head.summary().heldOutAccuracy()).isEqualTo(calibration.get(best).heldOutAccuracy());
  }

  @Test
  void train_onePerson_isCertainAndReliesOnSimilarity() {
    SoftmaxHead head = train(Blobs.of(1, 5, 8, .1, 7), SHORT);
    double[] p = new double[1];
    head.probabilitiesInto(new float[8], p);
    assertThat(p).containsExactly(1);
    float[] stranger = head.meanEmbeddings()[0].clone();
    for (int i = 0; i < stranger.length; i++) {
      stranger[i] = -stranger[i];
    }
    FaceFeatures face =
        new FaceFeatures(FeatureMatrix.of(1, 8, new float[8]), FeatureMatrix.of(1, 8, stranger));
    assertThat(head.classify(face, 0).known()).isFalse();
    assertThat(head.classify(face, 0).explanation())
        .isEqualTo("similarity -1.00 to person AA is below 0.30");
  }

  @Test
  void train_equalFeatures_staysFinite() {
    FaceFeatures same =
        new FaceFeatures(
            FeatureMatrix.of(4, 2, new float[] {5, 5, 5, 5, 5, 5, 5, 5}),
            FeatureMatrix.of(4, 1, new float[] {1, 1, 1, 1}));
    SoftmaxHead head =
        train(
            new TrainingSet(List.of("a", "a", "b", "b"), same, "e", "r", OptionalDouble.empty()),
            SHORT);
    double[] p = new double[2];
    head.probabilitiesInto(new float[] {5, 5}, p);
    assertThat(p[0]).isCloseTo(.5, within(1e-6));
  }

  @Test
  void train_nobody_refuses() {
    TrainingSet empty =
        new TrainingSet(
            List.of(),
            new FaceFeatures(
                FeatureMatrix.of(0, 3, new float[0]), FeatureMatrix.of(0, 2, new float[0])),
            "e",
            "r",
            OptionalDouble.empty());
    assertThatThrownBy(() -> train(empty, SHORT))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("has no face");
  }

  @Test
  void train_featureNotFinite_namesThePerson() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      FeatureMatrix good = FeatureMatrix.of(2, 1, new float[] {1, 0});
      FeatureMatrix wrong = FeatureMatrix.of(2, 1, new float[] {1, bad});
      for (FaceFeatures faces :
          List.of(new FaceFeatures(wrong, good), new FaceFeatures(good, wrong))) {
        TrainingSet set =
            new TrainingSet(List.of("Ada", "Alan"), faces, "e", "r", OptionalDouble.empty());
        assertThatThrownBy(() -> train(set, SHORT))
            .isInstanceOf(HeadException.class)
            .hasMessageContaining("row 1, a picture of \"Alan\"")
            .hasMessageContaining("not finite");
      }
    }
  }

  @Test
  void trainingSet_wrongParts_refuses() {
    FaceFeatures one =
        new FaceFeatures(
            FeatureMatrix.of(1, 1, new float[1]), FeatureMatrix.of(1, 1, new float[1]));
    OptionalDouble none = OptionalDouble.empty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingSet(List.of("a", "b"), one, "e", "r", none))
        .withMessageContaining("2 labels for 1 faces");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingSet(List.of(" "), one, "e", "r", none));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingSet(List.of("a"), one, "", "r", none));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingSet(List.of("a"), one, "e", "", none));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingSet(List.of("a"), one, "e", "r", OptionalDouble.of(2)));
    for (List<FeatureBlock> blocks :
        List.of(List.<FeatureBlock>of(), List.of(new FeatureBlock(2, 1)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new TrainingSet(List.of("a"), List.of("p"), one, "e", "r", none, blocks))
          .withMessageContaining("feature blocks " + blocks)
          .withMessageContaining("1 features");
    }
  }

  /** The features of {@code set}, those from {@code first} on multiplied. */
  private static TrainingSet fused(TrainingSet set, int first, float factor) {
    int columns = set.faces().features().columns();
    float[] values = new float[set.size() * columns];
    for (int r = 0; r < set.size(); r++) {
      set.faces().features().copyRowInto(r, values, r * columns);
      for (int f = first; f < columns; f++) {
        values[r * columns + f] *= factor;
      }
    }
    return new TrainingSet(
        set.labels(),
        set.photographs(),
        new FaceFeatures(FeatureMatrix.of(set.size(), columns, values), set.faces().embeddings()),
        set.embedderId(),
        set.viewRecipe(),
        set.embedderThreshold(),
        List.of(new FeatureBlock(first, 1), new FeatureBlock(columns - first, 1)));
  }

  /** A power of two changes no digit, so the oracle is equality. */
  @Test
  void train_secondNetworkWithLargerNumbers_learnsTheSameWeights() {
    TrainingSet set = Blobs.of(8, 6, 12, 1, 9);
    SoftmaxHead plain = train(fused(set, 5, 1), SHORT);
    SoftmaxHead large = train(fused(set, 5, 1024), SHORT);
    assertThat(layer(large).weights).isDeepEqualTo(layer(plain).weights);
    assertThat(large.temperature()).isEqualTo(plain.temperature());
    assertThat(large.standardization().scales[0]).isEqualTo(plain.standardization().scales[0]);
    assertThat(large.standardization().scales[1])
        .isEqualTo(plain.standardization().scales[1] / 1024);
  }

  @Test
  void train_blockShares_areTheBlocksSquaredLengths() {
    TrainingSet set = fused(Blobs.of(8, 6, 12, 1, 9), 5, 3);
    TrainingOptions options = SHORT.toBuilder().blockShares(List.of(1., 3.)).build();
    Standardization standard = train(set, options).standardization();
    double[] squares = new double[2];
    for (int r = 0; r < set.size(); r++) {
      float[] row = set.faces().features().row(r);
      standard.apply(row);
      for (int f = 0; f < row.length; f++) {
        squares[f < 5 ? 0 : 1] += (double) row[f] * row[f] / set.size();
      }
    }
    assertThat(squares[0]).isCloseTo(8, within(1e-3));
    assertThat(squares[1]).isCloseTo(24, within(1e-3));
  }

  @Test
  void train_sharesForAnotherNumberOfBlocks_saysBothNumbers() {
    TrainingOptions options = SHORT.toBuilder().blockShares(List.of(1., 3.)).build();
    assertThatThrownBy(() -> train(Blobs.of(3, 3, 4, 1, 9), options))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("among 2 networks")
        .hasMessageContaining("come from 1;");
  }

  @Test
  void leastSimilarity_handMadeNumbers_letsExactlyTheShareThrough() {
    double[] ten = {.9, .1, .3, .2, .5, .4, .8, .6, .7, 0};
    double least = SoftmaxTrainer.leastSimilarity(ten, .2);
    assertThat(least).isEqualTo(Math.nextUp(.7));
    assertThat(Arrays.stream(ten).filter(s -> s >= least)).containsExactlyInAnyOrder(.8, .9);
    assertThat(SoftmaxTrainer.leastSimilarity(ten, .29)).isEqualTo(least);
    assertThat(SoftmaxTrainer.leastSimilarity(ten, 0)).isEqualTo(Math.nextUp(.9));
    assertThat(SoftmaxTrainer.leastSimilarity(ten, 1)).isEqualTo(-1);
    // Ties are all refused rather than all accepted.
    assertThat(SoftmaxTrainer.leastSimilarity(new double[] {.5, .5, .5, .1}, .25))
        .isEqualTo(Math.nextUp(.5));
    assertThat(SoftmaxTrainer.leastSimilarity(new double[] {1, 1}, 0)).isEqualTo(1);
  }

  @Test
  void train_manyPeople_fitsTheLeastSimilarity() {
    TrainingSet set = Blobs.of(25, 4, 64, 1, 8);
    SoftmaxHead head = train(set, SHORT.toBuilder().unknownFalseAcceptRate(.05).build());
    assertThat(head.thresholdSource()).isEqualTo(ThresholdSource.TRAINING_PEOPLE);
    // At most 5 of the 100 pictures reach it with another person, and 6 would with the next value.
    int reach = 0;
    for (int i = 0; i < set.size(); i++) {
      double nearest = -1;
      for (int p = 0; p < 25; p++) {
        if (!head.labels().get(p).equals(set.labels().get(i))) {
          double dot = 0;
          for (int k = 0; k < 64; k++) {
            dot += (double) set.faces().embeddings().get(i, k) * head.meanEmbeddings()[p][k];
          }
          nearest = Math.max(nearest, dot);
        }
      }
      reach += nearest >= head.unknownRule().minSimilarity() ? 1 : 0;
    }
    assertThat(reach).isEqualTo(5);
  }

  @Test
  void train_fewPeople_takesTheEmbeddersThresholdOrTheDefault() {
    SoftmaxHead ofEmbedder = train(Blobs.of(19, 5, 8, .5, 8, OptionalDouble.of(.41)), SHORT);
    assertThat(ofEmbedder.thresholdSource()).isEqualTo(ThresholdSource.EMBEDDER_DEFAULT);
    assertThat(ofEmbedder.unknownRule()).isEqualTo(new UnknownRule(0, .41));
    // 20 people with 2 pictures are only 760 comparisons.
    SoftmaxHead ofLibrary = train(Blobs.of(20, 2, 8, .5, 8), SHORT);
    assertThat(ofLibrary.thresholdSource()).isEqualTo(ThresholdSource.LIBRARY_DEFAULT);
    assertThat(ofLibrary.unknownRule()).isEqualTo(new UnknownRule(0, .3));
  }

  @Test
  void meanEmbeddings_handMadeRows_areUnitMeans() {
    FeatureMatrix rows = FeatureMatrix.of(4, 2, new float[] {1, 0, 0, 1, 0, 1, 0, -1});
    float[][] means = SoftmaxTrainer.meanEmbeddings(rows, new int[] {0, 0, 1, 1}, 2);
    assertThat(means[0][0]).isCloseTo((float) Math.sqrt(.5), within(1e-6f));
    assertThat(means[0][1]).isCloseTo((float) Math.sqrt(.5), within(1e-6f));
    assertThat(means[1]).containsExactly(0, 0);
  }

  @Test
  void train_copiesOfPhotographs_areNotHeldOutFromEachOther() {
    // Given: ten people who look like noise, each photograph twice. A copy in training would give
    // its twin away.
    int people = 10;
    int photographs = 8;
    Random random = new Random(5);
    List<String> labels = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    float[] values = new float[people * photographs * 2 * 64];
    for (int i = 0; i < people * photographs; i++) {
      for (int f = 0; f < 64; f++) {
        float v = (float) random.nextGaussian();
        values[2 * i * 64 + f] = v;
        values[(2 * i + 1) * 64 + f] = v;
      }
      labels.addAll(List.of(Blobs.name(i % people), Blobs.name(i % people)));
      sources.addAll(List.of("photograph " + i, "photograph " + i));
    }
    FeatureMatrix rows = FeatureMatrix.of(labels.size(), 64, values);
    FaceFeatures faces = new FaceFeatures(rows, rows);

    // When
    SoftmaxHead grouped =
        train(new TrainingSet(labels, sources, faces, "e", "r", OptionalDouble.empty()), SHORT);
    SoftmaxHead apart =
        train(new TrainingSet(labels, faces, "e", "r", OptionalDouble.empty()), SHORT);

    // Then: chance is 0.1
    assertThat(grouped.summary().heldOutPictures()).isEqualTo(people * 2 * 2);
    assertThat(grouped.summary().heldOutAccuracy()).isLessThan(.3);
    assertThat(apart.summary().heldOutAccuracy()).isGreaterThan(.6);
  }
}
