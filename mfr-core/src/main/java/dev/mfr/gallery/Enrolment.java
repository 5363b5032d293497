package dev.mfr.gallery;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.MaskReading;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.QualityVerdict;
import java.util.List;
import java.util.Optional;

/**
 * What came of one enrolment picture. That a picture will not do is a result and no exception.
 *
 * @param outcome whether the person was enrolled from it, or why not
 * @param message the same as a sentence for people, with what to do about it
 * @param faces all faces of the picture; where there are several and none was chosen, one of them
 *     is to be given to {@link Enroller#enrol(String, dev.mfr.image.RgbImage, DetectedFace)}
 * @param templates those that were added; empty when none was
 * @param mask whether the face wears a mask; {@link MaskReading#NONE} without one face
 * @param quality how good the picture of the face is, where it was measured
 * @param verdict what the gate says of that
 * @param lookalike somebody else of the gallery as whom the face would have been identified before:
 *     perhaps the same person under another name
 */
public record Enrolment(
    Outcome outcome,
    String message,
    List<DetectedFace> faces,
    List<Template> templates,
    MaskReading mask,
    Optional<FaceQuality> quality,
    QualityVerdict verdict,
    Optional<Candidate> lookalike) {

  public Enrolment {
    faces = List.copyOf(faces);
    templates = List.copyOf(templates);
  }

  /** Whether a person was enrolled from a picture, or why not. */
  public enum Outcome {
    /** Templates were added. */
    ENROLLED,
    /** The person already has the picture's template. */
    ALREADY_ENROLLED,
    /** No face was found. */
    NO_FACE,
    /** There are several faces, and it is not said which. */
    SEVERAL_FACES,
    /** The face's region cannot be used. */
    UNUSABLE_FACE,
    /** The gate does not let the picture pass. */
    POOR_QUALITY,
    /** The label of a picture of many cannot be a name; see {@link Gallery#checkName}. */
    ILLEGAL_NAME
  }

  /** {@return whether the person is enrolled from the picture, now or before} */
  public boolean isEnrolled() {
    return outcome == Outcome.ENROLLED || outcome == Outcome.ALREADY_ENROLLED;
  }

  /** {@return the outcome and no name, so that none gets into a log} */
  @Override
  public String toString() {
    return "Enrolment[" + outcome + ", " + templates.size() + " templates]";
  }
}
