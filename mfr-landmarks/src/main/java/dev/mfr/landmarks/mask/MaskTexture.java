package dev.mfr.landmarks.mask;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/**
 * The fabric of a mask, unrolled: its colours in white, even light, with seams, pleats and print.
 *
 * <p>Drawn in centimetres, 22 wide and 12 high, which are u and v from 0 to 1. Not modified once
 * made.
 */
final class MaskTexture {
  static final double WIDTH_CM = 22;
  static final double HEIGHT_CM = 12;

  private static final Color STITCH_DARK = new Color(0, 0, 0, 60);

  private final int width;
  private final int height;
  private final int[] rgb;

  private MaskTexture(int width, int height, int[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * @param pixelsPerCm the resolution; the picture's own or a little more
   * @param saturation 1 for the design's colours, 0 for greys of the same luminance
   */
  static MaskTexture paint(
      MaskDesign design, double pixelsPerCm, double saturation, SplittableRandom random) {
    int w = (int) Math.max(96, Math.min(1600, Math.ceil(WIDTH_CM * pixelsPerCm)));
    int h = (int) Math.ceil(w * HEIGHT_CM / WIDTH_CM);
    BufferedImage canvas = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = canvas.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      g.scale(w / WIDTH_CM, h / HEIGHT_CM);
      g.setColor(new Color(design.rgb()));
      g.fill(new Rectangle2D.Double(-1, -1, WIDTH_CM + 2, HEIGHT_CM + 2));
      new Painter(g, design, random, WIDTH_CM / w).paint();
    } finally {
      g.dispose();
    }
    int[] rgb = ((DataBufferInt) canvas.getRaster().getDataBuffer()).getData();
    finish(rgb, w, h, saturation, design, random);
    return new MaskTexture(w, h, rgb);
  }

  /** Uneven fabric, and the loss of colour. */
  private static void finish(
      int[] rgb, int w, int h, double saturation, MaskDesign design, SplittableRandom random) {
    SmoothNoise cloudy = new SmoothNoise(random);
    double amount = design.kind() == MaskKind.CLOTH ? .035 : .02;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double cm = WIDTH_CM / w;
        double gain =
            1
                + amount * cloudy.at(x * cm * .9, y * cm * .9)
                + .6 * amount * cloudy.at(x * cm * 4.1, y * cm * 4.1 + 31);
        int p = rgb[y * w + x];
        double r = ((p >> 16) & 255) * gain;
        double g = ((p >> 8) & 255) * gain;
        double b = (p & 255) * gain;
        double luma = .299 * r + .587 * g + .114 * b;
        rgb[y * w + x] =
            byteOf(luma + saturation * (r - luma)) << 16
                | byteOf(luma + saturation * (g - luma)) << 8
                | byteOf(luma + saturation * (b - luma));
      }
    }
  }

  private static int byteOf(double x) {
    return (int) Math.max(0, Math.min(255, Math.round(x)));
  }

  /** Writes the linear red, green and blue at a place, interpolated. */
  void sample(float u, float v, float[] out, int at) {
    float x = Math.max(0, Math.min(1, u)) * (width - 1);
    float y = Math.max(0, Math.min(1, v)) * (height - 1);
    int c = Math.min((int) x, width - 2);
    int r = Math.min((int) y, height - 2);
    float fx = x - c;
    float fy = y - r;
    int i = r * width + c;
    float w00 = (1 - fx) * (1 - fy);
    float w01 = fx * (1 - fy);
    float w10 = (1 - fx) * fy;
    float w11 = fx * fy;
    int p00 = rgb[i];
    int p01 = rgb[i + 1];
    int p10 = rgb[i + width];
    int p11 = rgb[i + width + 1];
    for (int k = 0; k < 3; k++) {
      int shift = 16 - 8 * k;
      out[at + k] =
          w00 * Tone.linear((p00 >> shift) & 255)
              + w01 * Tone.linear((p01 >> shift) & 255)
              + w10 * Tone.linear((p10 >> shift) & 255)
              + w11 * Tone.linear((p11 >> shift) & 255);
    }
  }

  /** The lines and prints, in cm. */
  private static final class Painter {
    private final Graphics2D g;
    private final MaskDesign design;
    private final SplittableRandom random;
    private final double hair;

    /**
     * @param hair the width of a texel
     */
    Painter(Graphics2D g, MaskDesign design, SplittableRandom random, double hair) {
      this.g = g;
      this.design = design;
      this.random = random;
      this.hair = hair;
    }

    void paint() {
      switch (design.kind()) {
        case SURGICAL -> surgical();
        case N95 -> cup();
        case KN95 -> folded();
        case CLOTH -> cloth();
      }
      creases();
    }

    private double between(double low, double high) {
      return low + (high - low) * random.nextDouble();
    }

    private static Color black(double alpha) {
      return new Color(0, 0, 0, (int) Math.round(255 * Math.min(1, alpha)));
    }

    private static Color white(double alpha) {
      return new Color(255, 255, 255, (int) Math.round(255 * Math.min(1, alpha)));
    }

    private void line(Shape shape, double width, Color color) {
      // A line thinner than a texel is drawn as wide as one, and fainter.
      double shown = Math.max(width, hair);
      Color faded =
          new Color(
              color.getRed(),
              color.getGreen(),
              color.getBlue(),
              (int) Math.round(color.getAlpha() * width / shown));
      g.setStroke(new BasicStroke((float) shown, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
      g.setColor(faded);
      g.draw(shape);
    }

    private void stitches(Shape shape, double dash) {
      double width = Math.max(.06, hair);
      g.setStroke(
          new BasicStroke(
              (float) width,
              BasicStroke.CAP_BUTT,
              BasicStroke.JOIN_ROUND,
              1,
              new float[] {(float) dash, (float) (.8 * dash)},
              0));
      g.setColor(STITCH_DARK);
      g.draw(shape);
    }

    private static Line2D across(double y) {
      return new Line2D.Double(0, y, WIDTH_CM, y);
    }

    /** A line across that sags in the middle. */
    private static Path2D sagging(double y, double sag) {
      Path2D path = new Path2D.Double();
      path.moveTo(0, y);
      path.curveTo(WIDTH_CM * .3, y + sag, WIDTH_CM * .7, y + sag, WIDTH_CM, y);
      return path;
    }

    /** A band that darkens towards a line above or below it. */
    private void fade(double fromY, double toY, double alphaFrom) {
      g.setPaint(new GradientPaint(0, (float) fromY, black(alphaFrom), 0, (float) toY, black(0)));
      g.fill(new Rectangle2D.Double(0, Math.min(fromY, toY), WIDTH_CM, Math.abs(toY - fromY)));
    }

    private void surgical() {
      double strength = between(.75, 1.3);
      int pleats = random.nextInt(5) == 0 ? 2 : 3;
      for (int i = 0; i < pleats; i++) {
        double y = HEIGHT_CM * (i + 1.0) / (pleats + .75) + between(-.25, .25);
        double sag = between(-.1, .35);
        // The upper layer ends in a bright edge and shades the one that comes out below it.
        for (int k = 5; k >= 1; k--) {
          line(shifted(sagging(y, sag), .09 * k), .18 * k, black(.036 * strength));
        }
        line(shifted(sagging(y, sag), -.15), .16, white(.24 * strength));
        line(sagging(y, sag), .09, black(.42 * strength));
      }
      double top = between(.75, 1.1);
      line(across(top), .07, black(.17));
      line(across(top + .09), .08, white(.15));
      if (random.nextInt(3) > 0) {
        stitches(across(top - .12), .2);
        stitches(across(top + .1), .2);
      }
      // The wire shows as a ridge.
      Rectangle2D wire = new Rectangle2D.Double(6.6, .25, 8.8, .34);
      g.setColor(white(.13));
      g.fill(wire);
      line(new Line2D.Double(6.6, .62, 15.4, .62), .07, black(.2));
      double bottom = HEIGHT_CM - between(.6, .9);
      line(across(bottom), .07, black(.15));
      for (double x : new double[] {between(.7, .95), WIDTH_CM - between(.7, .95)}) {
        Line2D side = new Line2D.Double(x, 0, x, HEIGHT_CM);
        line(side, .12, black(.16));
        stitches(side, .16);
        g.setColor(white(.08));
        g.fill(
            x < 11
                ? new Rectangle2D.Double(0, 0, x, HEIGHT_CM)
                : new Rectangle2D.Double(x, 0, WIDTH_CM - x, HEIGHT_CM));
      }
      fade(0, .3, .12);
      fade(HEIGHT_CM, HEIGHT_CM - .5, .14);
    }

    private static Path2D shifted(Path2D path, double dy) {
      return new Path2D.Double(path, AffineTransform.getTranslateInstance(0, dy));
    }

    private static Path2D rim(double inset, double sideInset) {
      return new Path2D.Double(
          new RoundRectangle2D.Double(
              sideInset, inset, WIDTH_CM - 2 * sideInset, HEIGHT_CM - 2 * inset, 2.4, 2.4));
    }

    private void cup() {
      double flange = between(.55, .8);
      g.setColor(white(.06));
      g.fill(new Rectangle2D.Double(0, 0, WIDTH_CM, HEIGHT_CM));
      line(rim(flange, flange * 1.3), .22, black(.1));
      line(rim(flange, flange * 1.3), .09, black(.2));
      line(rim(flange + .14, flange * 1.3 + .18), .1, white(.18));
      boolean ring = random.nextInt(3) > 0;
      if (ring) {
        double rx = between(5.4, 6.4);
        double ry = between(3.2, 3.9);
        Shape oval = new Ellipse2D.Double(11 - rx, 6.2 - ry, 2 * rx, 2 * ry);
        line(oval, .3, black(.06));
        line(oval, .1, black(.13));
      }
      boolean clip = random.nextInt(4) > 0;
      if (clip) {
        Shape strip = new RoundRectangle2D.Double(7.4, .55, 7.2, .5, .3, .3);
        g.setColor(new Color(186, 189, 192, 225));
        g.fill(strip);
        line(strip, .06, black(.3));
        line(new Line2D.Double(7.6, .72, 14.4, .72), .1, white(.35));
      }
      int extra = random.nextInt(10);
      if (extra < 3) {
        valve(11 + between(-.2, .2), between(7.2, 8.0));
      }
      if (extra > 5) {
        print(between(12.2, 13), between(6.8, 7.6));
      }
      fade(0, .35, .12);
      fade(HEIGHT_CM, HEIGHT_CM - .7, .16);
    }

    private void valve(double x, double y) {
      double r = between(1.1, 1.35);
      Shape body = new Ellipse2D.Double(x - r, y - .85 * r, 2 * r, 1.7 * r);
      Shape below = new Ellipse2D.Double(x - r, y - .85 * r + .16, 2 * r, 1.7 * r);
      line(below, .3, black(.12));
      g.setColor(new Color(224, 226, 228));
      g.fill(body);
      line(body, .1, black(.28));
      for (double dy = -.4; dy <= .41; dy += .4) {
        line(new Line2D.Double(x - .7 * r, y + dy, x + .7 * r, y + dy), .13, black(.22));
      }
    }

    /** Lines of lettering too small to read. */
    private void print(double x, double y) {
      for (int row = 0; row < 3; row++) {
        double cursor = x;
        while (cursor < x + 2.6 - .4 * row) {
          double word = between(.25, .7);
          line(
              new Line2D.Double(cursor, y + .36 * row, cursor + word, y + .36 * row),
              .17,
              new Color(60, 70, 95, 130));
          cursor += word + .18;
        }
      }
    }

    private void folded() {
      double weld = between(.35, .55);
      line(rim(weld, weld * 1.2), .3, black(.07));
      line(rim(weld, weld * 1.2), .08, black(.16));
      // The seam down the middle: a ridge with a row of weld points on either side.
      g.setPaint(new GradientPaint(9.6f, 0, black(0), 11, 0, black(.1)));
      g.fill(new Rectangle2D.Double(9.6, 0, 1.4, HEIGHT_CM));
      g.setPaint(new GradientPaint(11, 0, white(.12), 12.4f, 0, white(0)));
      g.fill(new Rectangle2D.Double(11, 0, 1.4, HEIGHT_CM));
      line(new Line2D.Double(11, 0, 11, HEIGHT_CM), .09, black(.3));
      for (double x : new double[] {10.68, 11.32}) {
        stitches(new Line2D.Double(x, .4, x, HEIGHT_CM - .3), .2);
      }
      if (random.nextBoolean()) {
        // The line where each half is folded for the pocket.
        for (int side = -1; side <= 1; side += 2) {
          Path2D fold = new Path2D.Double();
          fold.moveTo(11 + side * .5, 1.2);
          fold.quadTo(11 + side * 5, 2.6, 11 + side * 9.5, 5.5);
          line(fold, .3, black(.05));
          line(fold, .08, black(.12));
        }
      }
      if (random.nextBoolean()) {
        Shape strip = new RoundRectangle2D.Double(7.2, .3, 7.6, .42, .2, .2);
        g.setColor(white(.25));
        g.fill(strip);
        line(strip, .06, black(.22));
      }
      if (random.nextInt(3) == 0) {
        print(between(13, 14), between(7, 8));
      }
      fade(0, .3, .12);
      fade(HEIGHT_CM, HEIGHT_CM - .6, .15);
    }

    private void cloth() {
      pattern();
      if (random.nextInt(10) < 7) {
        g.setPaint(new GradientPaint(9.8f, 0, black(0), 11, 0, black(.09)));
        g.fill(new Rectangle2D.Double(9.8, 0, 1.2, HEIGHT_CM));
        line(new Line2D.Double(11, 0, 11, HEIGHT_CM), .1, black(.32));
        line(new Line2D.Double(11.16, 0, 11.16, HEIGHT_CM), .14, white(.1));
      }
      double hem = between(.35, .7);
      for (double y : new double[] {hem, HEIGHT_CM - hem}) {
        line(across(y), .2, black(.09));
        if (random.nextInt(3) > 0) {
          stitches(across(y), .22);
        }
        line(across(y + .12), .1, white(.07));
      }
      for (double x : new double[] {.8, WIDTH_CM - .8}) {
        line(new Line2D.Double(x, 0, x, HEIGHT_CM), .18, black(.14));
      }
      fade(0, .3, .15);
      fade(HEIGHT_CM, HEIGHT_CM - .6, .18);
    }

    private void pattern() {
      Color accent = new Color(design.accentRgb());
      switch (design.pattern()) {
        case PLAIN -> {}
        case STRIPES -> {
          double period = between(.5, 2);
          double width = period * between(.25, .55);
          double angle =
              random.nextInt(3) == 0 ? between(-.9, .9) : random.nextInt(2) * Math.PI / 2;
          bands(accent, period, width, angle, 1);
        }
        case CHECKS -> {
          double period = between(.7, 2.2);
          double width = period * between(.35, .5);
          double angle = random.nextInt(3) == 0 ? Math.PI / 4 : 0;
          bands(accent, period, width, angle, .6);
          bands(accent, period, width, angle + Math.PI / 2, .6);
        }
        case DOTS -> {
          double period = between(.6, 1.6);
          double r = period * between(.15, .3);
          g.setColor(accent);
          for (int row = -1; row * period * .87 < HEIGHT_CM + 1; row++) {
            for (double x = -1 + (row & 1) * period / 2; x < WIDTH_CM + 1; x += period) {
              g.fill(new Ellipse2D.Double(x - r, row * period * .87 - r, 2 * r, 2 * r));
            }
          }
        }
        case BLOTCHES -> blotches(accent);
      }
    }

    private void bands(Color color, double period, double width, double angle, double opacity) {
      AffineTransform before = g.getTransform();
      g.rotate(angle, 11, 6);
      g.setComposite(AlphaComposite.SrcOver.derive((float) opacity));
      g.setColor(color);
      for (double y = -12; y < 26; y += period) {
        g.fill(new Rectangle2D.Double(-8, y, 38, width));
      }
      g.setComposite(AlphaComposite.SrcOver);
      g.setTransform(before);
    }

    private void blotches(Color accent) {
      Color base = new Color(design.rgb());
      double size = between(.6, 1.4);
      for (int layer = 0; layer < 3; layer++) {
        double mix = new double[] {.5, 1, .25}[layer];
        Color color = mixed(base, accent, mix, layer == 2 ? .72 : 1);
        g.setColor(color);
        for (int i = 0; i < 46; i++) {
          double x = between(-1, WIDTH_CM + 1);
          double y = between(-1, HEIGHT_CM + 1);
          Path2D blob = new Path2D.Double();
          double turn = between(0, Math.PI);
          for (int k = 0; k < 9; k++) {
            double a = 2 * Math.PI * k / 9;
            double r = size * between(.5, 1.25);
            double px = 1.5 * r * Math.cos(a);
            double py = .7 * r * Math.sin(a);
            double bx = x + px * Math.cos(turn) - py * Math.sin(turn);
            double by = y + px * Math.sin(turn) + py * Math.cos(turn);
            if (k == 0) {
              blob.moveTo(bx, by);
            } else {
              blob.lineTo(bx, by);
            }
          }
          blob.closePath();
          g.fill(blob);
        }
      }
    }

    private static Color mixed(Color a, Color b, double share, double dim) {
      return new Color(
          byteOf(dim * (a.getRed() + share * (b.getRed() - a.getRed()))),
          byteOf(dim * (a.getGreen() + share * (b.getGreen() - a.getGreen()))),
          byteOf(dim * (a.getBlue() + share * (b.getBlue() - a.getBlue()))));
    }

    /** Soft lines of tension that run from the sides' corners inwards. */
    private void creases() {
      double stiff = design.kind() == MaskKind.N95 ? .25 : design.kind() == MaskKind.KN95 ? .6 : 1;
      int n = (int) Math.round(9 * design.wrinkles() * stiff);
      for (int i = 0; i < n; i++) {
        boolean left = random.nextBoolean();
        boolean top = random.nextBoolean();
        double x0 = left ? .8 : WIDTH_CM - .8;
        double reach = between(2, 7) * (left ? 1 : -1);
        double y0 = top ? between(.8, 4) : between(8, 11);
        double y1 = y0 + (top ? 1 : -1) * between(-.3, 3);
        Path2D crease = new Path2D.Double();
        crease.moveTo(x0, y0);
        crease.quadTo(x0 + .5 * reach, y0 + .2 * (y1 - y0), x0 + reach, y1);
        double alpha = between(.02, .06);
        line(crease, .7, black(alpha * .5));
        line(crease, .35, black(alpha));
        line(shifted(crease, -.3), .3, white(alpha * 1.2));
      }
    }
  }
}
