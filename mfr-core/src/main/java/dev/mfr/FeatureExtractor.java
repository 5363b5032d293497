package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.collect.Iterables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.mfr.cache.CacheKey;
import dev.mfr.cache.CachingDetector;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureSource;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.HeadException;
import dev.mfr.head.TrainingSet;
import dev.mfr.image.RgbImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Takes labelled pictures through the front of the pipeline, detect, crop and embed, and keeps the
 * features: the input of training.
 *
 * <p>A picture counts with its main face ({@link DetectedFace#prominence}). Pictures that cannot be
 * read or show no usable face are skipped and reported with the reason. One thread and no cache
 * unless {@link #threads} and {@link #withCache} say otherwise. Immutable and thread-safe; it does
 * not own its parts and closes nothing.
 */
public final class FeatureExtractor {
  private static final int BATCH = 16;

  private final LandmarkDetector detector;
  private final RoiCropper cropper;
  private final FaceEmbedder embedder;
  private final @Nullable DiskCache cache;
  private final int threads;

  /**
   * @param detector finds the faces
   * @param cropper gives the views that the embedder looks at
   * @param embedder makes the features
   */
  public FeatureExtractor(LandmarkDetector detector, RoiCropper cropper, FaceEmbedder embedder) {
    this(detector, cropper, embedder, null, 1);
  }

  private FeatureExtractor(
      LandmarkDetector detector,
      RoiCropper cropper,
      FaceEmbedder embedder,
      @Nullable DiskCache cache,
      int threads) {
    this.detector = detector;
    this.cropper = cropper;
    this.embedder = embedder;
    this.cache = cache;
    this.threads = threads;
  }

  /**
   * {@return the same extractor with a cache: faces and features of pictures that were seen before,
   * by their pixels, are found there; what is new is kept}
   *
   * <p>Only what has an id is kept: {@link LandmarkDetector#id}, {@link RoiCropper#id}. Pictures
   * that show no usable face are kept with the reason; pictures that could not be read are not.
   *
   * @param results where they are kept; not closed. It then holds biometric data
   */
  public FeatureExtractor withCache(DiskCache results) {
    return new FeatureExtractor(
        CachingDetector.of(detector, results), cropper, embedder, results, threads);
  }

  /**
   * {@return the same extractor with another number of threads}
   *
   * @param count at least 1; the result does not depend on it. Memory grows with it: each thread
   *     holds up to 32 pictures
   */
  public FeatureExtractor threads(int count) {
    checkArgument(count >= 1, "the number of threads must be positive, got %s", count);
    return new FeatureExtractor(detector, cropper, embedder, cache, count);
  }

  /** Hears of every picture, one after another, on the extracting thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called after each picture.
     *
     * @param picture the picture
     * @param reason why it was skipped, or empty when its face was found
     */
    void onPicture(LabelledPicture picture, Optional<String> reason);
  }

  /**
   * A picture that gave no features.
   *
   * @param picture the picture
   * @param reason why, a sentence
   */
  public record Skipped(LabelledPicture picture, String reason) {}

  /**
   * The features of a set of pictures.
   *
   * @param pictures those whose face was found, in the order given
   * @param features a row for each of them
   * @param embedderId the embedder that made them
   * @param viewRecipe how its views were made; empty when no face was found
   * @param embedderThreshold the embedder's own similarity threshold, where it has one
   * @param featureBlocks the runs of features that come from one network each
   * @param skipped the others
   */
  public record Extraction(
      List<LabelledPicture> pictures,
      FaceFeatures features,
      String embedderId,
      String viewRecipe,
      OptionalDouble embedderThreshold,
      List<FeatureBlock> featureBlocks,
      List<Skipped> skipped) {

    public Extraction {
      pictures = List.copyOf(pictures);
      featureBlocks = List.copyOf(featureBlocks);
      skipped = List.copyOf(skipped);
      checkArgument(
          pictures.size() == features.size(),
          "%s pictures have %s rows of features",
          pictures.size(),
          features.size());
    }

    /**
     * {@return what a head is trained on}
     *
     * @throws HeadException when no picture gave features, with the first reasons
     */
    public TrainingSet trainingSet() {
      if (pictures.isEmpty()) {
        throw new HeadException(
            "there is nothing to train on: none of the "
                + skipped.size()
                + " pictures shows a usable face"
                + (skipped.isEmpty()
                    ? ""
                    : "; the first, "
                        + skipped.get(0).picture().name()
                        + ": "
                        + skipped.get(0).reason()),
            null);
      }
      return new TrainingSet(
          pictures.stream().map(LabelledPicture::label).toList(),
          pictures.stream().map(LabelledPicture::photograph).toList(),
          features,
          embedderId,
          viewRecipe,
          embedderThreshold,
          featureBlocks);
    }
  }

  /**
   * {@return the features of the pictures' main faces}
   *
   * @param pictures loaded 16 by 16, by each thread
   * @param listener hears of each picture, in order, on the calling thread
   * @throws MfrException when the network fails; a picture's own failure is only reported
   */
  public Extraction extract(Iterable<LabelledPicture> pictures, Listener listener) {
    Rows rows = new Rows(listener);
    Iterable<List<LabelledPicture>> batches = Iterables.partition(pictures, BATCH);
    if (threads == 1) {
      batches.forEach(batch -> rows.add(batch, rowsOf(batch)));
    } else {
      extractSideBySide(batches, rows);
    }
    return rows.extraction();
  }

  private void extractSideBySide(Iterable<List<LabelledPicture>> batches, Rows rows) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("mfr-features-%d").build());
    try {
      Deque<List<LabelledPicture>> waiting = new ArrayDeque<>();
      Deque<Future<List<CachedRow>>> running = new ArrayDeque<>();
      for (List<LabelledPicture> batch : batches) {
        waiting.add(batch);
        running.add(pool.submit(() -> rowsOf(batch)));
        if (running.size() == 2 * threads) {
          rows.add(waiting.remove(), result(running.remove()));
        }
      }
      while (!running.isEmpty()) {
        rows.add(waiting.remove(), result(running.remove()));
      }
    } finally {
      pool.shutdownNow();
      Uninterruptibles.awaitTerminationUninterruptibly(pool);
    }
  }

  private static List<CachedRow> result(Future<List<CachedRow>> future) {
    try {
      return requireNonNull(Uninterruptibles.getUninterruptibly(future));
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What is known so far, in the order of the pictures. */
  private final class Rows {
    private final Listener listener;
    private final List<LabelledPicture> used = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final List<FeatureMatrix> features = new ArrayList<>();
    private final List<FeatureMatrix> embeddings = new ArrayList<>();
    private String recipe = "";

    Rows(Listener listener) {
      this.listener = listener;
    }

    void add(List<LabelledPicture> pictures, List<CachedRow> rows) {
      for (int i = 0; i < rows.size(); i++) {
        add(pictures.get(i), rows.get(i));
      }
    }

    private void add(LabelledPicture picture, CachedRow row) {
      if (row.features() == null) {
        skipped.add(new Skipped(picture, row.recipeOrReason()));
        listener.onPicture(picture, Optional.of(row.recipeOrReason()));
        return;
      }
      if (used.isEmpty()) {
        recipe = row.recipeOrReason();
      }
      checkArgument(
          recipe.equals(row.recipeOrReason()),
          "the cropper changed its recipe from %s to %s between two pictures",
          recipe,
          row.recipeOrReason());
      used.add(picture);
      features.add(row.features().features());
      embeddings.add(row.features().embeddings());
      listener.onPicture(picture, Optional.empty());
    }

    Extraction extraction() {
      return new Extraction(
          used,
          new FaceFeatures(
              FeatureMatrix.concat(embedder.featureLength(), features),
              FeatureMatrix.concat(embedder.embeddingLength(), embeddings)),
          embedder.modelId(),
          recipe,
          embedder.similarityThreshold(),
          embedder.featureBlocks(),
          skipped);
    }
  }

  /** A row for each picture; those that are new go through the network together. */
  private List<CachedRow> rowsOf(List<LabelledPicture> pictures) {
    @Nullable CachedRow[] rows = new CachedRow[pictures.size()];
    @Nullable CacheKey[] keys = new CacheKey[rows.length];
    List<Integer> open = new ArrayList<>();
    List<FaceViews> views = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      PictureSource source = pictures.get(i).source();
      RgbImage image = null;
      try {
        if (cache != null && source.contentId().isEmpty()) {
          image = source.load();
        }
        keys[i] = key(source, image);
        rows[i] = known(keys[i]);
        if (rows[i] == null && image == null) {
          image = source.load();
        }
      } catch (MfrException e) {
        rows[i] = new CachedRow(null, requireNonNull(e.getMessage()));
      }
      if (rows[i] != null) {
        continue;
      }
      FaceViews found = find(requireNonNull(image));
      if (found.isRejected()) {
        rows[i] = keep(keys[i], new CachedRow(null, found.rejection()));
      } else {
        open.add(i);
        views.add(found);
      }
    }
    if (!open.isEmpty()) {
      FaceFeatures made = embedder.embed(views);
      for (int v = 0; v < open.size(); v++) {
        int i = open.get(v);
        FaceFeatures row = new FaceFeatures(made.features().select(v), made.embeddings().select(v));
        String recipe = views.get(v).recipe(embedder.viewNames());
        rows[i] = keep(keys[i], new CachedRow(row, recipe));
      }
    }
    return Arrays.stream(rows).map(Objects::requireNonNull).toList();
  }

  private @Nullable CacheKey key(PictureSource source, @Nullable RgbImage image) {
    if (cache == null || detector.id().isEmpty() || cropper.id().isEmpty()) {
      return null;
    }
    return CacheKey.builder("features 2")
        .text(detector.id().get())
        .text(cropper.id().get())
        .text(embedder.modelId())
        .text(String.join(FaceViews.RECIPE_SEPARATOR, embedder.viewNames()))
        .text(
            source.contentId().orElseGet(() -> CacheKey.ofPixels(requireNonNull(image)).toString()))
        .build();
  }

  private @Nullable CachedRow known(@Nullable CacheKey key) {
    return cache == null || key == null
        ? null
        : cache
            .get(key)
            .flatMap(
                bytes ->
                    CachedRow.decode(bytes, embedder.featureLength(), embedder.embeddingLength()))
            .orElse(null);
  }

  private CachedRow keep(@Nullable CacheKey key, CachedRow row) {
    if (cache != null && key != null) {
      cache.put(key, row.encode());
    }
    return row;
  }

  /** The views of the main face, or why there are none, as a sentence. */
  private FaceViews find(RgbImage image) {
    Optional<DetectedFace> face =
        detector.detect(image).stream()
            .max(Comparator.comparingDouble(f -> f.prominence(image.width(), image.height())));
    if (face.isEmpty()) {
      return FaceViews.rejected("no face was found");
    }
    FaceViews views = cropper.crop(image, face.get());
    return views.isRejected()
        ? FaceViews.rejected("the face cannot be used: " + views.rejection())
        : views;
  }
}
