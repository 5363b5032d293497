package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import dev.mfr.dataset.LabelledPicture;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.HeadException;
import dev.mfr.head.TrainingSet;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Takes labelled pictures through the front of the pipeline, detect, crop and embed, and keeps the
 * features: the input of training.
 *
 * <p>A picture counts with its main face ({@link DetectedFace#prominence}). Pictures that cannot be
 * read or show no usable face are skipped and reported with the reason. Thread-safe; it does not
 * own its parts and closes nothing.
 */
public final class FeatureExtractor {
  private static final int BATCH = 16;

  private final LandmarkDetector detector;
  private final RoiCropper cropper;
  private final FaceEmbedder embedder;

  /**
   * @param detector finds the faces
   * @param cropper gives the views that the embedder looks at
   * @param embedder makes the features
   */
  public FeatureExtractor(LandmarkDetector detector, RoiCropper cropper, FaceEmbedder embedder) {
    this.detector = detector;
    this.cropper = cropper;
    this.embedder = embedder;
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
   * @param pictures loaded one by one; 16 faces are held at a time
   * @param listener hears of each picture
   * @throws MfrException when the network fails; a picture's own failure is only reported
   */
  public Extraction extract(Iterable<LabelledPicture> pictures, Listener listener) {
    List<LabelledPicture> used = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    List<FaceViews> batch = new ArrayList<>();
    List<FeatureMatrix> features = new ArrayList<>();
    List<FeatureMatrix> embeddings = new ArrayList<>();
    @Nullable String recipe = null;
    for (LabelledPicture picture : pictures) {
      Found found = find(picture);
      if (found.views == null) {
        skipped.add(new Skipped(picture, found.reason));
        listener.onPicture(picture, Optional.of(found.reason));
        continue;
      }
      String made = found.views.recipe(embedder.viewNames());
      if (recipe == null) {
        recipe = made;
      }
      checkArgument(
          recipe.equals(made),
          "the cropper changed its recipe from %s to %s between two pictures",
          recipe,
          made);
      used.add(picture);
      batch.add(found.views);
      if (batch.size() == BATCH) {
        embed(batch, features, embeddings);
      }
      listener.onPicture(picture, Optional.empty());
    }
    embed(batch, features, embeddings);
    return new Extraction(
        used,
        new FaceFeatures(
            FeatureMatrix.concat(embedder.featureLength(), features),
            FeatureMatrix.concat(embedder.embeddingLength(), embeddings)),
        embedder.modelId(),
        recipe == null ? "" : recipe,
        embedder.similarityThreshold(),
        embedder.featureBlocks(),
        skipped);
  }

  private void embed(
      List<FaceViews> batch, List<FeatureMatrix> features, List<FeatureMatrix> embeddings) {
    if (!batch.isEmpty()) {
      FaceFeatures made = embedder.embed(batch);
      features.add(made.features());
      embeddings.add(made.embeddings());
      batch.clear();
    }
  }

  private record Found(@Nullable FaceViews views, String reason) {}

  private Found find(LabelledPicture picture) {
    RgbImage image;
    try {
      image = picture.source().load();
    } catch (MfrException e) {
      return new Found(null, requireNonNull(e.getMessage()));
    }
    Optional<DetectedFace> face =
        detector.detect(image).stream()
            .max(Comparator.comparingDouble(f -> f.prominence(image.width(), image.height())));
    if (face.isEmpty()) {
      return new Found(null, "no face was found");
    }
    FaceViews views = cropper.crop(image, face.get());
    if (views.isRejected()) {
      return new Found(null, "the face cannot be used: " + views.rejection());
    }
    return new Found(views, "");
  }
}
