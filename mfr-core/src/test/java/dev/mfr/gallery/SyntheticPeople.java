package dev.mfr.gallery;

import java.util.Random;

/**
 * Unit vectors that lie as those of face networks do: what all faces share, what a person is, and
 * what a picture adds. Cosines are about 0.9 within a person and 0.70 ± 0.056 between people.
 */
final class SyntheticPeople {
  private static final double SHARED = 0.7;
  private static final double PERSON = 0.2;
  private static final double PICTURE = 0.1;

  private final int dimensions;
  private final Random random;
  private final double[] spread;
  private final float[] shared;

  SyntheticPeople(int dimensions, long seed) {
    this.dimensions = dimensions;
    random = new Random(seed);
    spread = new double[dimensions];
    double squares = 0;
    for (int d = 0; d < dimensions; d++) {
      spread[d] = 1 / (1 + (d / 10.0));
      squares += spread[d] * spread[d];
    }
    for (int d = 0; d < dimensions; d++) {
      spread[d] /= Math.sqrt(squares);
    }
    shared = unit(gaussian(false));
  }

  float[] person() {
    return gaussian(true);
  }

  float[] picture(float[] person) {
    float[] noise = gaussian(false);
    float[] vector = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      vector[d] =
          (float)
              ((Math.sqrt(SHARED) * shared[d])
                  + (Math.sqrt(PERSON) * person[d])
                  + (Math.sqrt(PICTURE) * noise[d]));
    }
    return unit(vector);
  }

  private float[] gaussian(boolean uneven) {
    float[] vector = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      double deviation = uneven ? spread[d] : 1 / Math.sqrt(dimensions);
      vector[d] = (float) (random.nextGaussian() * deviation);
    }
    return vector;
  }

  private static float[] unit(float[] vector) {
    double length = Math.sqrt(NaiveIndex.dot(vector, vector));
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= (float) length;
    }
    return vector;
  }
}
