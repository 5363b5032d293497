package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkIndex;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;

/**
 * The measured points of one face, in pixels of its picture.
 *
 * <p>Immutable and thread-safe, but for those that a {@link FaceBuffer} lends: they are valid until
 * its next picture. Points may lie outside the picture. A point's z is its depth on the scale of x,
 * smaller nearer to the camera, relative to the head's centre; 0 where the scheme has none. There
 * is no visibility: points under a mask are guesses.
 */
public final class Landmarks {
  private final LandmarkScheme scheme;
  private final float[] xyz;

  private Landmarks(LandmarkScheme scheme, float[] xyz) {
    this.scheme = scheme;
    this.xyz = xyz;
  }

  /**
   * {@return landmarks with a copy of the coordinates}
   *
   * @param scheme which points they are
   * @param xyz x, y, z of the points in the scheme's order, 3 × its size; not modified
   * @throws IllegalArgumentException when the length is wrong or a number is not finite
   */
  public static Landmarks of(LandmarkScheme scheme, float... xyz) {
    checkArgument(
        xyz.length == 3 * scheme.size(),
        "%s needs %s numbers (x, y, z of %s points), got %s",
        scheme,
        3 * scheme.size(),
        scheme.size(),
        xyz.length);
    float[] copy = xyz.clone();
    for (int i = 0; i < copy.length; i++) {
      checkArgument(
          Float.isFinite(copy[i]), "coordinate %s of point %s is not finite", i % 3, i / 3);
    }
    return new Landmarks(scheme, copy);
  }

  /** {@return landmarks that share the array, and change with it} */
  static Landmarks wrap(LandmarkScheme scheme, float[] xyz) {
    return new Landmarks(scheme, xyz);
  }

  /**
   * Writes x, y, z of all points in the scheme's order.
   *
   * @param target 3 × {@link #size()} numbers or more
   */
  public void copyInto(float[] target) {
    System.arraycopy(xyz, 0, target, 0, xyz.length);
  }

  /** {@return which points these are} */
  public LandmarkScheme scheme() {
    return scheme;
  }

  /** {@return how many points there are} */
  public int size() {
    return scheme.size();
  }

  /**
   * {@return the x of a point, in pixels}
   *
   * @param i its index in the scheme
   */
  public float x(int i) {
    return xyz[3 * checkIndex(i, scheme.size())];
  }

  /**
   * {@return the y of a point, in pixels}
   *
   * @param i its index in the scheme
   */
  public float y(int i) {
    return xyz[3 * checkIndex(i, scheme.size()) + 1];
  }

  /**
   * {@return the depth of a point, on the scale of x}
   *
   * @param i its index in the scheme
   */
  public float z(int i) {
    return xyz[3 * checkIndex(i, scheme.size()) + 2];
  }

  /**
   * {@return a point, without its depth}
   *
   * @param i its index in the scheme
   */
  public Point point(int i) {
    return new Point(x(i), y(i));
  }

  /**
   * {@return the middle between the corners of the person's right eye (left in an upright picture)}
   */
  public Point rightEye() {
    return scheme.rightEye(this);
  }

  /** {@return the middle between the corners of the person's left eye} */
  public Point leftEye() {
    return scheme.leftEye(this);
  }

  /** {@return the distance between the two eyes' middles, in pixels} */
  public double eyeDistance() {
    return rightEye().distanceTo(leftEye());
  }

  /**
   * {@return the roll of the head: the angle of the line from the right to the left eye, in
   * radians}
   */
  public double roll() {
    return rightEye().angleTo(leftEye());
  }

  /** {@return the smallest upright box around all points} */
  public Box bounds() {
    float x0 = Float.POSITIVE_INFINITY;
    float y0 = Float.POSITIVE_INFINITY;
    float x1 = Float.NEGATIVE_INFINITY;
    float y1 = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < xyz.length; i += 3) {
      x0 = Math.min(x0, xyz[i]);
      x1 = Math.max(x1, xyz[i]);
      y0 = Math.min(y0, xyz[i + 1]);
      y1 = Math.max(y1, xyz[i + 1]);
    }
    return new Box(x0, y0, x1 - x0, y1 - y0);
  }

  /**
   * {@return the landmarks in another frame: x and y mapped, z multiplied by the map's scale}
   *
   * @param map from this frame to the other
   */
  public Landmarks transform(Affine map) {
    float[] moved = new float[xyz.length];
    float scale = (float) map.scale();
    for (int i = 0; i < xyz.length; i += 3) {
      moved[i] = (float) map.applyX(xyz[i], xyz[i + 1]);
      moved[i + 1] = (float) map.applyY(xyz[i], xyz[i + 1]);
      moved[i + 2] = xyz[i + 2] * scale;
    }
    return new Landmarks(scheme, moved);
  }

  /** {@return the scheme, never coordinates} */
  @Override
  public String toString() {
    return "Landmarks[" + scheme + "]";
  }
}
