package dev.mfr.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.dataset.LabelledPicture;
import dev.mfr.examples.experiment.GalleryFaces.Face;
import dev.mfr.examples.experiment.GalleryFaces.Look;
import dev.mfr.examples.experiment.GalleryResult.Identified;
import dev.mfr.examples.experiment.GalleryResult.Told;
import dev.mfr.examples.experiment.GalleryResult.Verified;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.MaskPairing;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** On invented faces, which resemble those of other people often enough. */
class GalleryExperimentTest {
  private static final int LENGTH = 12;
  private static final GalleryWay WAY =
      new GalleryWay("invented", Unused::new, List.of(1.), List.of(1.), true);

  /** Only asked what it is. */
  private static final class Unused implements FaceEmbedder {
    @Override
    public String modelId() {
      return "invented:1";
    }

    @Override
    public List<String> viewNames() {
      return List.of("chip");
    }

    @Override
    public int featureLength() {
      return LENGTH;
    }

    @Override
    public int embeddingLength() {
      return LENGTH;
    }

    @Override
    public FaceFeatures embed(List<FaceViews> faces) {
      throw new AssertionError("nothing is to be embedded");
    }

    @Override
    public void close() {}
  }

  private static final GalleryFaces UNSEEN =
      faces("other", 320, 4, Map.of(Look.UNMASKED, MaskState.UNMASKED));
  private static final GalleryFaces PEOPLE =
      faces("one", 20, 8, Map.of(Look.UNMASKED, MaskState.UNMASKED));
  private static final GalleryResult RESULT = run(PEOPLE);

  /** People with photographs in all looks; a mask adds what all masks share. */
  private static GalleryFaces faces(
      String name, int people, int photographs, Map<Look, MaskState> states) {
    Random random = new Random(name.length());
    float[] mask = numbers(new Random(1), new float[LENGTH], 1);
    List<LabelledPicture> pictures = new ArrayList<>();
    Map<Look, Map<String, Face>> faces = new EnumMap<>(Look.class);
    for (int p = 0; p < people; p++) {
      float[] person = numbers(random, new float[LENGTH], 1);
      for (int i = 0; i < photographs; i++) {
        String picture = name + "-" + p + "/" + i;
        pictures.add(new LabelledPicture(name + "-" + p, picture, () -> null));
        for (Look look : Look.values()) {
          float[] face = numbers(random, person, .5);
          for (int d = 0; d < LENGTH && look != Look.UNMASKED; d++) {
            face[d] += mask[d];
          }
          faces
              .computeIfAbsent(look, l -> new LinkedHashMap<>())
              .put(
                  picture,
                  new Face(
                      name + "-" + p,
                      picture,
                      unit(face),
                      states.getOrDefault(look, MaskState.MASKED)));
        }
      }
    }
    return new GalleryFaces(
        List.of("invented:1"), List.of(LENGTH), Map.of("chip", "chip-1"), pictures, faces);
  }

  private static float[] numbers(Random random, float[] about, double deviation) {
    float[] numbers = new float[LENGTH];
    for (int d = 0; d < LENGTH; d++) {
      numbers[d] = (float) (about[d] + deviation * random.nextGaussian());
    }
    return numbers;
  }

  private static float[] unit(float[] numbers) {
    double squares = 0;
    for (float value : numbers) {
      squares += value * value;
    }
    for (int d = 0; d < LENGTH; d++) {
      numbers[d] /= (float) Math.sqrt(squares);
    }
    return numbers;
  }

  private static GalleryResult run(GalleryFaces enrolled) {
    return new GalleryExperiment(List.of(WAY), 2, 1, LocalDate.EPOCH, line -> {})
        .run(enrolled, UNSEEN, "others");
  }

  private static Identified identified(GalleryResult result, Told told, boolean drawn) {
    return result.identified().stream()
        .filter(
            row ->
                row.enrolled() == told.enrolled()
                    && row.probe() == told.probe()
                    && row.drawn() == drawn)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void run_statesToldRightly_findsWhatIsFoundByTheTruth() {
    assertThat(RESULT.told()).hasSize(4);
    for (Told told : RESULT.told()) {
      Identified truth = identified(RESULT, told, told.probe() == MaskState.MASKED);
      assertThat(truth.usual()).isTrue();
      assertThat(told.right()).isEqualTo(1);
      assertThat(told.notSure()).isZero();
      assertThat(told.first()).isEqualTo(truth.first());
      assertThat(told.falsePositives()).isCloseTo(truth.falsePositives(), within(1e-9));
      assertThat(told.identified().estimate()).isCloseTo(truth.identified(), within(1e-9));
      assertThat(told.first().estimate()).isBetween(.3, .999);
    }
  }

  @Test
  void run_statesNotTold_searchesWithTheMaskedTemplatesToo() {
    GalleryResult result = run(faces("one", 20, 8, Map.of(Look.UNMASKED, MaskState.NOT_SURE)));

    for (Told told : result.told()) {
      boolean masked = told.probe() == MaskState.MASKED;
      assertThat(told.notSure()).isEqualTo(masked ? 0 : 1);
      assertThat(told.right()).isEqualTo(masked ? 1 : 0);
      assertThat(told.first()).isEqualTo(identified(result, told, true).first());
    }
  }

  /** The oracle is a loop over all pairs of two people. */
  @Test
  void run_thresholdsOnTheGalleriesPeople_areCountedOverAllPairs() {
    double threshold =
        RESULT
            .calibrations()
            .get("invented")
            .verification(.01, MaskPairing.BOTH_UNMASKED)
            .threshold();
    List<Face> all = PEOPLE.all(Look.UNMASKED);
    GalleryFaces.Resolved way = PEOPLE.resolve(WAY);
    int accepted = 0;
    int pairs = 0;
    for (Face a : all) {
      for (Face b : all) {
        if (!a.person().equals(b.person())) {
          pairs++;
          accepted += way.similarity(a, b, MaskState.UNMASKED) >= threshold ? 1 : 0;
        }
      }
    }

    assertThat(RESULT.transferred())
        .filteredOn(row -> row.pairing() == MaskPairing.BOTH_UNMASKED && row.wanted() == .01)
        .singleElement()
        .extracting(Verified::measured)
        .isEqualTo((double) accepted / pairs);
    assertThat(accepted).isPositive();
  }
}
