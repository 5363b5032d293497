package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;

/**
 * How sure a gallery's answers must be.
 *
 * <p>A rate other than the default is refused when the calibration does not carry it as soon as a
 * classifier is made; a default one only when it is used.
 *
 * <p>Immutable and thread-safe.
 *
 * @param falsePositiveRate in identification, the share of faces of nobody enrolled that may get a
 *     name, above 0 and below 1; default {@value #DEFAULT_FALSE_POSITIVE_RATE}
 * @param falseAcceptRate in verification, the share of pairs of different people that may count as
 *     the same, above 0 and below 1; default {@value #DEFAULT_FALSE_ACCEPT_RATE}
 * @param minMargin how much more alike the first candidate must be than the second, 0…2; default 0
 * @param ranking how many candidates a classification holds, 1 or more; an {@link Identification}
 *     has two at least, for its margin; default {@value #DEFAULT_RANKING}
 * @param filter who may be an answer; default everybody
 * @param calibration where thresholds come from; default: what belongs to the embedder
 */
public record GalleryOptions(
    double falsePositiveRate,
    double falseAcceptRate,
    double minMargin,
    int ranking,
    GalleryFilter filter,
    Optional<Calibration> calibration) {

  /** {@value}: one stranger of a hundred gets a name. */
  public static final double DEFAULT_FALSE_POSITIVE_RATE = .01;

  /** {@value}: one pair of strangers of a thousand counts as the same person. */
  public static final double DEFAULT_FALSE_ACCEPT_RATE = .001;

  /** {@value} candidates. */
  public static final int DEFAULT_RANKING = 5;

  private static final GalleryOptions DEFAULTS = builder().build();

  public GalleryOptions {
    checkArgument(
        falsePositiveRate > 0 && falsePositiveRate < 1,
        "a false-positive rate lies between 0 and 1, got %s",
        falsePositiveRate);
    checkArgument(
        falseAcceptRate > 0 && falseAcceptRate < 1,
        "a false-accept rate lies between 0 and 1, got %s",
        falseAcceptRate);
    checkArgument(minMargin >= 0 && minMargin <= 2, "a margin lies in 0…2, got %s", minMargin);
    checkArgument(ranking >= 1, "a ranking has 1 candidate or more, got %s", ranking);
  }

  /** {@return the defaults} */
  public static GalleryOptions defaults() {
    return DEFAULTS;
  }

  /** {@return a builder with the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** Puts options together. Not thread-safe. */
  public static final class Builder {
    private double falsePositiveRate = DEFAULT_FALSE_POSITIVE_RATE;
    private double falseAcceptRate = DEFAULT_FALSE_ACCEPT_RATE;
    private double minMargin;
    private int ranking = DEFAULT_RANKING;
    private GalleryFilter filter = GalleryFilter.EVERYBODY;
    private Optional<Calibration> calibration = Optional.empty();

    private Builder() {}

    /**
     * {@return this builder, with a rate for identification}
     *
     * @param rate the share of faces of nobody enrolled that may get a name, between 0 and 1
     */
    public Builder falsePositiveRate(double rate) {
      this.falsePositiveRate = rate;
      return this;
    }

    /**
     * {@return this builder, with a rate for verification}
     *
     * @param rate the share of pairs of different people that may count as the same, between 0 and
     *     1
     */
    public Builder falseAcceptRate(double rate) {
      this.falseAcceptRate = rate;
      return this;
    }

    /**
     * {@return this builder, with a margin}
     *
     * @param margin how much more alike the first candidate must be than the second, 0…2
     */
    public Builder minMargin(double margin) {
      this.minMargin = margin;
      return this;
    }

    /**
     * {@return this builder, with a length of the ranking}
     *
     * @param candidates how many people, 1 or more
     */
    public Builder ranking(int candidates) {
      this.ranking = candidates;
      return this;
    }

    /**
     * {@return this builder, with a filter}
     *
     * @param who may be an answer; with another one than everybody, counting them for the threshold
     *     takes some nanoseconds a person
     */
    public Builder filter(GalleryFilter who) {
      this.filter = who;
      return this;
    }

    /**
     * {@return this builder, with thresholds of your own}
     *
     * @param measured as {@link ThresholdCalibrator} gives it, of the gallery's embedder
     */
    public Builder calibration(Calibration measured) {
      this.calibration = Optional.of(measured);
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException when a value is out of its range
     */
    public GalleryOptions build() {
      return new GalleryOptions(
          falsePositiveRate, falseAcceptRate, minMargin, ranking, filter, calibration);
    }
  }
}
