package dev.mfr.landmarks.crop;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import java.util.Locale;
import java.util.Optional;

/**
 * The paper's region: what a mask leaves visible of a face, levelled, as 100×100 pixels.
 *
 * <p>The view is called {@value #VIEW}. Its recipe names points, shape and size, such as {@code
 * "roi-4-rectangle-100"}, and dlib's landmarks where they are used, such as {@code
 * "roi-4-rectangle-100-dlib68"}. What lies outside the picture is black. A region is rejected when
 * it is too small (a side under 8 pixels), has no face's proportions (width to height outside
 * 0.4…5), or less than half of it lies inside the picture.
 *
 * <p>Takes landmarks of the face mesh; the four-point region also takes dlib's, from which it is
 * estimated: the two regions of a face share 0.88 of their union on average. Immutable and
 * thread-safe.
 */
public final class PeriocularCropper implements RoiCropper {
  /*
   * Face correction turns the picture about the midpoint of the eyes until the line through them is level. The upright
   * rectangle that covers the points in that frame is stretched to the view. Correction, crop and stretch are one
   * affine map. A view pixel (x, y) shows the rectangle's point (x, y) · extent / size, without a half pixel: the
   * network was trained on that.
   */

  /** The name of the view. */
  public static final String VIEW = "roi";

  /** The view's pixels a side. */
  public static final int SIZE = 100;

  private static final double MIN_EXTENT = 8;
  private static final double MIN_ASPECT = .4;
  private static final double MAX_ASPECT = 5;
  private static final double MIN_SHARE_INSIDE = .5;

  private final RoiPoints points;
  private final RoiShape shape;
  private final String recipe;
  private final String dlibRecipe;

  private PeriocularCropper(RoiPoints points, RoiShape shape) {
    this.points = points;
    this.shape = shape;
    this.recipe =
        "roi-"
            + points.vertices().size()
            + "-"
            + shape.name().toLowerCase(Locale.ROOT)
            + "-"
            + SIZE;
    this.dlibRecipe = Window.recipe(recipe, LandmarkScheme.DLIB_68);
  }

  /** {@return the paper's choice: four points, the whole rectangle} */
  public static PeriocularCropper fourPoint() {
    return of(RoiPoints.FOUR);
  }

  /**
   * {@return a cropper of the rectangle that covers some points}
   *
   * @param points the points
   */
  public static PeriocularCropper of(RoiPoints points) {
    return of(points, RoiShape.RECTANGLE);
  }

  /**
   * {@return a cropper of some points and a shape}
   *
   * @param points the points
   * @param shape all of the covering rectangle, or the polygon in it
   */
  public static PeriocularCropper of(RoiPoints points, RoiShape shape) {
    return new PeriocularCropper(points, shape);
  }

  /**
   * {@return the recipe of its views with landmarks of the face mesh, such as {@code
   * "roi-4-rectangle-100"}}
   */
  public String recipe() {
    return recipe;
  }

  /**
   * {@return the recipe of its views with landmarks of a scheme}
   *
   * @param scheme the landmarks' scheme
   * @throws IllegalArgumentException when the scheme does not have the points
   */
  public String recipe(LandmarkScheme scheme) {
    requirePoints(scheme);
    return Window.recipe(recipe, scheme);
  }

  private void requirePoints(LandmarkScheme scheme) {
    checkArgument(
        points.isIn(scheme),
        "landmarks of the scheme %s have no region of %s points; use RoiPoints.FOUR or a FaceMeshDetector",
        scheme,
        points.vertices().size());
  }

  /**
   * {@return the region as one view, or why it is impossible}
   *
   * @param image the picture
   * @param face a face of it
   * @throws IllegalArgumentException when the scheme of the landmarks does not have the points
   */
  @Override
  public FaceViews crop(RgbImage image, DetectedFace face) {
    // Plain numbers instead of points and maps: a recognition is to leave no garbage.
    Landmarks landmarks = face.landmarks();
    requirePoints(landmarks.scheme());
    Point right = landmarks.rightEye();
    Point left = landmarks.leftEye();
    if (!(right.distanceTo(left) > 0)) {
      return FaceViews.rejected("the two eyes coincide");
    }
    double angle = right.angleTo(left);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double middleX = (right.x() + left.x()) / 2;
    double middleY = (right.y() + left.y()) / 2;
    double x0 = Double.POSITIVE_INFINITY;
    double y0 = Double.POSITIVE_INFINITY;
    double x1 = Double.NEGATIVE_INFINITY;
    double y1 = Double.NEGATIVE_INFINITY;
    RoiAnchors anchors = RoiAnchors.of(points, landmarks);
    for (int i = 0; i < anchors.size(); i++) {
      double dx = anchors.x(i) - middleX;
      double dy = anchors.y(i) - middleY;
      double x = cos * dx + sin * dy;
      double y = cos * dy - sin * dx;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
    }
    double width = x1 - x0;
    double height = y1 - y0;
    if (!(Math.min(width, height) >= MIN_EXTENT)) {
      return rejected("the region is too small, %.1f×%.1f pixels", width, height);
    }
    double aspect = width / height;
    if (!(aspect >= MIN_ASPECT && aspect <= MAX_ASPECT)) {
      return rejected("the region has no face's proportions, %.0f×%.0f pixels", width, height);
    }
    double stepX = width / SIZE;
    double stepY = height / SIZE;
    Affine sourceFromView =
        new Affine(
            cos * stepX,
            -sin * stepY,
            middleX + cos * x0 - sin * y0,
            sin * stepX,
            cos * stepY,
            middleY + sin * x0 + cos * y0);
    double inside = Window.shareInside(sourceFromView, SIZE, image);
    if (!(inside >= MIN_SHARE_INSIDE)) {
      return rejected("only %.0f %% of the region lies inside the picture", 100 * inside);
    }
    String viewRecipe = landmarks.scheme() == LandmarkScheme.DLIB_68 ? dlibRecipe : recipe;
    FaceView view =
        FaceView.windowAt(VIEW, viewRecipe, image, sourceFromView, SIZE, SIZE, Border.BLACK);
    return FaceViews.of(
        shape == RoiShape.POLYGON ? view.clippedTo(anchors.polygon(sourceFromView)) : view);
  }

  private static FaceViews rejected(String format, Object... numbers) {
    return FaceViews.rejected(String.format(Locale.ROOT, format, numbers));
  }

  /** {@return the recipe with landmarks of the face mesh} */
  @Override
  public Optional<String> id() {
    return Optional.of(recipe);
  }

  /** {@return the recipe} */
  @Override
  public String toString() {
    return "PeriocularCropper[" + recipe + "]";
  }
}
