package dev.mfr.landmarks.mask;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Random;

/** The painted cloth over a rectangle of the picture, and how it is blended in. */
final class MaskLayer {
  private static final double LUMA_RED = .299;
  private static final double LUMA_GREEN = .587;
  private static final double LUMA_BLUE = .114;

  private final MaskShape shape;
  private final MaskStyle style;
  private final int x0;
  private final int y0;
  private final int width;
  private final int height;

  /**
   * @param x0 left column of the rectangle in the picture
   * @param y0 its top row
   */
  MaskLayer(MaskShape shape, MaskStyle style, int x0, int y0, int width, int height) {
    this.shape = shape;
    this.style = style;
    this.x0 = x0;
    this.y0 = y0;
    this.width = width;
    this.height = height;
  }

  /**
   * Blends the mask in.
   *
   * @param rgb the whole picture, packed; written
   * @param rowPixels its width
   */
  void blendInto(byte[] rgb, int rowPixels) {
    float[] coverage = coverage();
    int[] cloth = cloth();
    float[] light = light(rgb, rowPixels, coverage);
    float[] grain = grain();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        float a = coverage[i];
        if (a <= 0) {
          continue;
        }
        int o = 3 * ((y0 + y) * rowPixels + x0 + x);
        float factor = light[i] + grain[i];
        for (int c = 0; c < 3; c++) {
          float ink = Math.max(0, Math.min(255, ((cloth[i] >> (16 - 8 * c)) & 255) * factor));
          rgb[o + c] = (byte) Math.round((rgb[o + c] & 255) * (1 - a) + ink * a);
        }
      }
    }
  }

  /** How much of each pixel is cloth or cord, 0…1; nothing within the eyes. */
  private float[] coverage() {
    int[] argb =
        paint(
            g -> {
              g.setColor(Color.WHITE);
              g.fill(shape.outline());
              g.setStroke(cord());
              shape.loops().forEach(g::draw);
            });
    float[] a = new float[argb.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = (argb[i] >>> 24) / 255f;
    }
    blur(a, Math.max(.5, style.softness() * shape.eyeDistance()));
    int[] eyes =
        paint(
            g -> {
              g.setColor(Color.WHITE);
              g.fill(shape.eyes());
              g.setStroke(new BasicStroke(3, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
              g.draw(shape.eyes());
            });
    for (int i = 0; i < a.length; i++) {
      if (eyes[i] >>> 24 > 0) {
        a[i] = 0;
      }
    }
    return a;
  }

  /** The cloth's own colours: pleats, seam, hem, and a fall-off towards the edge. */
  private int[] cloth() {
    double unit = shape.eyeDistance();
    return paint(
        g -> {
          g.setColor(style.color());
          g.fillRect(x0 - 1, y0 - 1, width + 2, height + 2);
          g.setClip(shape.outline());
          for (int ring = 6; ring > 0; ring--) {
            stroke(g, shape.outline(), unit * .06 * ring, new Color(0, 0, 0, 7));
          }
          for (Path2D fold : shape.folds()) {
            g.translate(0, unit * .03);
            stroke(g, fold, unit * .06, new Color(255, 255, 255, 34));
            g.translate(0, unit * -.03);
            stroke(g, fold, unit * .045, new Color(0, 0, 0, 26));
            stroke(g, fold, unit * .02, new Color(0, 0, 0, 28));
          }
          if (style.hem()) {
            for (Shape edge : new Shape[] {shape.upper(), shape.lower()}) {
              stroke(g, edge, unit * .16, new Color(0, 0, 0, 30));
              stroke(g, edge, unit * .13, new Color(255, 255, 255, 36));
            }
          }
          Area outside = new Area(new java.awt.Rectangle(x0 - 1, y0 - 1, width + 2, height + 2));
          outside.subtract(new Area(shape.outline()));
          g.setClip(outside);
          g.setStroke(cord());
          g.setColor(cordColor());
          shape.loops().forEach(g::draw);
        });
  }

  private Color cordColor() {
    Color c = style.color();
    boolean dark = c.getRed() + c.getGreen() + c.getBlue() < 300;
    return dark ? c : new Color(225, 226, 228);
  }

  private BasicStroke cord() {
    return new BasicStroke(
        (float) Math.max(1, .035 * shape.eyeDistance()),
        BasicStroke.CAP_ROUND,
        BasicStroke.JOIN_ROUND);
  }

  private static void stroke(Graphics2D g, Shape line, double width, Color color) {
    g.setStroke(
        new BasicStroke(
            (float) Math.max(.5, width), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.setColor(color);
    g.draw(line);
  }

  /** The face's luminance below the cloth, blurred, about 1 on a well-lit picture. */
  private float[] light(byte[] rgb, int rowPixels, float[] coverage) {
    float[] light = new float[width * height];
    double sum = 0;
    double weight = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int o = 3 * ((y0 + y) * rowPixels + x0 + x);
        double luma =
            LUMA_RED * (rgb[o] & 255)
                + LUMA_GREEN * (rgb[o + 1] & 255)
                + LUMA_BLUE * (rgb[o + 2] & 255);
        int i = y * width + x;
        light[i] = (float) luma;
        sum += luma * coverage[i];
        weight += coverage[i];
      }
    }
    double mean = weight > 0 ? sum / weight : 128;
    // Outside the cloth the mean stands in, so that hair and background cast no light on it.
    for (int i = 0; i < light.length; i++) {
      light[i] = (float) (coverage[i] * light[i] + (1 - coverage[i]) * mean);
    }
    blur(light, Math.max(1, .2 * shape.eyeDistance()));
    double exposure = Math.max(.4, Math.min(.97, .5 + mean / 330));
    for (int i = 0; i < light.length; i++) {
      double relative = Math.max(.4, Math.min(1.35, light[i] / Math.max(8, mean)));
      light[i] = (float) (exposure * (1 + style.shading() * (relative - 1)));
    }
    return light;
  }

  private float[] grain() {
    Random random = new Random(style.grainSeed());
    float[] grain = new float[width * height];
    for (int i = 0; i < grain.length; i++) {
      grain[i] = (random.nextFloat() + random.nextFloat() - 1) * .03f;
    }
    return grain;
  }

  private interface Painting {
    void on(Graphics2D g);
  }

  private int[] paint(Painting painting) {
    BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = canvas.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      // Integer coordinates are pixel centres in the shape and pixel corners in Java2D.
      g.translate(.5 - x0, .5 - y0);
      painting.on(g);
    } finally {
      g.dispose();
    }
    return ((DataBufferInt) canvas.getRaster().getDataBuffer()).getData();
  }

  /** Three box blurs each way: close to a Gaussian of the given standard deviation. */
  private void blur(float[] values, double sigma) {
    // A box of radius r, three times, has variance r(r+1); a fraction of a pixel is mixed in.
    double r = (Math.sqrt(1 + 4 * sigma * sigma) - 1) / 2;
    float[] line = new float[Math.max(width, height)];
    for (int pass = 0; pass < 3; pass++) {
      for (int y = 0; y < height; y++) {
        box(values, y * width, 1, width, r, line);
      }
      for (int x = 0; x < width; x++) {
        box(values, x, width, height, r, line);
      }
    }
  }

  /** One box of radius r with fractional ends over a line of values; ends are repeated. */
  private static void box(float[] values, int from, int step, int n, double r, float[] line) {
    int whole = (int) r;
    float part = (float) (r - whole);
    float norm = (float) (1 / (2 * r + 1));
    for (int i = 0; i < n; i++) {
      line[i] = values[from + i * step];
    }
    float inner = 0;
    for (int k = -whole; k <= whole; k++) {
      inner += line[Math.max(0, Math.min(n - 1, k))];
    }
    for (int i = 0; i < n; i++) {
      float ends = line[Math.max(0, i - whole - 1)] + line[Math.min(n - 1, i + whole + 1)];
      values[from + i * step] = (inner + part * ends) * norm;
      inner += line[Math.min(n - 1, i + whole + 1)] - line[Math.max(0, i - whole)];
    }
  }
}
