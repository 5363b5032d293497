package dev.mfr.landmarks.crop;

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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The whole face, turned, scaled and moved so that the eyes' corners and the base of the nose come
 * to fixed places: dlib's face chip of 150×150 pixels, or the same window in 112×112.
 *
 * <p>dlib's view is called {@value #VIEW}, its recipe is {@value #RECIPE} with landmarks of the
 * face mesh and the same with {@code "-dlib68"} with dlib's; the smaller view is called {@value
 * #SMALL_VIEW}, its recipe is {@value #SMALL_RECIPE}. Outside the picture its edge pixels are
 * repeated. A face is rejected when its eyes lie less than 8 pixels apart or less than a quarter of
 * the chip lies inside the picture.
 *
 * <p>Takes landmarks of either scheme; the two chips of a face differ by some 3 pixels. Immutable
 * and thread-safe.
 */
public final class AlignedFaceCropper implements RoiCropper {

  /** The name of the view. */
  public static final String VIEW = "chip";

  /** The recipe of the view with landmarks of the face mesh. */
  public static final String RECIPE = "dlib-chip-150-0.25";

  /** The view's pixels a side. */
  public static final int SIZE = 150;

  /** The name of the smaller view. */
  public static final String SMALL_VIEW = "face";

  /** The recipe of the smaller view with landmarks of the face mesh. */
  public static final String SMALL_RECIPE = "dlib-chip-112-0.25";

  /** The smaller view's pixels a side. */
  public static final int SMALL_SIZE = 112;

  private static final double PADDING = .25;
  private static final double MIN_EYE_DISTANCE = 8;
  private static final double MIN_SHARE_INSIDE = .25;

  /** Left eye's outer and inner corner, right eye's outer and inner corner, base of the nose. */
  private static final List<Integer> MESH_POINTS = List.of(263, 362, 33, 133, 2);

  private static final List<Integer> DLIB_POINTS = List.of(45, 42, 36, 39, 33);

  /** Where dlib's five-point template puts them, as shares of the face. */
  private static final List<Point> TEMPLATE =
      List.of(
          place(.8595674595992, .2134981538014),
          place(.6460604764104, .2289674387677),
          place(.1205750620789, .2137274526848),
          place(.3340850613712, .2290642403242),
          place(.4901123135679, .6277975316475));

  private static final Point TEMPLATE_CENTRE =
      new Point(
          TEMPLATE.stream().mapToDouble(Point::x).average().orElseThrow(),
          TEMPLATE.stream().mapToDouble(Point::y).average().orElseThrow());

  private final String view;
  private final String recipe;
  private final int size;

  private AlignedFaceCropper(String view, String recipe, int size) {
    this.view = view;
    this.recipe = recipe;
    this.size = size;
  }

  private static Point place(double x, double y) {
    return new Point(
        (PADDING + x) / (2 * PADDING + 1) * SIZE, (PADDING + y) / (2 * PADDING + 1) * SIZE);
  }

  /** {@return the cropper of dlib's 150×150 chip with a padding of 0.25} */
  public static AlignedFaceCropper dlib() {
    return new AlignedFaceCropper(VIEW, RECIPE, SIZE);
  }

  /**
   * {@return the cropper of the same window as 112×112 pixels, as this library's ResNet-50 of whole
   * faces takes it}
   *
   * <p>Its pixel (x, y) shows the chip's ((x + 0.5) · 150/112 − 0.5, (y + 0.5) · 150/112 − 0.5).
   */
  public static AlignedFaceCropper small() {
    return new AlignedFaceCropper(SMALL_VIEW, SMALL_RECIPE, SMALL_SIZE);
  }

  /**
   * {@return the recipe of the view with landmarks of a scheme}
   *
   * @param scheme the landmarks' scheme
   */
  public String recipe(LandmarkScheme scheme) {
    return Window.recipe(recipe, scheme);
  }

  /**
   * {@return the window as one view, or why it is impossible}
   *
   * @param image the picture
   * @param face a face of it with landmarks of any scheme
   */
  @Override
  public FaceViews crop(RgbImage image, DetectedFace face) {
    Landmarks landmarks = face.landmarks();
    double eyes = landmarks.eyeDistance();
    if (!(eyes >= MIN_EYE_DISTANCE)) {
      return FaceViews.rejected(
          String.format(Locale.ROOT, "the eyes are only %.1f pixels apart", eyes));
    }
    Affine sourceFromChip = sourceFromChip(landmarks, points(landmarks.scheme()));
    double scale = sourceFromChip.scale();
    if (!(scale < 1e6 && scale > 0)) {
      return FaceViews.rejected("the points of the face fit no upright face");
    }
    double inside = Window.shareInside(sourceFromChip, SIZE, image);
    if (!(inside >= MIN_SHARE_INSIDE)) {
      return FaceViews.rejected(
          String.format(
              Locale.ROOT, "only %.0f %% of the chip lies inside the picture", 100 * inside));
    }
    return FaceViews.of(
        FaceView.windowAt(
            view,
            recipe(landmarks.scheme()),
            image,
            size == SIZE ? sourceFromChip : scaled(sourceFromChip, (double) SIZE / size),
            size,
            size,
            Border.REPLICATE));
  }

  /** The map of a view whose pixels are so many of the chip's, centres on centres. */
  private static Affine scaled(Affine sourceFromChip, double pixels) {
    double shift = (pixels - 1) / 2;
    return new Affine(pixels, 0, shift, 0, pixels, shift).then(sourceFromChip);
  }

  /**
   * The inverse of the similarity that brings the points nearest to the template's: the closed form
   * of {@link Affine#similarity}, in plain numbers, because a recognition is to leave no garbage.
   */
  private static Affine sourceFromChip(Landmarks landmarks, List<Integer> points) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < points.size(); i++) {
      meanX += landmarks.x(points.get(i)) / points.size();
      meanY += landmarks.y(points.get(i)) / points.size();
    }
    double re = 0;
    double im = 0;
    double norm = 0;
    for (int i = 0; i < points.size(); i++) {
      double px = landmarks.x(points.get(i)) - meanX;
      double py = landmarks.y(points.get(i)) - meanY;
      double qx = TEMPLATE.get(i).x() - TEMPLATE_CENTRE.x();
      double qy = TEMPLATE.get(i).y() - TEMPLATE_CENTRE.y();
      re += px * qx + py * qy;
      im += px * qy - py * qx;
      norm += px * px + py * py;
    }
    // The similarity's factor is (re + i·im) / norm; the way back has its reciprocal.
    double a = norm * re / (re * re + im * im);
    double b = norm * im / (re * re + im * im);
    return new Affine(
        a,
        b,
        meanX - a * TEMPLATE_CENTRE.x() - b * TEMPLATE_CENTRE.y(),
        -b,
        a,
        meanY + b * TEMPLATE_CENTRE.x() - a * TEMPLATE_CENTRE.y());
  }

  private static List<Integer> points(LandmarkScheme scheme) {
    return switch (scheme) {
      case FACE_MESH_468 -> MESH_POINTS;
      case DLIB_68 -> DLIB_POINTS;
    };
  }

  /** {@return the recipe with landmarks of the face mesh} */
  @Override
  public Optional<String> id() {
    return Optional.of(recipe);
  }

  /** {@return the recipe} */
  @Override
  public String toString() {
    return "AlignedFaceCropper[" + recipe + "]";
  }
}
