package dev.mfr.examples.experiment;

import com.google.common.primitives.Doubles;
import dev.mfr.cache.CacheKey;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * One training and its test.
 *
 * @param arm what makes the features
 * @param protocol who is trained on
 * @param masks whether masked copies are trained on (training B)
 * @param epochs how long
 * @param seed of the draw, the masks and the order of the pictures
 */
record Training(Arm arm, Protocol protocol, boolean masks, int epochs, long seed) {

  /** The pictures of one side, in order. */
  record Pictures(
      List<LabelledPicture> train, List<LabelledPicture> masked, List<LabelledPicture> unmasked) {}

  /**
   * What came of it.
   *
   * @param trainPictures trained on
   * @param train right answers among these, a share
   * @param maskedRight right answers among the masked test pictures
   * @param unmaskedRight right answers among the same photographs without masks
   * @param losses the mean cross-entropy of each epoch
   * @param accuracies the running training accuracy of each epoch
   */
  record Outcome(
      int trainPictures,
      double train,
      int maskedRight,
      int unmaskedRight,
      List<Double> losses,
      List<Double> accuracies) {

    byte[] encode() {
      ByteBuffer bytes = ByteBuffer.allocate(24 + 16 * losses.size());
      bytes.putInt(trainPictures).putDouble(train).putInt(maskedRight).putInt(unmaskedRight);
      bytes.putInt(losses.size());
      losses.forEach(bytes::putDouble);
      accuracies.forEach(bytes::putDouble);
      return bytes.array();
    }

    static Optional<Outcome> decode(byte[] value) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        int pictures = bytes.getInt();
        double train = bytes.getDouble();
        int masked = bytes.getInt();
        int unmasked = bytes.getInt();
        int epochs = bytes.getInt();
        double[][] curves = new double[2][epochs];
        for (double[] curve : curves) {
          for (int i = 0; i < epochs; i++) {
            curve[i] = bytes.getDouble();
          }
        }
        return Optional.of(
            new Outcome(
                pictures,
                train,
                masked,
                unmasked,
                Doubles.asList(curves[0]),
                Doubles.asList(curves[1])));
      } catch (BufferUnderflowException | NegativeArraySizeException e) {
        return Optional.empty();
      }
    }
  }

  TrainingOptions options() {
    return arm.options(epochs, seed);
  }

  /** Equal keys give equal outcomes; P1 and P2 share their training A. */
  CacheKey key(Pictures pictures, ArmFeatures features) {
    CacheKey.Builder key =
        CacheKey.builder("training 1").text(options().toString()).text(Fingerprint.of(options()));
    features.describe(pictures.train, key);
    features.describe(pictures.masked, key);
    features.describe(pictures.unmasked, key);
    return key.build();
  }

  Outcome run(Pictures pictures, ArmFeatures features, CacheKey key, DiskCache cache) {
    Optional<Outcome> known = cache.get(key).flatMap(Outcome::decode);
    if (known.isPresent()) {
      return known.get();
    }
    TrainingSet set = features.set(pictures.train);
    List<Double> losses = new ArrayList<>();
    List<Double> accuracies = new ArrayList<>();
    SoftmaxHead head =
        SoftmaxTrainer.create(options())
            .listener(
                progress -> {
                  losses.add(progress.loss());
                  accuracies.add(progress.accuracy());
                })
            .train(set);
    Outcome outcome =
        new Outcome(
            set.size(),
            (double) right(head, set) / set.size(),
            right(head, features.set(pictures.masked)),
            right(head, features.set(pictures.unmasked)),
            losses,
            accuracies);
    cache.put(key, outcome.encode());
    return outcome;
  }

  private static int right(SoftmaxHead head, TrainingSet set) {
    double[] probabilities = new double[head.labels().size()];
    int right = 0;
    for (int i = 0; i < set.size(); i++) {
      head.probabilitiesInto(set.faces().features().row(i), probabilities);
      int best = Doubles.indexOf(probabilities, Doubles.max(probabilities));
      right += head.labels().get(best).equals(set.labels().get(i)) ? 1 : 0;
    }
    return right;
  }

  /** Tells trainers apart by what they make of numbers drawn by chance. */
  private static final class Fingerprint {
    static String of(TrainingOptions options) {
      Random random = new Random(1);
      List<String> labels = new ArrayList<>();
      float[] numbers = new float[24 * 4];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian();
      }
      for (int i = 0; i < 24; i++) {
        labels.add("p" + i % 3);
      }
      FeatureMatrix rows = FeatureMatrix.of(24, 4, numbers);
      TrainingSet set =
          new TrainingSet(
              labels, new FaceFeatures(rows, rows), "none", "none", OptionalDouble.empty());
      SoftmaxHead head =
          SoftmaxTrainer.create(options.toBuilder().epochs(3).blockShares(List.of()).build())
              .train(set);
      double[] probabilities = new double[3];
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 24; i++) {
        head.probabilitiesInto(rows.row(i), probabilities);
        for (double probability : probabilities) {
          text.append(Double.toHexString(probability)).append(' ');
        }
      }
      return text.toString();
    }
  }
}
