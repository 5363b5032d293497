package dev.mfr.examples.experiment;

import dev.mfr.examples.experiment.GalleryFaces.Face;
import dev.mfr.examples.experiment.GalleryFaces.Look;
import dev.mfr.examples.experiment.GalleryFaces.Resolved;
import dev.mfr.face.Embedding;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.ThresholdCalibrator;
import java.time.LocalDate;
import java.util.List;

/** Calibrates embedders on photographs and masked copies of them. */
public final class GalleryCalibration {
  private GalleryCalibration() {}

  /**
   * {@return the calibration of a way}
   *
   * <p>Every photograph is compared and searched for as it is and with a mask; it is enrolled as it
   * is and with another mask.
   *
   * @param way the embedder and its weights
   * @param faces of people whom none of its networks was trained on
   * @param dataset names them
   * @param date the day
   * @throws dev.mfr.gallery.GalleryException when there are too few of them
   */
  public static Calibration of(GalleryWay way, GalleryFaces faces, String dataset, LocalDate date) {
    return of(faces.resolve(way), faces, dataset, date);
  }

  static Calibration of(Resolved way, GalleryFaces faces, String dataset, LocalDate date) {
    ThresholdCalibrator calibrator = ThresholdCalibrator.of(way.model());
    if (way.blocks().stream()
        .anyMatch(block -> block.unmaskedFactor() != 1 || block.maskedFactor() != 1)) {
      calibrator.blocks(way.blocks());
    }
    for (Face face : faces.all(Look.UNMASKED)) {
      Embedding embedding = way.embedding(face);
      calibrator.add(face.person(), face.photograph(), MaskState.UNMASKED, embedding);
      Face drawn = faces.of(Look.ENROLLED_MASK, face.photograph());
      calibrator.enrol(
          face.person(), embedding, drawn == null ? List.of() : List.of(way.embedding(drawn)));
    }
    for (Face face : faces.all(Look.MASKED)) {
      calibrator.add(face.person(), face.photograph(), MaskState.MASKED, way.embedding(face));
    }
    return calibrator.calibrate(dataset, date);
  }
}
