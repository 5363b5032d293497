package dev.mfr.head;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/** People as Gaussian clouds around random centres. */
final class Blobs {
  private Blobs() {}

  static final String EMBEDDER = "blobs:0123456789ab";
  static final String RECIPE = "a cloud";

  static TrainingSet of(int people, int pictures, int features, double noise, long seed) {
    return of(people, pictures, features, noise, seed, OptionalDouble.empty());
  }

  static TrainingSet of(
      int people,
      int pictures,
      int features,
      double noise,
      long seed,
      OptionalDouble embedderThreshold) {
    Random random = new Random(seed);
    double[][] centres = new double[people][features];
    for (double[] centre : centres) {
      for (int f = 0; f < features; f++) {
        centre[f] = random.nextGaussian();
      }
    }
    int n = people * pictures;
    List<String> labels = new ArrayList<>();
    float[] values = new float[n * features];
    float[] embeddings = new float[n * features];
    for (int i = 0; i < n; i++) {
      int person = i % people;
      labels.add(name(person));
      double squares = 0;
      for (int f = 0; f < features; f++) {
        double v = centres[person][f] + noise * random.nextGaussian();
        // Any scale and a large offset: standardisation has to cope.
        values[i * features + f] = (float) (1000 + 50 * v);
        squares += v * v;
        embeddings[i * features + f] = (float) v;
      }
      for (int f = 0; f < features; f++) {
        embeddings[i * features + f] /= (float) Math.sqrt(squares);
      }
    }
    return new TrainingSet(
        labels,
        new FaceFeatures(
            FeatureMatrix.of(n, features, values), FeatureMatrix.of(n, features, embeddings)),
        EMBEDDER,
        RECIPE,
        embedderThreshold);
  }

  static String name(int person) {
    return "person " + (char) ('A' + person / 26) + (char) ('A' + person % 26);
  }
}
