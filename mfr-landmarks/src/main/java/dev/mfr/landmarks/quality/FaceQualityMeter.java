package dev.mfr.landmarks.quality;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import dev.mfr.landmarks.pose.CanonicalFace;
import dev.mfr.landmarks.pose.FacePose;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import dev.mfr.quality.QualityAssessor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures faces by their landmarks and by the band of their eyes, brows and lower forehead, which
 * a mask leaves visible: bare and masked faces are measured by the same part, and a smooth or white
 * mask changes neither sharpness nor brightness.
 *
 * <p>The points are the mesh's 468 or dlib's 68. Immutable and thread-safe.
 */
public final class FaceQualityMeter implements QualityAssessor {
  /** Between the eyes' middles of the canonical face, in cm. */
  private static final double CANONICAL_EYE_DISTANCE = canonicalEyeDistance();

  private static final double BLACK = 8;
  private static final double WHITE = 250;

  private FaceQualityMeter() {}

  /** {@return a meter} */
  public static FaceQualityMeter create() {
    return new FaceQualityMeter();
  }

  private static double canonicalEyeDistance() {
    CanonicalFace face = CanonicalFace.instance();
    return (face.x(263) + face.x(362) - face.x(33) - face.x(133)) / 2;
  }

  @Override
  public FaceQuality assess(RgbImage image, DetectedFace face) {
    Landmarks landmarks = face.landmarks();
    double eyeDistance = landmarks.eyeDistance();
    FacePose pose = FacePose.of(landmarks);
    double margin = margin(image, landmarks, pose, eyeDistance);
    Optional<HeadPose> angles = pose == null ? Optional.empty() : Optional.of(pose.angles());
    // A turned head's eyes lie closer together, but its details do not.
    double unit = pose == null ? eyeDistance : CANONICAL_EYE_DISTANCE * pose.scale();
    if (!(unit >= 1)) {
      return new FaceQuality(eyeDistance, 0, 0, 1, angles, margin, face.presence());
    }
    EyeBand band = EyeBand.of(image, landmarks, unit);
    double sum = 0;
    int clipped = 0;
    int n = 0;
    int rim = EyeBand.RIM;
    for (int y = rim; y < band.height - rim; y++) {
      for (int x = rim; x < band.width - rim; x++) {
        int i = y * band.width + x;
        if (band.inside[i]) {
          float luma = band.luma[i];
          sum += luma;
          clipped += luma < BLACK || luma > WHITE ? 1 : 0;
          n++;
        }
      }
    }
    return new FaceQuality(
        eyeDistance,
        EdgeSharpness.of(band),
        n == 0 ? 0 : sum / (255.0 * n),
        n == 0 ? 1 : (double) clipped / n,
        angles,
        margin,
        face.presence());
  }

  private static double margin(
      RgbImage image, Landmarks landmarks, @Nullable FacePose pose, double eyeDistance) {
    Box bounds = landmarks.bounds();
    double left = bounds.x();
    double top = bounds.y();
    double right = left + bounds.width();
    double bottom = top + bounds.height();
    if (landmarks.scheme() == LandmarkScheme.DLIB_68 && pose != null) {
      // The 68 points end at the brows; the forehead is where the canonical face has it.
      CanonicalFace face = CanonicalFace.instance();
      for (int v : FaceMeshTopology.FACE_OVAL) {
        if (face.y(v) > 4) {
          double x = pose.posed(0, face.x(v), face.y(v), face.z(v));
          double y = -pose.posed(1, face.x(v), face.y(v), face.z(v));
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
      }
    }
    double nearest =
        Math.min(
            Math.min(left + .5, top + .5),
            Math.min(image.width() - .5 - right, image.height() - .5 - bottom));
    return nearest / Math.max(eyeDistance, 1e-6);
  }
}
