package dev.mfr.examples.experiment;

import com.google.common.base.Splitter;
import dev.mfr.FeatureExtractor;
import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.LandmarkDetector;
import dev.mfr.cache.CachingDetector;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.face.Embedding;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.ProbeBlock;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskedCopies;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.MaskStateNetwork;
import dev.mfr.onnx.ResNet50Embedder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What all bundled networks make of photographs: as they are, with a mask, and with the mask that
 * enrolment draws. The networks run once, whatever they are then combined to. Immutable.
 */
public final class GalleryFaces {

  /** What was done to a photograph. */
  enum Look {
    /** Nothing. */
    UNMASKED,
    /** A mask was drawn, for a probe. */
    MASKED,
    /** Another mask was drawn, for a template. */
    ENROLLED_MASK
  }

  /** A face. */
  static final class Face {
    private final String person;
    private final String photograph;
    private final float[] numbers;
    private final MaskState state;

    /**
     * A face.
     *
     * @param person who it shows
     * @param photograph names the photograph
     * @param numbers the networks' embeddings, each of unit length, one after another; kept
     * @param state whether it wears a mask, as the network says
     */
    Face(String person, String photograph, float[] numbers, MaskState state) {
      this.person = person;
      this.photograph = photograph;
      this.numbers = numbers;
      this.state = state;
    }

    String person() {
      return person;
    }

    String photograph() {
      return photograph;
    }

    /** What the network says of a mask; the truth is the {@link Look}. */
    MaskState state() {
      return state;
    }
  }

  /**
   * A way whose networks were found.
   *
   * @param model what its calibration is about
   * @param blocks of the calibration
   * @param at where each of its networks begins among all numbers
   * @param stored the weight of each in the embedder itself
   */
  record Resolved(
      GalleryWay way,
      GalleryModel model,
      List<ProbeBlock> blocks,
      List<Integer> at,
      List<Double> stored) {

    /** What the way's embedder makes of a face. */
    Embedding embedding(Face face) {
      float[] numbers = new float[model.embeddingLength()];
      int to = 0;
      for (int k = 0; k < at.size(); k++) {
        float scale = (float) Math.sqrt(stored.get(k));
        int from = at.get(k);
        for (int i = 0; i < blocks.get(k).length(); i++) {
          numbers[to++] = scale * face.numbers[from + i];
        }
      }
      return Embedding.of(numbers);
    }

    /** The similarity by the weights of a state: what its calibration gives. */
    float similarity(Face a, Face b, MaskState state) {
      float sum = 0;
      for (int k = 0; k < at.size(); k++) {
        double weight = way.weights(state).get(k);
        if (weight > 0) {
          float own = 0;
          int from = at.get(k);
          int end = from + blocks.get(k).length();
          for (int i = from; i < end; i++) {
            own += a.numbers[i] * b.numbers[i];
          }
          sum += (float) weight * own;
        }
      }
      return sum;
    }
  }

  private final List<String> partIds;
  private final List<Integer> partLengths;
  private final Map<String, String> recipes;
  private final List<LabelledPicture> pictures;
  private final Map<Look, Map<String, Face>> faces;

  /** Faces whose numbers are known; for tests. */
  GalleryFaces(
      List<String> partIds,
      List<Integer> partLengths,
      Map<String, String> recipes,
      List<LabelledPicture> pictures,
      Map<Look, Map<String, Face>> faces) {
    this.partIds = partIds;
    this.partLengths = partLengths;
    this.recipes = recipes;
    this.pictures = pictures;
    this.faces = faces;
  }

