package dev.mfr.examples.experiment;

import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.cache.CacheKey;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.head.TrainingSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The features of all pictures, as one arm sees them, by the pictures' names. */
final class ArmFeatures {
  private final Map<String, Integer> rows = new HashMap<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final FaceFeatures faces;
  private final String embedderId;
  private final String viewRecipe;
  private final List<FeatureBlock> blocks;
  private final List<String> digests = new ArrayList<>();

  private ArmFeatures(
      List<String> names,
      FaceFeatures faces,
      String embedderId,
      String viewRecipe,
      List<FeatureBlock> blocks,
      Map<String, String> reasons) {
    this.faces = faces;
    this.embedderId = embedderId;
    this.viewRecipe = viewRecipe;
    this.blocks = blocks;
    this.reasons.putAll(reasons);
    for (int i = 0; i < names.size(); i++) {
      rows.put(names.get(i), i);
      digests.add(CacheKey.builder("row").matrix(faces.features().select(i)).build().hex());
    }
  }

  /** Of pictures that were extracted part by part. */
  static ArmFeatures of(List<Extraction> parts) {
    List<String> names = new ArrayList<>();
    List<FeatureMatrix> features = new ArrayList<>();
    List<FeatureMatrix> embeddings = new ArrayList<>();
    Map<String, String> reasons = new LinkedHashMap<>();
    String recipe = "";
    for (Extraction part : parts) {
      part.pictures().forEach(picture -> names.add(picture.name()));
      part.skipped().forEach(skipped -> reasons.put(skipped.picture().name(), skipped.reason()));
      features.add(part.features().features());
      embeddings.add(part.features().embeddings());
      recipe = part.viewRecipe().isEmpty() ? recipe : part.viewRecipe();
    }
    FaceFeatures all =
        new FaceFeatures(
            FeatureMatrix.concat(features.get(0).columns(), features),
            FeatureMatrix.concat(embeddings.get(0).columns(), embeddings));
    return new ArmFeatures(
        names,
        all,
        parts.get(0).embedderId(),
        recipe.isEmpty() ? "none" : recipe,
        parts.get(0).featureBlocks(),
        reasons);
  }

  /** What two arms make together, of the pictures that both have. */
  static ArmFeatures fused(FusedEmbedder embedder, ArmFeatures first, ArmFeatures second) {
    List<String> names =
        first.rows.keySet().stream().filter(second.rows::containsKey).sorted().toList();
    Map<String, String> reasons = new LinkedHashMap<>(first.reasons);
    second.reasons.forEach(reasons::putIfAbsent);
    return new ArmFeatures(
        names,
        embedder.join(List.of(first.select(names), second.select(names))),
        embedder.modelId(),
        first.viewRecipe + " & " + second.viewRecipe,
        embedder.featureBlocks(),
        reasons);
  }

  private FaceFeatures select(List<String> names) {
    int[] indices = names.stream().mapToInt(rows::get).toArray();
    return new FaceFeatures(faces.features().select(indices), faces.embeddings().select(indices));
  }

  boolean has(LabelledPicture picture) {
    return rows.containsKey(picture.name());
  }

  /** Why pictures have no features, by name. */
  Map<String, String> reasons() {
    return reasons;
  }

  /** The pictures that have features, as a training set. */
  TrainingSet set(List<LabelledPicture> pictures) {
    List<LabelledPicture> known = pictures.stream().filter(this::has).toList();
    return new TrainingSet(
        known.stream().map(LabelledPicture::label).toList(),
        known.stream().map(LabelledPicture::photograph).toList(),
        select(known.stream().map(LabelledPicture::name).toList()),
        embedderId,
        viewRecipe,
        OptionalDouble.empty(),
        blocks);
  }

  /** Adds all that a training sees of some pictures to a key. */
  void describe(List<LabelledPicture> pictures, CacheKey.Builder key) {
    key.text(blocks.toString()).number(pictures.size());
    for (LabelledPicture picture : pictures) {
      Integer row = rows.get(picture.name());
      key.text(picture.label()).text(row == null ? "" : digests.get(row));
    }
  }

  String embedderId() {
    return embedderId;
  }

  String viewRecipe() {
    return viewRecipe;
  }
}
