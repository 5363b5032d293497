package dev.mfr;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.gallery.Calibration;
import dev.mfr.quality.QualityAssessor;
import java.util.Optional;

/**
 * Offers the parts of a pipeline that a module brings along, so that {@link MaskedFaceRecognizer}
 * has defaults and can find again what a saved head was trained with.
 *
 * <p>Found through {@link java.util.ServiceLoader}; mfr-landmarks offers a detector and croppers,
 * mfr-onnx embedders. A provider overrides what it has. Whoever asks for a part owns it and closes
 * it.
 */
public interface ComponentProvider {

  /** {@return a detector, opened, or empty} */
  default Optional<LandmarkDetector> detector() {
    return Optional.empty();
  }

  /** {@return what a training set is usually enlarged by, or empty} */
  default Optional<Augmentation> augmentation() {
    return Optional.empty();
  }

  /**
   * {@return the usual cropper that gives a view of a name, or empty}
   *
   * @param viewName the view that an embedder looks at, such as {@code "roi"}
   */
  default Optional<RoiCropper> cropperForView(String viewName) {
    return Optional.empty();
  }

  /**
   * {@return the cropper that makes views by a recipe, or empty}
   *
   * @param recipe as {@link dev.mfr.face.FaceView#recipe()} gives it
   */
  default Optional<RoiCropper> cropperForRecipe(String recipe) {
    return Optional.empty();
  }

  /** {@return what measures how well a picture shows a face, or empty} */
  default Optional<QualityAssessor> qualityAssessor() {
    return Optional.empty();
  }

  /** {@return what says whether a face wears a mask, opened, or empty} */
  default Optional<MaskStateEstimator> maskStateEstimator() {
    return Optional.empty();
  }

  /** {@return the default embedder, opened, or empty} */
  default Optional<FaceEmbedder> embedder() {
    return Optional.empty();
  }

  /**
   * {@return an embedder by its id, opened, or empty}
   *
   * @param modelId as {@link FaceEmbedder#modelId()} gives it
   */
  default Optional<FaceEmbedder> embedderOf(String modelId) {
    return Optional.empty();
  }

  /** {@return the usual embedder of galleries, opened, or empty} */
  default Optional<FaceEmbedder> galleryEmbedder() {
    return Optional.empty();
  }

  /**
   * {@return thresholds that were measured with an embedder, or empty}
   *
   * @param embedderId as {@link FaceEmbedder#modelId()} gives it
   */
  default Optional<Calibration> calibrationOf(String embedderId) {
    return Optional.empty();
  }
}
