package dev.mfr.landmarks;

import dev.mfr.Augmentation;
import dev.mfr.ComponentProvider;
import dev.mfr.LandmarkDetector;
import dev.mfr.RoiCropper;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.crop.RoiPoints;
import dev.mfr.landmarks.crop.RoiShape;
import dev.mfr.landmarks.mask.MaskedCopies;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.landmarks.quality.FaceQualityMeter;
import dev.mfr.quality.QualityAssessor;
import java.util.List;
import java.util.Optional;

/**
 * The parts that this module brings along: the face mesh detector, the croppers of the views {@code
 * "roi"}, {@code "chip"} and {@code "face"}, masked copies for training, and the quality of a
 * face's picture. Stateless and thread-safe.
 */
public final class LandmarkComponents implements ComponentProvider {

  /** For {@link java.util.ServiceLoader}. */
  public LandmarkComponents() {}

  @Override
  public Optional<LandmarkDetector> detector() {
    return Optional.of(FaceMeshDetector.open());
  }

  @Override
  public Optional<Augmentation> augmentation() {
    return Optional.of(MaskedCopies.create());
  }

  @Override
  public Optional<QualityAssessor> qualityAssessor() {
    return Optional.of(FaceQualityMeter.create());
  }

  @Override
  public Optional<RoiCropper> cropperForView(String viewName) {
    return switch (viewName) {
      case PeriocularCropper.VIEW -> Optional.of(PeriocularCropper.fourPoint());
      case AlignedFaceCropper.VIEW -> Optional.of(AlignedFaceCropper.dlib());
      case AlignedFaceCropper.SMALL_VIEW -> Optional.of(AlignedFaceCropper.small());
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<RoiCropper> cropperForRecipe(String recipe) {
    for (LandmarkScheme scheme : LandmarkScheme.values()) {
      for (AlignedFaceCropper cropper :
          List.of(AlignedFaceCropper.dlib(), AlignedFaceCropper.small())) {
        if (recipe.equals(cropper.recipe(scheme))) {
          return Optional.of(cropper);
        }
      }
      for (RoiPoints points : RoiPoints.values()) {
        for (RoiShape shape : RoiShape.values()) {
          PeriocularCropper cropper = PeriocularCropper.of(points, shape);
          if (points.isIn(scheme) && recipe.equals(cropper.recipe(scheme))) {
            return Optional.of(cropper);
          }
        }
      }
    }
    return Optional.empty();
  }
}
