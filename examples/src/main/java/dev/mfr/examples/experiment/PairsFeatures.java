package dev.mfr.examples.experiment;

import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.FeatureExtractor.Skipped;
import dev.mfr.face.FeatureMatrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One embedder's embeddings of pictures, by the picture's name. Not thread-safe. */
final class PairsFeatures {
  private final Map<String, float[]> rows = new HashMap<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();

  /** Adds what came of some pictures. */
  void add(Extraction extraction) {
    for (int i = 0; i < extraction.pictures().size(); i++) {
      put(extraction.pictures().get(i).photograph(), extraction.features().embeddings().row(i));
    }
    for (Skipped skipped : extraction.skipped()) {
      reasons.put(skipped.picture().photograph(), skipped.reason());
    }
  }

  /**
   * Adds a picture.
   *
   * @param photograph the name of the photograph, that of a masked copy too
   * @param embedding of unit length; kept
   */
  void put(String photograph, float[] embedding) {
    rows.put(photograph, embedding);
  }

  /** The embedding, or empty where the picture gave none; not to be modified. */
  Optional<float[]> of(String photograph) {
    return Optional.ofNullable(rows.get(photograph));
  }

  /** Whether no picture gave any. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Why pictures gave none, by the photograph's name. */
  Map<String, String> reasons() {
    return reasons;
  }

  /** The embeddings of those of some photographs that have one, in order. */
  FeatureMatrix matrix(List<String> photographs) {
    List<float[]> found = new ArrayList<>();
    for (String photograph : photographs) {
      of(photograph).ifPresent(found::add);
    }
    int columns = found.isEmpty() ? 1 : found.get(0).length;
    float[] all = new float[found.size() * columns];
    for (int i = 0; i < found.size(); i++) {
      System.arraycopy(found.get(i), 0, all, i * columns, columns);
    }
    return FeatureMatrix.of(found.size(), columns, all);
  }
}
