package dev.mfr.landmarks.mask;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;

/**
 * One mask: how it is made and how it is worn. Lengths are shares, so a design suits any face.
 *
 * @param kind what it is made as
 * @param pattern what is printed on it
 * @param rgb the fabric's colour in white light, 0xRRGGBB
 * @param accentRgb the pattern's second colour, 0xRRGGBB
 * @param noseHeight where its upper edge crosses the nose, 0 (just above the tip) … 1 (between the
 *     eyes)
 * @param width how far it reaches to the ears, 0 (a small mask) … 1 (a wide one)
 * @param chinReach how far it reaches below the chin, 0 (just around it) … 1 (over half of the
 *     throat's upper part)
 * @param puff how far the fabric stands off the face, 0 … 1
 * @param wrinkles how creased it is, 0 … 1
 * @param crookedness by how many degrees it is askew, −6 … 6, positive clockwise on the picture
 * @param straps whether loops or bands are drawn where the ears' skin is in sight
 */
public record MaskDesign(
    MaskKind kind,
    MaskPattern pattern,
    int rgb,
    int accentRgb,
    double noseHeight,
    double width,
    double chinReach,
    double puff,
    double wrinkles,
    double crookedness,
    boolean straps) {

  public MaskDesign {
    checkColor("colour", rgb);
    checkColor("second colour", accentRgb);
    checkShare("height on the nose", noseHeight);
    checkShare("width", width);
    checkShare("reach below the chin", chinReach);
    checkShare("puff", puff);
    checkShare("amount of wrinkles", wrinkles);
    checkArgument(
        crookedness >= -6 && crookedness <= 6,
        "a mask's crookedness lies in −6…6 degrees, got %s",
        crookedness);
    checkArgument(
        kind == MaskKind.CLOTH || pattern == MaskPattern.PLAIN,
        "only cloth has a pattern, got %s on %s",
        pattern,
        kind);
  }

  private static void checkColor(String what, int rgb) {
    checkArgument(
        (rgb & 0xFF000000) == 0, "the %s is 0xRRGGBB, got 0x%s", what, Integer.toHexString(rgb));
  }

  private static void checkShare(String what, double share) {
    checkArgument(share >= 0 && share <= 1, "a mask's %s lies in 0…1, got %s", what, share);
  }

  /**
   * {@return a builder of a plain mask of a kind: surgical blue, otherwise white, worn level and at
   * medium height, with straps}
   *
   * @param kind what it is made as
   */
  public static Builder builder(MaskKind kind) {
    return new Builder(kind);
  }

  /** {@return the kind, pattern, colour and height, for logs} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "MaskDesign[%s, %s, #%06x, nose %.2f]", kind, pattern, rgb, noseHeight);
  }

  /** Collects a design. Not thread-safe. */
  public static final class Builder {
    private final MaskKind kind;
    private MaskPattern pattern = MaskPattern.PLAIN;
    private int rgb;
    private int accentRgb = 0x303848;
    private double noseHeight = .6;
    private double width = .5;
    private double chinReach = .5;
    private double puff = .5;
    private double wrinkles = .4;
    private double crookedness;
    private boolean straps = true;

    private Builder(MaskKind kind) {
      this.kind = kind;
      this.rgb = kind == MaskKind.SURGICAL ? 0x8FBFDE : 0xECEDEB;
    }

    /**
     * Sets the fabric's colour; surgical blue or white unless called.
     *
     * @param rgb 0xRRGGBB
     * @return this builder
     */
    public Builder color(int rgb) {
      this.rgb = rgb;
      return this;
    }

    /**
     * Sets the pattern; plain unless called.
     *
     * @param pattern what is printed
     * @param accentRgb its second colour, 0xRRGGBB
     * @return this builder
     */
    public Builder pattern(MaskPattern pattern, int accentRgb) {
      this.pattern = pattern;
      this.accentRgb = accentRgb;
      return this;
    }

    /**
     * Sets where the upper edge crosses the nose; 0.6 unless called.
     *
     * @param noseHeight 0 (just above the tip) … 1 (between the eyes)
     * @return this builder
     */
    public Builder noseHeight(double noseHeight) {
      this.noseHeight = noseHeight;
      return this;
    }

    /**
     * Sets the mask's size; 0.5 and 0.5 unless called.
     *
     * @param width how far it reaches to the ears, 0 … 1
     * @param chinReach how far it reaches below the chin, 0 … 1
     * @return this builder
     */
    public Builder size(double width, double chinReach) {
      this.width = width;
      this.chinReach = chinReach;
      return this;
    }

    /**
     * Sets how the fabric lies; 0.5, 0.4 and 0 unless called.
     *
     * @param puff how far it stands off, 0 … 1
     * @param wrinkles how creased it is, 0 … 1
     * @param crookedness degrees askew, −6 … 6
     * @return this builder
     */
    public Builder fit(double puff, double wrinkles, double crookedness) {
      this.puff = puff;
      this.wrinkles = wrinkles;
      this.crookedness = crookedness;
      return this;
    }

    /**
     * Sets whether loops or bands are drawn; they are unless called.
     *
     * @param straps true to draw them
     * @return this builder
     */
    public Builder straps(boolean straps) {
      this.straps = straps;
      return this;
    }

    /**
     * {@return the design}
     *
     * @throws IllegalArgumentException when a number is out of its range
     */
    public MaskDesign build() {
      return new MaskDesign(
          kind,
          pattern,
          rgb,
          accentRgb,
          noseHeight,
          width,
          chinReach,
          puff,
          wrinkles,
          crookedness,
          straps);
    }
  }
}
