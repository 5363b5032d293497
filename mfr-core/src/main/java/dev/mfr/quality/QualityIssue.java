package dev.mfr.quality;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * One thing that a {@link QualityGate} finds wrong with a picture of a face.
 *
 * @param kind what is wrong
 * @param value what was measured, in the unit that {@link FaceQuality} gives it in
 * @param limit what the gate asks for at least or at most, in the same unit
 */
public record QualityIssue(Kind kind, double value, double limit) {

  public QualityIssue {
    checkArgument(!Double.isNaN(limit), "an issue of the kind %s needs a limit, got NaN", kind);
  }

  /**
   * What can be wrong, in the order in which it is best put right: a face must be whole before it
   * is large, and large before its sharpness counts.
   */
  public enum Kind {
    /** The landmark network doubts that it sees a whole face: {@link FaceQuality#presence()}. */
    NOT_A_WHOLE_FACE("show your whole face, with nothing in front of it"),
    /** A part of the face is at the border or beyond it: {@link FaceQuality#margin()}. */
    AT_THE_BORDER("move your face into the middle of the picture"),
    /** The face has too few pixels: {@link FaceQuality#eyeDistance()}. */
    TOO_SMALL("come closer to the camera"),
    /**
     * The head is turned to its own left, the right edge of the picture: {@link HeadPose#yaw()}.
     */
    TURNED_LEFT("turn your face towards the camera, a little to your right"),
    /**
     * The head is turned to its own right, the left edge of the picture: {@link HeadPose#yaw()}.
     */
    TURNED_RIGHT("turn your face towards the camera, a little to your left"),
    /** The head looks up: {@link HeadPose#pitch()}. */
    LOOKING_UP("lower your chin and look into the camera"),
    /** The head looks down: {@link HeadPose#pitch()}. */
    LOOKING_DOWN("raise your chin and look into the camera"),
    /** The head leans to one side, or the camera does: {@link HeadPose#roll()}. */
    TILTED("hold your head upright"),
    /** The face is too dark: {@link FaceQuality#brightness()}. */
    TOO_DARK("more light is needed on your face"),
    /** The face is too bright: {@link FaceQuality#brightness()}. */
    TOO_BRIGHT("less light is needed on your face"),
    /** Black or white patches show nothing: {@link FaceQuality#clipped()}. */
    HARSH_LIGHT("even light is needed, without deep shadows, glare or dark glasses"),
    /** The face is out of focus or was moving: {@link FaceQuality#sharpness()}. */
    BLURRED("hold still, and keep the camera still and its lens clean");

    private final String advice;

    Kind(String advice) {
      this.advice = advice;
    }

    /**
     * {@return what the person before the camera can do about it: a clause in English without a
     * capital letter or a full stop, such as {@code "come closer to the camera"}}
     */
    public String advice() {
      return advice;
    }
  }

  /**
   * {@return the advice as a sentence that an enrolment screen can show, such as {@code "Come
   * closer to the camera."}}
   */
  public String sentence() {
    String advice = kind.advice();
    return Character.toUpperCase(advice.charAt(0)) + advice.substring(1) + ".";
  }
}
