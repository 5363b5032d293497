package dev.mfr.quality;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.quality.QualityIssue.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The limits that a picture of a face must keep. Immutable.
 *
 * <p>Three are ready: {@link #enrolment()} for pictures that a person is known by from now on,
 * {@link #probe()} for pictures to recognise, {@link #none()}. A limit itself passes. A pose that
 * was not measured passes too.
 *
 * @param minEyeDistance the least distance between the eyes, in pixels, 0 or more
 * @param minSharpness the least sharpness, 0 or more
 * @param minBrightness the least mean luma of the face, 0…1
 * @param maxBrightness the greatest mean luma of the face, 0…1
 * @param maxClipped the greatest share of pixels that show nothing, 0…1
 * @param maxYaw how far the head may be turned to either side, in degrees, 0…180
 * @param maxPitchUp how far it may look up, in degrees, 0…180
 * @param maxPitchDown how far it may look down, in degrees, 0…180
 * @param maxRoll how far it may lean to either side, in degrees, 0…180
 * @param minMargin the least distance of the face's outline from the border, in eye distances;
 *     negative when a part may lie outside
 * @param minPresence the least certainty that a whole face is seen, 0…1
 */
public record QualityGate(
    double minEyeDistance,
    double minSharpness,
    double minBrightness,
    double maxBrightness,
    double maxClipped,
    double maxYaw,
    double maxPitchUp,
    double maxPitchDown,
    double maxRoll,
    double minMargin,
    double minPresence) {

  public QualityGate {
    checkArgument(
        minEyeDistance >= 0 && Double.isFinite(minEyeDistance),
        "minEyeDistance must not be negative, got %s",
        minEyeDistance);
    checkArgument(
        minSharpness >= 0 && Double.isFinite(minSharpness),
        "minSharpness must not be negative, got %s",
        minSharpness);
    checkArgument(
        minBrightness >= 0 && minBrightness <= 1,
        "minBrightness must lie in 0…1, got %s",
        minBrightness);
    checkArgument(
        maxBrightness >= 0 && maxBrightness <= 1,
        "maxBrightness must lie in 0…1, got %s",
        maxBrightness);
    checkArgument(
        maxClipped >= 0 && maxClipped <= 1, "maxClipped must lie in 0…1, got %s", maxClipped);
    checkArgument(maxYaw >= 0 && maxYaw <= 180, "maxYaw must lie in 0…180 degrees, got %s", maxYaw);
    checkArgument(
        maxPitchUp >= 0 && maxPitchUp <= 180,
        "maxPitchUp must lie in 0…180 degrees, got %s",
        maxPitchUp);
    checkArgument(
        maxPitchDown >= 0 && maxPitchDown <= 180,
        "maxPitchDown must lie in 0…180 degrees, got %s",
        maxPitchDown);
    checkArgument(
        maxRoll >= 0 && maxRoll <= 180, "maxRoll must lie in 0…180 degrees, got %s", maxRoll);
    checkArgument(!Double.isNaN(minMargin), "minMargin must be a number, got %s", minMargin);
    checkArgument(
        minPresence >= 0 && minPresence <= 1, "minPresence must lie in 0…1, got %s", minPresence);
    checkArgument(
        minBrightness <= maxBrightness,
        "minBrightness must not exceed maxBrightness, got %s and %s",
        minBrightness,
        maxBrightness);
  }

  /**
   * {@return the strict gate, for pictures that a person is known by from now on: at least 30
   * pixels between the eyes, sharpness 0.6, brightness 0.12…0.85, at most 0.15 clipped, turned by
   * at most 25° to a side, 20° up, 25° down and 20° in roll, a margin of 0.1 and a presence of 0.5}
   */
  public static QualityGate enrolment() {
    return builder()
        .minEyeDistance(30)
        .minSharpness(.6)
        .brightness(.12, .85)
        .maxClipped(.15)
        .maxYaw(25)
        .maxPitch(20, 25)
        .maxRoll(20)
        .minMargin(.1)
        .minPresence(.5)
        .build();
  }

  /**
   * {@return the lenient gate, for pictures to recognise, masked ones among them: at least 16
   * pixels between the eyes, sharpness 0.25, brightness 0.05…0.95, at most 0.5 clipped, turned by
   * at most 50° to a side, 35° up, 40° down and 45° in roll, a margin of −0.5, any presence}
   */
  public static QualityGate probe() {
    return builder()
        .minEyeDistance(16)
        .minSharpness(.25)
        .brightness(.05, .95)
        .maxClipped(.5)
        .maxYaw(50)
        .maxPitch(35, 40)
        .maxRoll(45)
        .minMargin(-.5)
        .build();
  }

  /** {@return the gate that everything passes} */
  public static QualityGate none() {
    return builder().build();
  }

  /** {@return a builder that starts from {@link #none()}} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that starts from this gate} */
  public Builder toBuilder() {
    return new Builder()
        .minEyeDistance(minEyeDistance)
        .minSharpness(minSharpness)
        .brightness(minBrightness, maxBrightness)
        .maxClipped(maxClipped)
        .maxYaw(maxYaw)
        .maxPitch(maxPitchUp, maxPitchDown)
        .maxRoll(maxRoll)
        .minMargin(minMargin)
        .minPresence(minPresence);
  }

  /**
   * {@return whether a face passes, and what is wrong if not}
   *
   * <p>A measure that is NaN fails every limit but the open one.
   *
   * @param quality what was measured
   */
  public QualityVerdict check(FaceQuality quality) {
    List<QualityIssue> issues = new ArrayList<>();
    atLeast(minPresence, 0, quality.presence(), Kind.NOT_A_WHOLE_FACE, issues);
    atLeast(minMargin, Double.NEGATIVE_INFINITY, quality.margin(), Kind.AT_THE_BORDER, issues);
    atLeast(minEyeDistance, 0, quality.eyeDistance(), Kind.TOO_SMALL, issues);
    quality.pose().ifPresent(pose -> check(pose, issues));
    atLeast(minBrightness, 0, quality.brightness(), Kind.TOO_DARK, issues);
    atMost(maxBrightness, 1, quality.brightness(), Kind.TOO_BRIGHT, issues);
    atMost(maxClipped, 1, quality.clipped(), Kind.HARSH_LIGHT, issues);
    atLeast(minSharpness, 0, quality.sharpness(), Kind.BLURRED, issues);
    return new QualityVerdict(issues);
  }

  private void check(HeadPose pose, List<QualityIssue> issues) {
    atMost(maxYaw, 180, pose.yaw(), Kind.TURNED_LEFT, issues);
    atLeast(-maxYaw, -180, pose.yaw(), Kind.TURNED_RIGHT, issues);
    atMost(maxPitchUp, 180, pose.pitch(), Kind.LOOKING_UP, issues);
    atLeast(-maxPitchDown, -180, pose.pitch(), Kind.LOOKING_DOWN, issues);
    double roll = Math.abs(pose.roll());
    atMost(maxRoll, 180, roll, Kind.TILTED, issues);
  }

  private static void atLeast(
      double limit, double open, double value, Kind kind, List<QualityIssue> issues) {
    if (limit != open && !(value >= limit)) {
      issues.add(new QualityIssue(kind, value, limit));
    }
  }

  private static void atMost(
      double limit, double open, double value, Kind kind, List<QualityIssue> issues) {
    if (limit != open && !(value <= limit)) {
      issues.add(new QualityIssue(kind, value, limit));
    }
  }

  /** Collects limits; what is not set is open. Not thread-safe. */
  public static final class Builder {
    private double minEyeDistance;
    private double minSharpness;
    private double minBrightness;
    private double maxBrightness = 1;
    private double maxClipped = 1;
    private double maxYaw = 180;
    private double maxPitchUp = 180;
    private double maxPitchDown = 180;
    private double maxRoll = 180;
    private double minMargin = Double.NEGATIVE_INFINITY;
    private double minPresence;

    private Builder() {}

    /**
     * {@return this builder}
     *
     * @param pixels the least distance between the eyes, in pixels, 0 or more
     */
    public Builder minEyeDistance(double pixels) {
      this.minEyeDistance = pixels;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param sharpness the least sharpness, 0 or more
     */
    public Builder minSharpness(double sharpness) {
      this.minSharpness = sharpness;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param least the least mean luma of the face, 0…1
     * @param greatest the greatest mean luma of the face, 0…1, not less than the least
     */
    public Builder brightness(double least, double greatest) {
      this.minBrightness = least;
      this.maxBrightness = greatest;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param share the greatest share of pixels that show nothing, 0…1
     */
    public Builder maxClipped(double share) {
      this.maxClipped = share;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param degrees how far the head may be turned to either side, in degrees, 0…180
     */
    public Builder maxYaw(double degrees) {
      this.maxYaw = degrees;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param up how far the head may look up, in degrees, 0…180
     * @param down how far it may look down, in degrees, 0…180
     */
    public Builder maxPitch(double up, double down) {
      this.maxPitchUp = up;
      this.maxPitchDown = down;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param degrees how far the head may lean to either side, in degrees, 0…180
     */
    public Builder maxRoll(double degrees) {
      this.maxRoll = degrees;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param eyeDistances the least distance of the face's outline from the border, in eye
     *     distances; negative when a part may lie outside
     */
    public Builder minMargin(double eyeDistances) {
      this.minMargin = eyeDistances;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param presence the least certainty that a whole face is seen, 0…1
     */
    public Builder minPresence(double presence) {
      this.minPresence = presence;
      return this;
    }

    /**
     * {@return the gate}
     *
     * @throws IllegalArgumentException when a limit is out of its range
     */
    public QualityGate build() {
      return new QualityGate(
          minEyeDistance,
          minSharpness,
          minBrightness,
          maxBrightness,
          maxClipped,
          maxYaw,
          maxPitchUp,
          maxPitchDown,
          maxRoll,
          minMargin,
          minPresence);
    }
  }
}
