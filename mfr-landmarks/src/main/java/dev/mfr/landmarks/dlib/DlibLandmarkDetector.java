package dev.mfr.landmarks.dlib;

import dev.mfr.LandmarkDetector;
import dev.mfr.MfrException;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.ModelException;
import dev.mfr.internal.UseCount;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds every face of a picture and measures dlib's 68 points of it.
 *
 * <p>Faces are found by another detector, the face mesh unless one is given; a box like dlib's own
 * is put around its eyes and handed to dlib's regression trees. So both detectors find the same
 * faces: box, score and presence are the other detector's, the landmarks alone are dlib's, in whole
 * pixels and without depth. They lie 1.9 % of the eye distance from those that dlib finds in its
 * own box; moving dlib's box by a step of its own grid moves them by 1.6 %.
 *
 * <p>Needs dlib's model file, which the user provides and whose licence excludes commercial use:
 * see {@link DlibModelFile#LICENCE_NOTE}. The networks bundled with mfr were trained on regions of
 * the face mesh, so figures on these landmarks say little about dlib's.
 *
 * <p>Thread-safe. Whoever opened it closes it; calls that are still running then finish first.
 * Memory is the other detector's and 70 MB of trees, which detectors of one {@link
 * DlibShapePredictor} share.
 */
public final class DlibLandmarkDetector implements LandmarkDetector, AutoCloseable {
  /** To be raised whenever equal pictures give other points than before: caches go by it. */
  private static final int VERSION = 1;

  private final LandmarkDetector faces;
  private final DlibShapePredictor predictor;
  private final UseCount uses;

  private DlibLandmarkDetector(LandmarkDetector faces, DlibShapePredictor predictor) {
    this.faces = faces;
    this.predictor = predictor;
    this.uses = new UseCount("the dlib landmark detector", () -> close(faces));
  }

  /**
   * {@return a detector with the model file that {@link DlibModelFile} finds and the face mesh}
   *
   * @throws ModelException when the file is not on this machine, with where to get it, or damaged
   * @throws InferenceException when no neural-network runtime is installed or it fails
   */
  public static DlibLandmarkDetector open() {
    return builder().open();
  }

  /**
   * {@return a detector with a model file and the face mesh}
   *
   * @param model dlib's shape_predictor_68_face_landmarks.dat
   * @throws ModelException when the file is absent, cut, damaged or something else
   * @throws InferenceException when no neural-network runtime is installed or it fails
   */
  public static DlibLandmarkDetector open(Path model) {
    return builder().model(model).open();
  }

  /** {@return a builder with the defaults of {@link #open()}} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return all faces of a picture in the order of the detector that finds them}
   *
   * @param image the picture; only read during the call
   * @throws IllegalStateException after {@link #close}
   * @throws InferenceException when the runtime fails
   */
  @Override
  public List<DetectedFace> detect(RgbImage image) {
    uses.enter();
    try {
      return faces.detect(image).stream().map(face -> measure(image, face)).toList();
    } finally {
      uses.exit();
    }
  }

  private DetectedFace measure(RgbImage image, DetectedFace face) {
    return new DetectedFace(
        face.box(), face.score(), predictor.predict(image, DlibBox.of(face)), face.presence());
  }

  /**
   * {@return the shape model and the id of the detector that finds the faces; empty without one}
   */
  @Override
  public Optional<String> id() {
    return faces.id().map(found -> "dlib68-" + VERSION + " " + predictor.id() + " " + found);
  }

  /** Closes the detector that finds the faces, at once or after the last running call. */
  @Override
  public void close() {
    uses.close();
  }

  private static void close(LandmarkDetector faces) {
    if (faces instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new MfrException("closing " + faces + " failed (" + e + ")", e);
      }
    }
  }

  /** {@return the name and its parts, never pictures} */
  @Override
  public String toString() {
    return "DlibLandmarkDetector[" + predictor + ", " + faces + "]";
  }

  /** Options of a detector. Not thread-safe. */
  public static final class Builder {
    private @Nullable DlibShapePredictor predictor;
    private @Nullable LandmarkDetector faces;

    private Builder() {}

    /**
     * Reads the model file; the one of {@link DlibModelFile#require()} unless called.
     *
     * @param model dlib's shape_predictor_68_face_landmarks.dat
     * @return this builder
     * @throws ModelException when the file is absent, cut, damaged or something else
     */
    public Builder model(Path model) {
      return predictor(DlibShapePredictor.read(model));
    }

    /**
     * Sets a predictor that has been read already.
     *
     * @param predictor any number of detectors may share it
     * @return this builder
     */
    public Builder predictor(DlibShapePredictor predictor) {
      this.predictor = predictor;
      return this;
    }

    /**
     * Sets the detector that finds the faces; {@link FaceMeshDetector#open()} unless called.
     *
     * @param faces its landmarks say where the eyes are; once opened, the new detector owns and
     *     closes it
     * @return this builder
     */
    public Builder faces(LandmarkDetector faces) {
      this.faces = faces;
      return this;
    }

    /**
     * {@return a detector with these options; the caller closes it}
     *
     * @throws ModelException when the model file is not on this machine, with where to get it, or
     *     damaged
     * @throws InferenceException when no neural-network runtime is installed or it fails
     */
    public DlibLandmarkDetector open() {
      DlibShapePredictor trees =
          predictor == null ? DlibShapePredictor.read(DlibModelFile.require()) : predictor;
      return new DlibLandmarkDetector(faces == null ? FaceMeshDetector.open() : faces, trees);
    }
  }
}