  /**
   * {@return the faces of photographs}
   *
   * @param pictures unmasked, each a photograph; their names choose the masks
   * @param detector finds the faces; not closed
   * @param cache where features are kept; not closed
   * @param jobs threads, at least 1
   * @param seed chooses the masks
   * @param progress hears how far it is
   */
  public static GalleryFaces of(
      List<LabelledPicture> pictures,
      LandmarkDetector detector,
      DiskCache cache,
      int jobs,
      long seed,
      Consumer<String> progress) {
    LandmarkDetector once = CachingDetector.of(detector, cache);
    try (FusedEmbedder networks =
        FusedEmbedder.builder()
            .add(DlibEmbedder.open())
            .add(MaskAwareEmbedder.open())
            .add(ResNet50Embedder.open())
            .add(new MaskStateFeatures(MaskStateNetwork.open()))
            .build()) {
      FeatureExtractor extractor =
          new FeatureExtractor(
                  once, AlignedFaceCropper.dlib().and(PeriocularCropper.fourPoint()), networks)
              .withCache(cache)
              .threads(jobs);
      Map<Look, Map<String, Face>> faces = new EnumMap<>(Look.class);
      Map<String, String> recipes = new HashMap<>();
      for (Look look : Look.values()) {
        progress.accept(look.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        List<LabelledPicture> shown = new ArrayList<>(pictures);
        if (look != Look.UNMASKED) {
          shown.clear();
          long masks = (2 * seed) - (look == Look.MASKED ? 1 : 0);
          MaskedCopies copies = MaskedCopies.create(MaskOptions.defaults(), 1, masks);
          pictures.forEach(picture -> shown.addAll(copies.copies(picture, once)));
        }
        Extraction extraction = extractor.extract(shown, (picture, reason) -> {});
        faces.put(look, faces(extraction, networks.parts().size()));
        List<String> made =
            Splitter.on(FaceViews.RECIPE_SEPARATOR).splitToList(extraction.viewRecipe());
        for (int i = 0; i < Math.min(made.size(), networks.viewNames().size()); i++) {
          recipes.put(networks.viewNames().get(i), made.get(i));
        }
      }
      return new GalleryFaces(
          networks.parts().stream().map(FaceEmbedder::modelId).toList(),
          networks.parts().stream().map(FaceEmbedder::embeddingLength).toList(),
          recipes,
          List.copyOf(pictures),
          faces);
    }
  }

  /** The parts weigh the same in the fusion, so that one scale makes them unit vectors again. */
  private static Map<String, Face> faces(Extraction extraction, int parts) {
    Map<String, Face> faces = new LinkedHashMap<>();
    FeatureMatrix rows = extraction.features().embeddings();
    float scale = (float) Math.sqrt(parts);
    for (int row = 0; row < rows.rows(); row++) {
      float[] numbers = rows.row(row);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] *= scale;
      }
      LabelledPicture picture = extraction.pictures().get(row);
      MaskState state = MaskStateFeatures.state(numbers, numbers.length - 2);
      faces.put(
          picture.photograph(), new Face(picture.label(), picture.photograph(), numbers, state));
    }
    return faces;
  }

  /** The photographs that were looked at, in order. */
  List<LabelledPicture> pictures() {
    return pictures;
  }

  /** A photograph's face, or null where none was found. */
  @Nullable Face of(Look look, String photograph) {
    return looks(look).get(photograph);
  }

  private Map<String, Face> looks(Look look) {
    return faces.getOrDefault(look, Map.of());
  }

  /** The faces that were found, in order. */
  List<Face> all(Look look) {
    return List.copyOf(looks(look).values());
  }

  /** The people, in the order of their first picture. */
  Set<String> people() {
    Set<String> people = new LinkedHashSet<>();
    pictures.forEach(picture -> people.add(picture.label()));
    return people;
  }

  /** The faces of some people. */
  GalleryFaces of(Predicate<String> person) {
    Map<Look, Map<String, Face>> some = new EnumMap<>(Look.class);
    faces.forEach(
        (look, all) -> {
          Map<String, Face> kept = new LinkedHashMap<>(all);
          kept.values().removeIf(face -> !person.test(face.person()));
          some.put(look, kept);
        });
    return new GalleryFaces(
        partIds,
        partLengths,
        recipes,
        pictures.stream().filter(picture -> person.test(picture.label())).toList(),
        some);
  }

  /**
   * {@return a way with its networks}
   *
   * @throws IllegalArgumentException when one is not among those that were run
   */
  Resolved resolve(GalleryWay way) {
    try (FaceEmbedder embedder = way.open().get()) {
      List<FaceEmbedder> parts =
          embedder instanceof FusedEmbedder fused ? fused.parts() : List.of(embedder);
      List<ProbeBlock> blocks = new ArrayList<>();
      List<Integer> at = new ArrayList<>();
      List<Double> stored = new ArrayList<>();
      for (int k = 0; k < parts.size(); k++) {
        int part = partIds.indexOf(parts.get(k).modelId());
        if (part < 0) {
          throw new IllegalArgumentException(parts.get(k).modelId() + " was not run");
        }
        double own = embedder instanceof FusedEmbedder fused ? fused.weight(k) : 1;
        at.add(partLengths.subList(0, part).stream().mapToInt(Integer::intValue).sum());
        stored.add(own);
        blocks.add(
            new ProbeBlock(
                partLengths.get(part), way.unmasked().get(k) / own, way.masked().get(k) / own));
      }
      List<String> views =
          embedder.viewNames().stream().map(view -> recipes.getOrDefault(view, view)).toList();
      return new Resolved(
          way,
          new GalleryModel(
              embedder.modelId(),
              String.join(FaceViews.RECIPE_SEPARATOR, views),
              embedder.embeddingLength()),
          blocks,
          at,
          stored);
    }
  }
}
