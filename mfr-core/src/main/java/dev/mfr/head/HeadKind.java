package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a head computes of the features, and which loss it is trained with. All kinds end in a
 * softmax over the people.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface HeadKind {

  /**
   * The scale of the heads with a margin, unless said otherwise: 16. The papers' 64 is for tens of
   * thousands of people; with a hundred it leaves nearly nothing to learn.
   */
  double DEFAULT_SCALE = 16;

  /** {@return a linear layer, as in the paper: the default} */
  static HeadKind linear() {
    return new Linear();
  }

  /** {@return an additive cosine margin of scale 16 and margin 0.35} */
  static HeadKind cosine() {
    return new Cosine(DEFAULT_SCALE, .35);
  }

  /** {@return an additive angular margin of scale 16 and margin 0.5} */
  static HeadKind additiveAngular() {
    return new AdditiveAngular(DEFAULT_SCALE, .5);
  }

  /** {@return one hidden layer of 256 units and dropout 0.5} */
  static HeadKind hidden() {
    return new Hidden(256, .5);
  }

  /** Logits are a linear function of the standardised features; plain cross-entropy. */
  record Linear() implements HeadKind {}

  /**
   * CosFace: logits are the scaled cosines of the angles between the standardised features and a
   * direction for each person; in training the true person's cosine is lowered by the margin, so
   * that people are kept further apart than they need to be. Recognition has no margin.
   *
   * <p>H. Wang et al. (2018), "CosFace: Large Margin Cosine Loss for Deep Face Recognition". The
   * directions start at the people's mean features. {@link TrainingOptions#l2()} has no effect.
   *
   * @param scale what cosines are multiplied by, more than 0 and at most 1000
   * @param margin what the true person's cosine is lowered by, 0…1
   */
  record Cosine(double scale, double margin) implements HeadKind {
    public Cosine {
      checkScale(scale);
      checkArgument(
          margin >= 0 && margin <= 1, "a margin of cosines must lie in 0…1, got %s", margin);
    }
  }

  /**
   * ArcFace: as {@link Cosine}, but the margin is added to the true person's angle.
   *
   * <p>J. Deng et al. (2019), "ArcFace: Additive Angular Margin Loss for Deep Face Recognition".
   * Beyond the angle π − margin the cosine of the sum would rise again and pull the features the
   * wrong way. The paper's code there takes a plain cosine or a straight line, or has no margin
   * beyond π/2 ("easy margin"). Here the logit goes on falling as −2 − cos(angle + margin), which
   * is continuous with its slope, as in SphereFace; every picture has its margin.
   *
   * @param scale what cosines are multiplied by, more than 0 and at most 1000
   * @param margin what is added to the true person's angle, in radians, 0…π/2
   */
  record AdditiveAngular(double scale, double margin) implements HeadKind {
    public AdditiveAngular {
      checkScale(scale);
      checkArgument(
          margin >= 0 && margin <= Math.PI / 2,
          "a margin of angles must lie in 0…π/2, got %s",
          margin);
    }
  }

  /**
   * One hidden layer of rectified linear units between the standardised features and the softmax.
   *
   * <p>Its weights start as K. He et al. (2015), "Delving Deep into Rectifiers", from the seed.
   *
   * @param units how many, 1…65536
   * @param dropout the part of the units that is left out of each picture's step in training, 0
   *     (none) to 1 (excluded)
   */
  record Hidden(int units, double dropout) implements HeadKind {
    public Hidden {
      checkArgument(
          units >= 1 && units <= 65536, "a hidden layer needs 1…65536 units, got %s", units);
      checkArgument(
          dropout >= 0 && dropout < 1, "the dropout must lie in 0…1 (excluded), got %s", dropout);
    }
  }

  private static void checkScale(double scale) {
    checkArgument(
        scale > 0 && scale <= 1000,
        "the scale of a head with a margin must lie above 0 and at most at 1000, got %s",
        scale);
  }
}
