package dev.mfr.landmarks.mask;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.Landmarks;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts masks on the faces of photographs: surgical, N95, KN95 and cloth, in many colours.
 *
 * <p>A mask is a surface in space, laid over the face as its landmarks measure it. It turns with
 * the head, its far side is hidden, it takes the face's light and colour cast, throws a little
 * shadow and is as sharp and as noisy as its picture. The eyes are never touched. It takes the 468
 * points of the mesh or dlib's 68; with 68 the head's turn is estimated and the fit is coarser.
 *
 * <p>Equal arguments give equal pictures. Immutable and thread-safe; needs no display. A picture of
 * 250 × 250 takes some 10 ms; memory is the picture's copy and about 100 bytes a pixel of the
 * mask's box.
 */
public final class MaskSynthesizer {
  /*
   * MaskTheFace (Anwar and Raychowdhury, "Masked face recognition for secure authentication", 2020) fits six anchor
   * points of a photographed template to six landmarks, picks one of three templates by yaw and warps it by a homography.
   * Here no photograph is used and nothing is flat:
   *
   * 1. FaceFit: pose of the canonical face, and what is left over, spread smoothly. With 68 points an affine camera.
   * 2. MaskSurface: a grid in the canonical space, in cm, whose depth is that of a cloth over the canonical face, plus
   *    the shape of the kind. It is lowered beside the nose until its edge keeps off the eyes.
   * 3. MaskTexture: the unrolled fabric, drawn with vector shapes, at the picture's resolution.
   * 4. LightField: how the face's skin is lit, by direction and place; it shades the surface's own normals.
   * 5. Raster: triangles with a depth buffer, twice as fine as the picture; the bare nose hides what lies behind it.
   * 6. PictureGrain: the picture's blur and noise, which the layer then gets too.
   * 7. Straps where there is skin, shadow, and the mask are blended in, and nothing within a margin of the eyes' rims.
   *
   * Deviations from MaskTheFace: a surface instead of six points; light by direction instead of one brightness; drawn
   * instead of photographed templates; the two sides of a turned head come from one model instead of three templates.
   */

  /** To be raised whenever equal arguments give another picture than before: caches go by it. */
  private static final int VERSION = 1;

  private static final double LEAST_EYE_DISTANCE = 8;
  private static final double CANONICAL_EYE_DISTANCE = 6.3;
  private static final double LEAST_FACING = Math.cos(Math.toRadians(75));
  private static final double LEAST_INSIDE = 2.0 / 3;

  private final MaskOptions options;

  private MaskSynthesizer(MaskOptions options) {
    this.options = options;
  }

  /** {@return a synthesizer with {@link MaskOptions#defaults()}} */
  public static MaskSynthesizer create() {
    return new MaskSynthesizer(MaskOptions.defaults());
  }

  /**
   * {@return a synthesizer that chooses among the given masks}
   *
   * @param options which masks {@link #synthesize} may choose
   */
  public static MaskSynthesizer create(MaskOptions options) {
    return new MaskSynthesizer(options);
  }

  /** {@return which masks may be chosen} */
  public MaskOptions options() {
    return options;
  }

  /**
   * {@return what a masked picture depends on besides the picture, the landmarks and the seed: the
   * options and the way of drawing}
   */
  public String id() {
    return "masks-" + VERSION + " " + options;
  }

  /**
   * {@return why a face cannot wear a mask in its picture; empty when it can}
   *
   * @param image the picture; only its size is used
   * @param landmarks the face's points, in pixels of the picture
   */
  public Optional<MaskObstacle> obstacle(RgbImage image, Landmarks landmarks) {
    FaceFit fit = FaceFit.of(landmarks);
    return Optional.ofNullable(obstacle(image, fit));
  }

  private static @Nullable MaskObstacle obstacle(RgbImage image, @Nullable FaceFit fit) {
    if (fit == null) {
      return MaskObstacle.NO_SURFACE;
    }
    if (fit.scale() * CANONICAL_EYE_DISTANCE < LEAST_EYE_DISTANCE) {
      return MaskObstacle.FACE_TOO_SMALL;
    }
    if (fit.facing() < LEAST_FACING) {
      return MaskObstacle.FACE_TURNED_AWAY;
    }
    if (MaskRendering.shareInside(fit, image.width(), image.height()) < LEAST_INSIDE) {
      return MaskObstacle.FACE_CUT;
    }
    return null;
  }

  /**
   * {@return a copy of a picture in which a face wears a mask that the seed chooses, and which}
   *
   * @param image the picture; not modified
   * @param landmarks the face's points, in pixels of the picture
   * @param seed chooses the mask and its folds and grain
   * @throws IllegalArgumentException when there is an {@link #obstacle}
   */
  public MaskedPicture synthesize(RgbImage image, Landmarks landmarks, long seed) {
    MaskDesign design = options.design(seed);
    return new MaskedPicture(mask(image, landmarks, design, seed), design);
  }

  /**
   * {@return a copy of a picture in which a face wears a given mask}
   *
   * @param image the picture; not modified
   * @param landmarks the face's points, in pixels of the picture
   * @param design the mask
   * @param seed chooses its folds and grain
   * @throws IllegalArgumentException when there is an {@link #obstacle}
   */
  public RgbImage mask(RgbImage image, Landmarks landmarks, MaskDesign design, long seed) {
    FaceFit fit = FaceFit.of(landmarks);
    MaskObstacle obstacle = obstacle(image, fit);
    checkArgument(
        fit != null && obstacle == null,
        "no mask fits: %s; ask MaskSynthesizer.obstacle first",
        obstacle == null ? "" : obstacle.sentence());
    byte[] rgb = new byte[3 * image.width() * image.height()];
    image.copyInto(rgb);
    new MaskRendering(rgb, image.width(), image.height(), fit, design, seed).draw();
    return RgbImage.wrap(rgb, 0, image.width(), image.height(), 3 * image.width(), PixelFormat.RGB);
  }

  /** {@return the options} */
  @Override
  public String toString() {
    return "MaskSynthesizer[" + options + "]";
  }
}
