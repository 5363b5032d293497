package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window on a face: what one network looks at, given as a picture, an affine map and a size.
 *
 * <p>Nothing is rendered until somebody asks, and then in one pass from the source picture,
 * straight into a network's input where that is the target. Immutable and thread-safe as far as its
 * picture is; it holds on to its picture.
 */
public final class FaceView {
  private final String name;
  private final String recipe;
  private final RgbImage source;
  private final Affine sourceFromView;
  private final int width;
  private final int height;
  private final Border border;
  private final @Nullable List<Point> clip;

  private FaceView(
      String name,
      String recipe,
      RgbImage source,
      Affine sourceFromView,
      int width,
      int height,
      Border border,
      @Nullable List<Point> clip) {
    checkArgument(!name.isBlank() && !recipe.isBlank(), "a view needs a name and a recipe");
    checkArgument(
        width > 0 && height > 0, "a view needs a positive size, got %s×%s", width, height);
    this.name = name;
    this.recipe = recipe;
    this.source = source;
    this.sourceFromView = sourceFromView;
    this.width = width;
    this.height = height;
    this.border = border;
    this.clip = clip;
  }

  /**
   * {@return a view that is a picture of its own, for a cropper that makes its pixels itself}
   *
   * @param name which of an embedder's views it is, such as {@code "roi"}
   * @param recipe how it was made; a head refuses views of another recipe than it was trained on
   * @param pixels the crop
   */
  public static FaceView of(String name, String recipe, RgbImage pixels) {
    return new FaceView(
        name, recipe, pixels, Affine.IDENTITY, pixels.width(), pixels.height(), Border.BLACK, null);
  }

  /**
   * {@return a window on a picture}
   *
   * @param name which of an embedder's views it is, such as {@code "roi"}
   * @param recipe how it was made; a head refuses views of another recipe than it was trained on
   * @param source the picture
   * @param viewFromSource the map from picture pixels to view pixels
   * @param width view pixels a row
   * @param height view rows
   * @param border what lies outside the picture
   * @throws IllegalStateException when the map is not invertible
   */
  public static FaceView window(
      String name,
      String recipe,
      RgbImage source,
      Affine viewFromSource,
      int width,
      int height,
      Border border) {
    return new FaceView(
        name, recipe, source, viewFromSource.inverse(), width, height, border, null);
  }

  /**
   * {@return a window on a picture, by the map that {@link #sourceFromView} then gives}
   *
   * @param name which of an embedder's views it is, such as {@code "roi"}
   * @param recipe how it was made; a head refuses views of another recipe than it was trained on
   * @param source the picture
   * @param sourceFromView the map from view pixels to picture pixels
   * @param width view pixels a row
   * @param height view rows
   * @param border what lies outside the picture
   */
  public static FaceView windowAt(
      String name,
      String recipe,
      RgbImage source,
      Affine sourceFromView,
      int width,
      int height,
      Border border) {
    return new FaceView(name, recipe, source, sourceFromView, width, height, border, null);
  }

  /**
   * {@return the same view with everything outside a polygon black}
   *
   * @param polygon at least three corners in view pixels
   */
  public FaceView clippedTo(List<Point> polygon) {
    checkArgument(
        polygon.size() >= 3, "a polygon needs three corners or more, got %s", polygon.size());
    return new FaceView(
        name, recipe, source, sourceFromView, width, height, border, List.copyOf(polygon));
  }

  /** {@return which of an embedder's views it is} */
  public String name() {
    return name;
  }

  /** {@return how the view was made, in one line; equal recipes give comparable pixels} */
  public String recipe() {
    return recipe;
  }

  /** {@return pixels a row} */
  public int width() {
    return width;
  }

  /** {@return rows} */
  public int height() {
    return height;
  }

  /** {@return the map from view pixels to pixels of the source picture} */
  public Affine sourceFromView() {
    return sourceFromView;
  }

  /**
   * {@return the four corners of the window in the source picture: top left, top right, bottom
   * right, bottom left}
   */
  public List<Point> outline() {
    double r = width - .5;
    double b = height - .5;
    return List.of(
        sourceFromView.apply(new Point(-.5, -.5)),
        sourceFromView.apply(new Point(r, -.5)),
        sourceFromView.apply(new Point(r, b)),
        sourceFromView.apply(new Point(-.5, b)));
  }

  /** {@return the view as a picture of its own; each call renders it anew} */
  public RgbImage render() {
    RgbImage pixels = Warp.render(source, sourceFromView, width, height, border);
    if (clip == null) {
      return pixels;
    }
    byte[] rgb = new byte[3 * width * height];
    pixels.copyInto(rgb);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (!inside(clip, x, y)) {
          int i = 3 * (y * width + x);
          rgb[i] = 0;
          rgb[i + 1] = 0;
          rgb[i + 2] = 0;
        }
      }
    }
    return RgbImage.wrap(rgb, 0, width, height, 3 * width, dev.mfr.image.PixelFormat.RGB);
  }

  /**
   * Renders the view as planar floats, red then green then blue, in one pass from the source
   * picture.
   *
   * @param normalization applied to each channel value
   * @param target written from {@code position} on, 3 × width × height floats; its own position
   *     stays as it is
   * @param position index of the first float
   * @throws IllegalArgumentException when the target is too short
   */
  public void renderPlanar(PixelNormalization normalization, FloatBuffer target, int position) {
    Warp.renderPlanar(
        source, sourceFromView, width, height, border, normalization, target, position);
    if (clip == null) {
      return;
    }
    int plane = width * height;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (!inside(clip, x, y)) {
          int i = position + y * width + x;
          target.put(i, normalization.offset());
          target.put(i + plane, normalization.offset());
          target.put(i + 2 * plane, normalization.offset());
        }
      }
    }
  }

  /** Even-odd rule. */
  private static boolean inside(List<Point> polygon, double x, double y) {
    boolean in = false;
    for (int i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
      Point p = polygon.get(i);
      Point q = polygon.get(j);
      if (p.y() > y != q.y() > y && x < (q.x() - p.x()) * (y - p.y()) / (q.y() - p.y()) + p.x()) {
        in = !in;
      }
    }
    return in;
  }

  /** {@return name, recipe and size, never pixels} */
  @Override
  public String toString() {
    return "FaceView[" + name + ", " + recipe + ", " + width + "×" + height + "]";
  }
}
