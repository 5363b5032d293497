package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableSet;
import dev.mfr.face.Embedding;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureBuffer;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.internal.Spares;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns cropped faces into probes: the embedding, and whether the face wears a mask.
 *
 * <p>Thread-safe. It owns its networks: {@link #close} closes them.
 */
public final class FaceEncoder implements AutoCloseable {
  private static final int BATCH = 16;

  private final FaceEmbedder embedder;
  private final @Nullable MaskStateEstimator masks;
  private final List<String> viewNames;
  private final Spares<FeatureBuffer> spares = new Spares<>(FeatureBuffer::new);

  /**
   * An encoder.
   *
   * @param embedder makes the embeddings
   * @param masks says whether a face wears a mask; null when nobody does, and then every reading is
   *     {@link MaskReading#NONE}
   */
  public FaceEncoder(FaceEmbedder embedder, @Nullable MaskStateEstimator masks) {
    this.embedder = embedder;
    this.masks = masks;
    this.viewNames =
        ImmutableSet.<String>builder()
            .addAll(embedder.viewNames())
            .addAll(masks == null ? List.of() : masks.viewNames())
            .build()
            .asList();
  }

  /** {@return what makes the embeddings} */
  public FaceEmbedder embedder() {
    return embedder;
  }

  /** {@return the names of the views that a cropper must give} */
  public List<String> viewNames() {
    return viewNames;
  }

  /**
   * {@return a probe for each face, in the order given}
   *
   * @param faces faces whose views include the {@link #viewNames()}; the list is only read during
   *     the call
   * @throws IllegalArgumentException when a face lacks a view, or one has another size
   * @throws IllegalStateException after {@link #close}
   * @throws dev.mfr.inference.InferenceException when the runtime fails
   */
  public List<Probe> encode(List<FaceViews> faces) {
    List<Probe> probes = new ArrayList<>(faces.size());
    FeatureBuffer features = spares.take();
    try {
      for (int from = 0; from < faces.size(); from += BATCH) {
        List<FaceViews> batch = faces.subList(from, Math.min(from + BATCH, faces.size()));
        embedder.embedInto(batch, features);
        List<MaskReading> readings = masks == null ? List.of() : masks.estimate(batch);
        checkState(
            features.size() == batch.size() && (masks == null || readings.size() == batch.size()),
            "the networks made %s embeddings and %s readings of %s faces",
            features.size(),
            readings.size(),
            batch.size());
        for (int i = 0; i < batch.size(); i++) {
          probes.add(
              new Probe(
                  new GalleryModel(
                      embedder.modelId(),
                      batch.get(i).recipe(embedder.viewNames()),
                      features.embeddingLength()),
                  Embedding.of(features.embedding(i)),
                  masks == null ? MaskReading.NONE : readings.get(i)));
        }
      }
      return probes;
    } finally {
      spares.give(features);
    }
  }

  /** A face as it is searched for: an embedding that is weighed for the mask state. */
  static final class Weighed {
    final GalleryModel model;
    final float[] numbers;
    final MaskReading mask;

    Weighed(GalleryModel model, float[] numbers, MaskReading mask) {
      this.model = model;
      this.numbers = numbers;
      this.mask = mask;
    }
  }

  /**
   * {@return what {@link #encode} and {@link Calibration#weigh} give together, a row each; networks
   * that count for nothing in a face's mask state do not run on it}
   */
  List<Weighed> encodeWeighed(List<FaceViews> faces, Calibration calibration) {
    if (masks == null
        || !(embedder instanceof FusedEmbedder fused)
        || !fit(fused.parts(), calibration.blocks())) {
      return encode(faces).stream()
          .map(
              probe -> {
                float[] numbers = probe.embedding().toArray();
                calibration.weigh(probe.mask().state(), numbers);
                return new Weighed(probe.model(), numbers, probe.mask());
              })
          .toList();
    }
    List<Weighed> weighed = new ArrayList<>(faces.size());
    for (int from = 0; from < faces.size(); from += BATCH) {
      List<FaceViews> batch = faces.subList(from, Math.min(from + BATCH, faces.size()));
      List<MaskReading> readings = masks.estimate(batch);
      checkState(
          readings.size() == batch.size(),
          "the network made %s readings of %s faces",
          readings.size(),
          batch.size());
      for (int i = 0; i < batch.size(); i++) {
        weighed.add(
            new Weighed(
                new GalleryModel(
                    fused.modelId(),
                    batch.get(i).recipe(fused.viewNames()),
                    fused.embeddingLength()),
                new float[fused.embeddingLength()],
                readings.get(i)));
      }
      run(fused, calibration.blocks(), batch, weighed.subList(from, weighed.size()));
    }
    return weighed;
  }

  private static boolean fit(List<FaceEmbedder> parts, List<ProbeBlock> blocks) {
    boolean fits = parts.size() == blocks.size();
    for (int i = 0; fits && i < parts.size(); i++) {
      fits = parts.get(i).embeddingLength() == blocks.get(i).length();
    }
    return fits;
  }

  private void run(
      FusedEmbedder fused, List<ProbeBlock> blocks, List<FaceViews> faces, List<Weighed> rows) {
    FeatureBuffer features = spares.take();
    try {
      int at = 0;
      for (int part = 0; part < blocks.size(); part++) {
        ProbeBlock block = blocks.get(part);
        List<FaceViews> asked = new ArrayList<>();
        List<Weighed> theirs = new ArrayList<>();
        for (int i = 0; i < faces.size(); i++) {
          if (block.factor(rows.get(i).mask.state()) != 0) {
            asked.add(faces.get(i));
            theirs.add(rows.get(i));
          }
        }
        if (!asked.isEmpty()) {
          fused.parts().get(part).embedInto(asked, features);
          checkState(
              features.size() == asked.size(),
              "the network made %s rows of %s faces",
              features.size(),
              asked.size());
          double scale = Math.sqrt(fused.weight(part));
          for (int i = 0; i < theirs.size(); i++) {
            float factor = (float) (scale * block.factor(theirs.get(i).mask.state()));
            float[] own = features.embedding(i);
            for (int d = 0; d < block.length(); d++) {
              theirs.get(i).numbers[at + d] = factor * own[d];
            }
          }
        }
        at += block.length();
      }
    } finally {
      spares.give(features);
    }
  }

  /** Closes the networks. */
  @Override
  public void close() {
    try {
      embedder.close();
    } finally {
      if (masks != null) {
        masks.close();
      }
    }
  }
}
