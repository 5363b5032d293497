package dev.mfr.gallery;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Invented faces: points on a sphere, near the point of their person. */
final class Faces {
  static final int LENGTH = 32;
  static final GalleryModel MODEL = new GalleryModel("net:1", "roi", LENGTH);

  private Faces() {}

  /** Where a person's faces lie; the same for the same number. */
  static float[] centre(int person) {
    return random(new Random(1_000_003L * person + 17), LENGTH);
  }

  /** A face of a person; another one for each seed. */
  static Embedding face(int person, long seed) {
    float[] centre = centre(person);
    float[] noise = random(new Random(seed * 31 + person), LENGTH);
    float[] face = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      face[i] = centre[i] + (.3f * noise[i]);
    }
    return Embedding.of(normalised(face));
  }

  static Template template(int person, long seed) {
    return template(MODEL, face(person, seed));
  }

  static Template template(GalleryModel model, Embedding embedding) {
    return new Template(
        UUID.randomUUID().toString(),
        model,
        embedding,
        TemplateOrigin.PHOTOGRAPH,
        MaskReading.NONE,
        Optional.empty(),
        Instant.EPOCH);
  }

  static float[] random(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return normalised(values);
  }

  static float[] normalised(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    float[] unit = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      unit[i] = (float) (values[i] / Math.sqrt(squares));
    }
    return unit;
  }
}
