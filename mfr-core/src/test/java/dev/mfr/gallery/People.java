package dev.mfr.gallery;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** People for tests of galleries and their stores. */
public final class People {
  private static final int LENGTH = 16;

  private People() {}

  /** {@return a person with templates of 16 numbers} */
  public static Person person(String id, String name, int templates, Random random) {
    return person(id, name, templates, LENGTH, random);
  }

  /** {@return a person with random templates} */
  public static Person person(String id, String name, int templates, int length, Random random) {
    GalleryModel model = new GalleryModel("test-network", "test-crop", length);
    return new Person(
        id,
        name,
        Set.of("site-" + random.nextInt(5)),
        IntStream.range(0, templates)
            .mapToObj(
                i ->
                    new Template(
                        id + "/" + i,
                        model,
                        embedding(length, random),
                        TemplateOrigin.PHOTOGRAPH,
                        new MaskReading(MaskState.UNMASKED, random.nextDouble()),
                        Optional.empty(),
                        Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1000))))
            .toList());
  }

  /** {@return a random embedding} */
  public static Embedding embedding(int length, Random random) {
    float[] values = new float[length];
    double squares = 0;
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
      squares += (double) values[i] * values[i];
    }
    for (int i = 0; i < length; i++) {
      values[i] /= (float) Math.sqrt(squares);
    }
    return Embedding.of(values);
  }

  /** {@return templates with each origin, mask state and kind of quality} */
  static List<Template> everyKind() {
    Random random = new Random(11);
    GalleryModel model = new GalleryModel("network ü", "crop / 112", LENGTH);
    List<Optional<FaceQuality>> qualities =
        List.of(
            Optional.empty(),
            Optional.of(new FaceQuality(41.5, 3, .4, 0, Optional.empty(), -.25, .9)),
            Optional.of(
                new FaceQuality(
                    1e9, 0, 1, 1, Optional.of(new HeadPose(-30, 12.5, Double.NaN)), 2, 1)));
    List<Template> templates = new ArrayList<>();
    for (TemplateOrigin origin : TemplateOrigin.values()) {
      for (MaskState state : MaskState.values()) {
        for (Optional<FaceQuality> quality : qualities) {
          templates.add(
              new Template(
                  "t" + templates.size(),
                  model,
                  embedding(LENGTH, random),
                  origin,
                  new MaskReading(state, random.nextDouble()),
                  quality,
                  Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))));
        }
      }
    }
    return templates;
  }
}
