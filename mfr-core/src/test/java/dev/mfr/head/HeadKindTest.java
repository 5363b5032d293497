package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.Classification;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HeadKindTest {
  private static final TrainingOptions SHORT = TrainingOptions.builder().epochs(20).build();
  private static final int[] TRUTH = {0, 3, 1, 1, 2};

  @TempDir Path folder;

  static Stream<HeadKind> kinds() {
    return Stream.of(
        HeadKind.linear(),
        HeadKind.cosine(),
        HeadKind.additiveAngular(),
        HeadKind.hidden(),
        new HeadKind.Hidden(64, 0));
  }

  static Stream<HeadKind> margins() {
    return Stream.of(
        new HeadKind.Cosine(8, .35),
        new HeadKind.AdditiveAngular(8, .5),
        // At a margin of π/2 half of all angles lie beyond the turn.
        new HeadKind.AdditiveAngular(3, Math.PI / 2));
  }

  private static SoftmaxHead train(TrainingSet set, HeadKind kind) {
    return SoftmaxTrainer.create(SHORT.toBuilder().headKind(kind).build()).train(set);
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
    assertThat(HeadKind.linear()).isEqualTo(new HeadKind.Linear());
    assertThat(HeadKind.cosine()).isEqualTo(new HeadKind.Cosine(16, .35));
    assertThat(HeadKind.additiveAngular()).isEqualTo(new HeadKind.AdditiveAngular(16, .5));
    assertThat(HeadKind.hidden()).isEqualTo(new HeadKind.Hidden(256, .5));
  }

  @Test
  void parameters_outOfRange_refuse() {
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.Cosine(0, .1));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.Cosine(16, -.1));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.Cosine(16, Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.AdditiveAngular(1001, .1));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.AdditiveAngular(16, 1.6));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.Hidden(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new HeadKind.Hidden(8, 1));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void train_separableBlobs_isRightAndRemembersItsKind(HeadKind kind) {
    for (TrainingSet set :
        List.of(
            Blobs.of(2, 10, 2, .05, 1), Blobs.of(40, 6, 64, .4, 1), Blobs.of(10, 12, 512, 1, 1))) {
      SoftmaxHead head = train(set, kind);
      assertThat(accuracy(head, set)).isEqualTo(1);
      assertThat(head.kind()).isEqualTo(kind);
      double[] p = new double[head.labels().size()];
      head.probabilitiesInto(set.faces().features().row(0), p);
      assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void train_enoughPictures_fitsTheTemperatureAndTheRule(HeadKind kind) {
    TrainingSet set = Blobs.of(25, 8, 32, .7, 5);
    SoftmaxHead head = train(set, kind);
    assertThat(head.temperatureFitted()).isTrue();
    assertThat(head.summary().heldOutAccuracy()).isGreaterThan(.9);
    // The rule looks at embeddings only, so all kinds have the linear head's.
    assertThat(head.unknownRule()).isEqualTo(train(set, HeadKind.linear()).unknownRule());
    assertThat(head.thresholdSource()).isEqualTo(ThresholdSource.TRAINING_PEOPLE);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void saveAndLoad_anyKind_isEqualBitForBit(HeadKind kind) throws IOException {
    TrainingSet set = Blobs.of(6, 8, 5, .5, 1);
    SoftmaxHead head = train(set, kind);
    Path file = folder.resolve("head");
    head.save(file);
    SoftmaxHead loaded = SoftmaxHead.load(file);
    assertThat(loaded.kind()).isEqualTo(kind);
    assertThat(loaded.classifyAll(set.faces())).isEqualTo(head.classifyAll(set.faces()));
    loaded.save(folder.resolve("again"));
    assertThat(folder.resolve("again")).hasSameBinaryContentAs(file);
  }

  /** Wide enough that a step is shared among the threads, and that both runs go on at once. */
  @ParameterizedTest
  @MethodSource("kinds")
  void train_anyNumberOfThreads_isEqualBitForBit_otherSeedIsNot(HeadKind kind) throws IOException {
    TrainingSet set = Blobs.of(70, 4, 1024, 1, 3);
    TrainingOptions one =
        TrainingOptions.builder().epochs(2).batchSize(64).headKind(kind).threads(1).build();
    byte[] expected = saved(set, one);
    for (int threads : new int[] {1, 2, 3, 6}) {
      assertThat(saved(set, one.toBuilder().threads(threads).build())).isEqualTo(expected);
    }
    byte[] patient = saved(set, one.toBuilder().patience(2).build());
    assertThat(saved(set, one.toBuilder().patience(2).threads(3).build())).isEqualTo(patient);
    SoftmaxHead other = SoftmaxTrainer.create(one.toBuilder().seed(1).build()).train(set);
    double[] p = new double[70];
    double[] q = new double[70];
    other.probabilitiesInto(set.faces().features().row(0), p);
    SoftmaxTrainer.create(one).train(set).probabilitiesInto(set.faces().features().row(0), q);
    assertThat(p).isNotEqualTo(q);
  }

  private byte[] saved(TrainingSet set, TrainingOptions options) throws IOException {
    Path file = folder.resolve("head");
    SoftmaxTrainer.create(options).train(set).save(file);
    return Files.readAllBytes(file);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void train_onePerson_isCertain(HeadKind kind) {
    SoftmaxHead head = train(Blobs.of(1, 5, 8, .1, 7), kind);
    double[] p = new double[1];
    head.probabilitiesInto(new float[8], p);
    assertThat(p).containsExactly(1);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void train_equalFeatures_staysFinite(HeadKind kind) {
    FaceFeatures same =
        new FaceFeatures(
            FeatureMatrix.of(4, 2, new float[] {5, 5, 5, 5, 5, 5, 5, 5}),
            FeatureMatrix.of(4, 1, new float[] {1, 1, 1, 1}));
    TrainingSet set =
        new TrainingSet(List.of("a", "a", "b", "b"), same, "e", "r", OptionalDouble.empty());
    double[] p = new double[2];
    train(set, kind).probabilitiesInto(new float[] {5, 5}, p);
    assertThat(p[0]).isCloseTo(.5, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void probabilitiesInto_notFinite_refuses(HeadKind kind) {
    SoftmaxHead head = train(Blobs.of(3, 5, 4, .1, 7), kind);
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> head.probabilitiesInto(new float[] {0, bad, 0, 0}, new double[3]))
          .withMessageContaining("not finite");
    }
  }

  @Test
  void cosineLayer_inputOfAnyLength_hasTheSameLogits() {
    LinearLayer directions = new LinearLayer(new float[][] {{2, 0}, {0, 2}}, new float[2]);
    float[][] logits = new float[3][2];
    float[][] inputs = {{3, 4}, {.003f, .004f}, {0, 0}};
    new CosineLayer(directions).logits(inputs, 0, 3, logits);
    assertThat(logits[0]).containsExactly(new float[] {1.2f, 1.6f}, within(1e-6f));
    assertThat(logits[1]).containsExactly(new float[] {1.2f, 1.6f}, within(1e-6f));
    assertThat(logits[2]).containsExactly(0, 0);
    assertThat(inputs[0]).containsExactly(3, 4);
  }

  @Test
  void withMargin_angles_followTheFormulas() {
    HeadKind cosine = new HeadKind.Cosine(1, .35);
    assertThat(MarginLearner.withMargin(cosine, .8)).isCloseTo(.45, within(1e-12));
    assertThat(MarginLearner.marginSlope(cosine, .8)).isEqualTo(1);
    double margin = .5;
    HeadKind angular = new HeadKind.AdditiveAngular(1, margin);
    double last = Double.POSITIVE_INFINITY;
    for (double angle = .01; angle < Math.PI - .01; angle += .01) {
      double value = MarginLearner.withMargin(angular, Math.cos(angle));
      double sum = angle + margin;
      assertThat(value)
          .isCloseTo(sum <= Math.PI ? Math.cos(sum) : -2 - Math.cos(sum), within(1e-9))
          .isLessThan(last);
      last = value;
      // By the angle, whose cosine's derivative is −sin.
      double h = 1e-6;
      double slope =
          (MarginLearner.withMargin(angular, Math.cos(angle + h))
                  - MarginLearner.withMargin(angular, Math.cos(angle - h)))
              / (2 * h);
      assertThat(-Math.sin(angle) * MarginLearner.marginSlope(angular, Math.cos(angle)))
          .isCloseTo(slope, within(1e-4));
    }
  }

  private static Batch batch(float[][] inputs) {
    Batch batch = new Batch(inputs.length);
    batch.rows = inputs.length;
    System.arraycopy(inputs, 0, batch.inputs, 0, inputs.length);
    System.arraycopy(TRUTH, 0, batch.truth, 0, TRUTH.length);
    return batch;
  }

  private static float[][] noise(Random random, int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  private static double[][] doubles(float[][] values) {
    double[][] copy = new double[values.length][values[0].length];
    for (int i = 0; i < copy.length; i++) {
      for (int j = 0; j < copy[i].length; j++) {
        copy[i][j] = values[i][j];
      }
    }
    return copy;
  }

  private interface Objective {
    double at();
  }

  /** The derivative by each number of an array, which is left as it was. */
  private static double[] differences(double[] at, Objective objective) {
    double h = 1e-5;
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double kept = at[i];
      at[i] = kept + h;
      double up = objective.at();
      at[i] = kept - h;
      slopes[i] = (up - objective.at()) / (2 * h);
      at[i] = kept;
    }
    return slopes;
  }

  /** A step of rate 1 from rest is the negative gradient. */
  private static void assertNegative(float[] step, double[] gradient) {
    for (int i = 0; i < step.length; i++) {
      assertThat((double) -step[i]).isCloseTo(gradient[i], within(2e-5));
    }
  }

  /** 70 features: one block of squares is full and one is not. */
  @ParameterizedTest
  @MethodSource("margins")
  void step_marginHead_isTheGradientOfFiniteDifferences(HeadKind kind) {
    Random random = new Random(12);
    float[][] inputs = noise(random, 5, 70);
    for (float[] row : inputs) {
      CosineLayer.normalize(row);
    }
    LinearLayer layer = new LinearLayer(noise(random, 70, 4), new float[4]);
    double[][] w = doubles(layer.weights);
    TrainingOptions options = TrainingOptions.builder().momentum(0).build();
    MarginLearner learner = new MarginLearner(layer, kind, options, 5, new Team(1));
    Batch batch = batch(inputs);
    learner.step(batch, 1);

    assertThat(Arrays.stream(batch.losses).sum() / 5)
        .isCloseTo(marginLoss(w, inputs, kind), within(1e-5));
    for (int f = 0; f < 70; f++) {
      double[] gradient = differences(w[f], () -> marginLoss(w, inputs, kind));
      assertNegative(learner.velocity().weights[f], gradient);
    }
  }

  /** In doubles and by angles, without any of the code under test. */
  private static double marginLoss(double[][] w, float[][] inputs, HeadKind kind) {
    double loss = 0;
    for (int r = 0; r < inputs.length; r++) {
      double sum = 0;
      double right = 0;
      for (int c = 0; c < 4; c++) {
        double dot = 0;
        double squares = 0;
        for (int f = 0; f < w.length; f++) {
          dot += inputs[r][f] * w[f][c];
          squares += w[f][c] * w[f][c];
        }
        double cosine = dot / Math.sqrt(squares);
        double z;
        if (kind instanceof HeadKind.Cosine cos) {
          z = cos.scale() * (c == TRUTH[r] ? cosine - cos.margin() : cosine);
        } else {
          HeadKind.AdditiveAngular angular = (HeadKind.AdditiveAngular) kind;
          double angle = Math.acos(cosine) + (c == TRUTH[r] ? angular.margin() : 0);
          z = angular.scale() * (angle <= Math.PI ? Math.cos(angle) : -2 - Math.cos(angle));
        }
        sum += Math.exp(z);
        right = c == TRUTH[r] ? z : right;
      }
      loss += (Math.log(sum) - right) / inputs.length;
    }
    return loss;
  }

  @Test
  void step_hiddenHead_isTheGradientOfFiniteDifferences() {
    Random random = new Random(13);
    float[][] inputs = noise(random, 5, 6);
    LinearLayer first = new LinearLayer(noise(random, 6, 7), noise(random, 1, 7)[0]);
    LinearLayer second = new LinearLayer(noise(random, 7, 4), noise(random, 1, 4)[0]);
    double[][] w = doubles(first.weights);
    double[][] v = doubles(second.weights);
    double[] a = doubles(new float[][] {first.bias})[0];
    double[] b = doubles(new float[][] {second.bias})[0];
    float l2 = .1f;
    TrainingOptions options = TrainingOptions.builder().momentum(0).l2(l2).build();
    HiddenLearner learner =
        new HiddenLearner(first, second, new HeadKind.Hidden(7, 0), options, 5, new Team(1));
    learner.step(batch(inputs), 1);

    Objective loss = () -> hiddenLoss(w, a, v, b, inputs, l2);
    for (int f = 0; f < 6; f++) {
      assertNegative(learner.firstVelocity().weights[f], differences(w[f], loss));
    }
    assertNegative(learner.firstVelocity().bias, differences(a, loss));
    for (int j = 0; j < 7; j++) {
      assertNegative(learner.secondVelocity().weights[j], differences(v[j], loss));
    }
    assertNegative(learner.secondVelocity().bias, differences(b, loss));
  }

  private static double hiddenLoss(
      double[][] w, double[] a, double[][] v, double[] b, float[][] inputs, double l2) {
    double loss = 0;
    for (int r = 0; r < inputs.length; r++) {
      double[] z = b.clone();
      for (int j = 0; j < a.length; j++) {
        double h = a[j];
        for (int f = 0; f < w.length; f++) {
          h += inputs[r][f] * w[f][j];
        }
        for (int c = 0; c < z.length; c++) {
          // The second layer sees rows of the squared length 32.
          z[c] += Math.sqrt(32. / a.length) * Math.max(0, h) * v[j][c];
        }
      }
      double sum = Arrays.stream(z).map(Math::exp).sum();
      loss += (Math.log(sum) - z[TRUTH[r]]) / inputs.length;
    }
    for (double[][] weights : new double[][][] {w, v}) {
      for (double[] row : weights) {
        loss += l2 / 2 * Arrays.stream(row).map(x -> x * x).sum();
      }
    }
    return loss;
  }

  @Test
  void layers_hiddenLearner_haveTheLogitsOfTheStep() {
    Random random = new Random(14);
    float[][] inputs = noise(random, 5, 6);
    LinearLayer first = new LinearLayer(noise(random, 6, 7), noise(random, 1, 7)[0]);
    LinearLayer second = new LinearLayer(noise(random, 7, 4), noise(random, 1, 4)[0]);
    HiddenLearner learner =
        new HiddenLearner(
            first, second, new HeadKind.Hidden(7, 0), TrainingOptions.defaults(), 5, new Team(1));
    float[][] logits = new float[5][4];
    learner.layers().logits(inputs, 0, 5, logits);
    Batch batch = batch(inputs);
    learner.step(batch, 0);
    for (int r = 0; r < 5; r++) {
      double loss = Softmax.logSumExp(logits[r], 1) - logits[r][TRUTH[r]];
      assertThat(batch.losses[r]).isCloseTo(loss, within(1e-5));
    }
  }

  /** People at opposite corners of a square: each line has both on both sides. */
  @Test
  void train_xorClusters_onlyTheHiddenHeadLearns() {
    Random random = new Random(15);
    List<String> labels = new ArrayList<>();
    float[] values = new float[2 * 200];
    for (int i = 0; i < 200; i++) {
      int x = i % 2 * 2 - 1;
      int y = i / 2 % 2 * 2 - 1;
      values[2 * i] = (float) (x + .2 * random.nextGaussian());
      values[2 * i + 1] = (float) (y + .2 * random.nextGaussian());
      labels.add(x == y ? "same" : "unlike");
    }
    FeatureMatrix rows = FeatureMatrix.of(200, 2, values);
    TrainingSet set =
        new TrainingSet(labels, new FaceFeatures(rows, rows), "e", "r", OptionalDouble.empty());
    assertThat(accuracy(train(set, new HeadKind.Hidden(32, 0)), set)).isEqualTo(1);
    assertThat(accuracy(train(set, new HeadKind.Hidden(64, .3)), set)).isEqualTo(1);
    for (HeadKind kind :
        List.of(HeadKind.linear(), HeadKind.cosine(), HeadKind.additiveAngular())) {
      assertThat(accuracy(train(set, kind), set)).isLessThan(.8);
    }
  }

  @Test
  void train_marginHead_keepsPeopleFurtherApartThanTheLinearOne() {
    TrainingSet set = Blobs.of(20, 10, 32, .5, 16);
    double linear = meanAngularMargin(train(set, HeadKind.linear()), set);
    double none = meanAngularMargin(train(set, new HeadKind.Cosine(16, 0)), set);
    double cosine = meanAngularMargin(train(set, new HeadKind.Cosine(16, .5)), set);
    double angular = meanAngularMargin(train(set, new HeadKind.AdditiveAngular(16, .8)), set);
    assertThat(cosine).isGreaterThan(linear).isGreaterThan(none);
    assertThat(angular).isGreaterThan(linear).isGreaterThan(none);
  }

  /** The mean of each picture's angle to the nearest other person less the one to its own. */
  private static double meanAngularMargin(SoftmaxHead head, TrainingSet set) {
    LinearLayer directions =
        head.layers() instanceof CosineLayer cosine
            ? cosine.directions()
            : (LinearLayer) head.layers();
    double sum = 0;
    for (int r = 0; r < set.size(); r++) {
      float[] row = set.faces().features().row(r);
      head.standardization().apply(row);
      double own = 0;
      double nearest = Math.PI;
      for (int c = 0; c < directions.classes(); c++) {
        double dot = 0;
        double rowSquares = 0;
        double squares = 0;
        for (int f = 0; f < row.length; f++) {
          double w = directions.weights[f][c];
          dot += w * row[f];
          squares += w * w;
          rowSquares += (double) row[f] * row[f];
        }
        double angle = Math.acos(dot / Math.sqrt(squares * rowSquares));
        if (head.labels().get(c).equals(set.labels().get(r))) {
          own = angle;
        } else {
          nearest = Math.min(nearest, angle);
        }
      }
      sum += nearest - own;
    }
    return sum / set.size();
  }

  @Test
  void train_listenerOnTwoThreads_hearsOnItsOwnThreadInOrder() {
    List<String> heard = new ArrayList<>();
    SoftmaxTrainer.create(SHORT.toBuilder().epochs(3).threads(2).build())
        .listener(
            p -> heard.add(Thread.currentThread().getName() + " " + p.phase() + " " + p.epoch()))
        .train(Blobs.of(10, 10, 16, .5, 5));
    String me = Thread.currentThread().getName();
    assertThat(heard)
        .containsExactly(
            me + " CALIBRATION 1",
            me + " CALIBRATION 2",
            me + " CALIBRATION 3",
            me + " FINAL 1",
            me + " FINAL 2",
            me + " FINAL 3");
  }

  @ParameterizedTest
  @EnumSource(TrainingProgress.Phase.class)
  void train_listenerThrows_endsTheTrainingWithThat(TrainingProgress.Phase phase) {
    IllegalStateException enough = new IllegalStateException("enough");
    SoftmaxTrainer trainer =
        SoftmaxTrainer.create(SHORT.toBuilder().threads(2).build())
            .listener(
                p -> {
                  if (p.phase() == phase && p.epoch() == 2) {
                    throw enough;
                  }
                });
    TrainingSet set = Blobs.of(10, 10, 16, .5, 5);
    assertThatThrownBy(() -> trainer.train(set)).isSameAs(enough);
  }

  @Test
  void run_partThatFails_throwsWhatItThrew() {
    try (Team team = new Team(3)) {
      for (int failing = 0; failing < 3; failing++) {
        int part = failing;
        IllegalStateException failure = new IllegalStateException();
        assertThatThrownBy(
                () ->
                    team.run(
                        p -> {
                          if (p == part) {
                            throw failure;
                          }
                        }))
            .isSameAs(failure);
      }
    }
  }
}
