package dev.mfr.landmarks.mask;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Which masks a {@link MaskSynthesizer} may choose from. Immutable.
 *
 * @param kinds the kinds, each as likely; not empty
 * @param patterns the patterns that cloth may have; plain is chosen half of the time where it is
 *     allowed; not empty
 * @param colors the fabric's colours, 0xRRGGBB; empty for each kind's own
 * @param lowestNose the least height on the nose, 0…1
 * @param highestNose the greatest height on the nose, 0…1, not below the least
 * @param strapShare how many of the masks have straps drawn, 0…1
 */
public record MaskOptions(
    Set<MaskKind> kinds,
    Set<MaskPattern> patterns,
    List<Integer> colors,
    double lowestNose,
    double highestNose,
    double strapShare) {

  private static final List<Integer> SURGICAL_COLORS =
      List.of(0x8FBFDE, 0x9CCBE6, 0x7FB2DA, 0xE9ECEE, 0xF2F3F2, 0xA6D3C0, 0x8CC7B4, 0x33353A);
  private static final List<Integer> CUP_COLORS = List.of(0xECEDEB, 0xF1F0EA, 0xE4E6E6, 0xDDE6EC);
  private static final List<Integer> FOLDED_COLORS =
      List.of(0xEDEEEE, 0xF3F3F1, 0xE6E8EA, 0xECEDEB, 0x2C2D31, 0x8A8F96);
  private static final List<Integer> CLOTH_COLORS =
      List.of(
          0x26272B, 0x2B2C30, 0x33415E, 0x44506B, 0x7C8086, 0xA9ACB0, 0xE6E4DF, 0xEFEFEF, 0x7A2530,
          0xA83A3F, 0x3F5B45, 0x66705A, 0xC9A9AC, 0xB58FA5, 0xC2B49A, 0x8A6B55, 0x3E7A86, 0xD0A13C);

  public MaskOptions {
    kinds = Sets.immutableEnumSet(kinds);
    patterns = Sets.immutableEnumSet(patterns);
    colors = List.copyOf(colors);
    checkArgument(!kinds.isEmpty(), "mask options need at least one kind");
    checkArgument(!patterns.isEmpty(), "mask options need at least one pattern");
    for (int rgb : colors) {
      checkArgument(
          (rgb & 0xFF000000) == 0, "a colour is 0xRRGGBB, got 0x%s", Integer.toHexString(rgb));
    }
    checkArgument(
        lowestNose >= 0 && lowestNose <= highestNose && highestNose <= 1,
        "heights on the nose rise within 0…1, got %s to %s",
        lowestNose,
        highestNose);
    checkArgument(
        strapShare >= 0 && strapShare <= 1, "a share of straps lies in 0…1, got %s", strapShare);
  }

  /**
   * {@return options with the defaults: every kind, pattern and colour, heights from 0.15 to 0.95,
   * straps on nine masks in ten}
   */
  public static MaskOptions defaults() {
    return builder().build();
  }

  /** {@return a builder with the values of {@link #defaults()}} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return the mask that a seed stands for under these options}
   *
   * @param seed equal seeds give equal designs
   */
  public MaskDesign design(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MaskKind kind = pick(List.copyOf(kinds), random);
    MaskPattern pattern = MaskPattern.PLAIN;
    double plainness = random.nextDouble();
    MaskPattern drawn = pick(List.copyOf(patterns), random);
    if (kind == MaskKind.CLOTH && (plainness > .5 || !patterns.contains(MaskPattern.PLAIN))) {
      pattern = drawn;
    }
    List<Integer> palette = colors.isEmpty() ? colorsOf(kind) : colors;
    int rgb = vary(pick(palette, random), random);
    int accent = vary(pick(CLOTH_COLORS, random), random);
    for (int i = 0; i < 8 && contrast(rgb, accent) < 60; i++) {
      accent = vary(pick(CLOTH_COLORS, random), random);
    }
    return new MaskDesign(
        kind,
        pattern,
        rgb,
        accent,
        lowestNose + (highestNose - lowestNose) * random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        clamp(1.6 * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5), 6),
        random.nextDouble() < strapShare);
  }

  private static List<Integer> colorsOf(MaskKind kind) {
    return switch (kind) {
      case SURGICAL -> SURGICAL_COLORS;
      case N95 -> CUP_COLORS;
      case KN95 -> FOLDED_COLORS;
      case CLOTH -> CLOTH_COLORS;
    };
  }

  private static <T> T pick(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }

  private static double clamp(double x, double limit) {
    return Math.max(-limit, Math.min(limit, x));
  }

  private static int vary(int rgb, SplittableRandom random) {
    int varied = 0;
    int lighter = random.nextInt(-7, 8);
    for (int shift = 16; shift >= 0; shift -= 8) {
      int channel = ((rgb >> shift) & 255) + lighter + random.nextInt(-5, 6);
      varied |= Math.max(0, Math.min(255, channel)) << shift;
    }
    return varied;
  }

  private static int contrast(int a, int b) {
    int sum = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      sum += Math.abs(((a >> shift) & 255) - ((b >> shift) & 255));
    }
    return sum;
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private Set<MaskKind> kinds = ImmutableSet.copyOf(MaskKind.values());
    private Set<MaskPattern> patterns = ImmutableSet.copyOf(MaskPattern.values());
    private List<Integer> colors = List.of();
    private double lowestNose = .15;
    private double highestNose = .95;
    private double strapShare = .9;

    private Builder() {}

    /**
     * Sets the kinds; all four unless called.
     *
     * @param kinds at least one
     * @return this builder
     */
    public Builder kinds(Collection<MaskKind> kinds) {
      this.kinds = ImmutableSet.copyOf(kinds);
      return this;
    }

    /**
     * Sets the patterns of cloth; all unless called.
     *
     * @param patterns at least one
     * @return this builder
     */
    public Builder patterns(Collection<MaskPattern> patterns) {
      this.patterns = ImmutableSet.copyOf(patterns);
      return this;
    }

    /**
     * Sets the fabric's colours, varied a little from mask to mask; each kind's own unless called.
     *
     * @param colors 0xRRGGBB; empty for each kind's own
     * @return this builder
     */
    public Builder colors(List<Integer> colors) {
      this.colors = List.copyOf(colors);
      return this;
    }

    /**
     * Sets the heights on the nose; 0.15 to 0.95 unless called.
     *
     * @param lowest 0 (just above the tip) … 1 (between the eyes)
     * @param highest at least {@code lowest}, at most 1
     * @return this builder
     */
    public Builder noseHeight(double lowest, double highest) {
      this.lowestNose = lowest;
      this.highestNose = highest;
      return this;
    }

    /**
     * Sets how many of the masks have straps drawn; 0.9 unless called.
     *
     * @param share 0…1
     * @return this builder
     */
    public Builder strapShare(double share) {
      this.strapShare = share;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException when a value is out of its range
     */
    public MaskOptions build() {
      return new MaskOptions(kinds, patterns, colors, lowestNose, highestNose, strapShare);
    }
  }
}
