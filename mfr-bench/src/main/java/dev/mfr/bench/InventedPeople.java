package dev.mfr.bench;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Embeddings that lie as those of face networks do: what all faces share, what a person is, and
 * what a picture adds. Cosines are about 0.9 within a person and 0.70 ± 0.056 between people. The
 * same each time.
 */
final class InventedPeople {
  static final int LENGTH = 128;
  static final GalleryModel MODEL = new GalleryModel("invented:1", "none", LENGTH);

  private static final int TEMPLATES_A_PERSON = 4;
  private static final int PEOPLE_A_CHANGE = 5_000;
  private static final double SHARED = .7;
  private static final double PERSON = .2;
  private static final double PICTURE = .1;

  private final float[] shared = unit(gaussian(new Random(1), false));

  /** A picture of a person; another one for each number. */
  Embedding picture(int person, int number) {
    float[] own = gaussian(new Random(0x9E3779B97F4A7C15L * (person + 1)), true);
    float[] noise =
        gaussian(
            new Random(0x9E3779B97F4A7C15L * (person + 1) + 0xD1B54A32D192ED03L * (number + 1)),
            false);
    float[] vector = new float[LENGTH];
    for (int d = 0; d < LENGTH; d++) {
      vector[d] =
          (float)
              (Math.sqrt(SHARED) * shared[d]
                  + Math.sqrt(PERSON) * own[d]
                  + Math.sqrt(PICTURE) * noise[d]);
    }
    return Embedding.of(unit(vector));
  }

  /**
   * Enrols people with four templates each, the last one with what is left; template i of person p
   * is named {@code p-i}.
   */
  void enrol(Gallery gallery, int templates) {
    Map<String, List<Template>> change = new LinkedHashMap<>();
    for (int person = 0; person < people(templates); person++) {
      int left = templates - person * TEMPLATES_A_PERSON;
      List<Template> own = new ArrayList<>(TEMPLATES_A_PERSON);
      for (int i = 0; i < Math.min(left, TEMPLATES_A_PERSON); i++) {
        own.add(
            new Template(
                person + "-" + i,
                MODEL,
                picture(person, i),
                TemplateOrigin.PHOTOGRAPH,
                MaskReading.NONE,
                Optional.empty(),
                Instant.EPOCH));
      }
      change.put("Person " + person, own);
      if (change.size() == PEOPLE_A_CHANGE) {
        gallery.enrolAll(change);
        change.clear();
      }
    }
    gallery.enrolAll(change);
  }

  private static int people(int templates) {
    return (templates + TEMPLATES_A_PERSON - 1) / TEMPLATES_A_PERSON;
  }

  /** New pictures of enrolled people. */
  List<Embedding> probes(int count, int templates) {
    Random random = new Random(7);
    List<Embedding> probes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      probes.add(picture(random.nextInt(people(templates)), 1_000 + i));
    }
    return probes;
  }

  /** People differ more along some axes than along others. */
  private static float[] gaussian(Random random, boolean uneven) {
    double[] deviation = new double[LENGTH];
    double squares = 0;
    for (int d = 0; d < LENGTH; d++) {
      deviation[d] = uneven ? 1 / (1 + d / 10.0) : 1;
      squares += deviation[d] * deviation[d];
    }
    float[] vector = new float[LENGTH];
    for (int d = 0; d < LENGTH; d++) {
      vector[d] = (float) (random.nextGaussian() * deviation[d] / Math.sqrt(squares));
    }
    return vector;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
