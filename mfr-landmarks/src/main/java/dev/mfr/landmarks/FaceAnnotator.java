package dev.mfr.landmarks;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Draws boxes, meshes, outlines and captions onto a copy of a picture.
 *
 * <p>Line widths and letters grow with the picture. Needs no display; where Java finds no fonts at
 * all, captions are left out. Mutable and not thread-safe: draw, then take {@link #image()}.
 */
public final class FaceAnnotator {
  private static final Color CAPTION_BACKGROUND = new Color(0, 0, 0, 170);

  private final BufferedImage canvas;
  private final float unit;

  private FaceAnnotator(BufferedImage canvas) {
    this.canvas = canvas;
    this.unit = Math.max(1, Math.max(canvas.getWidth(), canvas.getHeight()) / 400f);
  }

  /**
   * {@return an annotator of a copy of a picture}
   *
   * @param image the picture; not modified
   */
  public static FaceAnnotator of(RgbImage image) {
    return new FaceAnnotator(image.toBufferedImage());
  }

  /**
   * Draws the outline of a box.
   *
   * @param box in pixels of the picture
   * @param color the line's colour
   * @return this annotator
   */
  public FaceAnnotator box(Box box, Color color) {
    return draw(
        color,
        1.5f,
        g -> g.draw(new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height())));
  }

  /**
   * Draws a closed line.
   *
   * @param corners in pixels of the picture, at least two; such as {@link
   *     dev.mfr.face.FaceView#outline}
   * @param color the line's colour
   * @return this annotator
   */
  public FaceAnnotator outline(List<Point> corners, Color color) {
    checkArgument(corners.size() >= 2, "an outline needs two corners, got %s", corners.size());
    Path2D path = new Path2D.Double();
    path.moveTo(corners.get(0).x(), corners.get(0).y());
    for (Point p : corners.subList(1, corners.size())) {
      path.lineTo(p.x(), p.y());
    }
    path.closePath();
    return draw(color, 1.5f, g -> g.draw(path));
  }

  /**
   * Draws the edges of the face mesh, or the points where the landmarks are of another scheme.
   *
   * @param landmarks in pixels of the picture
   * @param color the lines' colour; a translucent one lets the face be seen
   * @return this annotator
   */
  public FaceAnnotator mesh(Landmarks landmarks, Color color) {
    if (landmarks.scheme() != LandmarkScheme.FACE_MESH_468) {
      return points(landmarks, color);
    }
    return draw(
        color,
        .5f,
        g -> {
          for (FaceMeshTopology.Edge e : FaceMeshTopology.edges()) {
            g.draw(
                new Line2D.Float(
                    landmarks.x(e.from()),
                    landmarks.y(e.from()),
                    landmarks.x(e.to()),
                    landmarks.y(e.to())));
          }
        });
  }

  /**
   * Draws each landmark as a dot.
   *
   * @param landmarks in pixels of the picture
   * @param color the dots' colour
   * @return this annotator
   */
  public FaceAnnotator points(Landmarks landmarks, Color color) {
    float d = 1.5f * unit;
    return draw(
        color,
        1,
        g -> {
          for (int i = 0; i < landmarks.size(); i++) {
            g.fill(new Ellipse2D.Float(landmarks.x(i) - d / 2, landmarks.y(i) - d / 2, d, d));
          }
        });
  }

  /**
   * Writes one line of text on a dark ground, moved as far as needed to lie inside the picture.
   *
   * @param text the text
   * @param at the text's lower left corner, in pixels of the picture
   * @param color the letters' colour
   * @return this annotator
   */
  public FaceAnnotator caption(String text, Point at, Color color) {
    if (!Fonts.AVAILABLE) {
      return this;
    }
    return draw(
        color,
        1,
        g -> {
          g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, Math.round(12 * unit)));
          FontMetrics metrics = g.getFontMetrics();
          int pad = Math.round(2 * unit);
          int w = metrics.stringWidth(text) + 2 * pad;
          int h = metrics.getHeight();
          int x = (int) Math.max(0, Math.min(at.x(), canvas.getWidth() - w));
          int y = (int) Math.max(h, Math.min(at.y(), canvas.getHeight()));
          g.setColor(CAPTION_BACKGROUND);
          g.fillRect(x, y - h, w, h);
          g.setColor(color);
          g.drawString(text, x + pad, y - metrics.getDescent());
        });
  }

  /** {@return a copy of the picture as drawn so far} */
  public RgbImage image() {
    return RgbImage.copyOf(canvas);
  }

  private interface Drawing {
    void on(Graphics2D g);
  }

  private FaceAnnotator draw(Color color, float lineWidth, Drawing drawing) {
    Graphics2D g = canvas.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      // Integer coordinates are pixel centres here and pixel corners in Java2D.
      g.translate(.5, .5);
      g.setStroke(new BasicStroke(lineWidth * unit, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      g.setColor(color);
      drawing.on(g);
    } finally {
      g.dispose();
    }
    return this;
  }

  private static final class Fonts {
    static final boolean AVAILABLE = probe();

    /** A Java without any font, as in slim containers, fails in ways that differ by version. */
    private static boolean probe() {
      Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
      try {
        return g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("x") > 0;
      } catch (RuntimeException | LinkageError | InternalError e) {
        return false;
      } finally {
        g.dispose();
      }
    }
  }
}
