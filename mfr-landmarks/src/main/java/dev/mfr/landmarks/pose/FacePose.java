package dev.mfr.landmarks.pose;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.quality.HeadPose;
import org.jspecify.annotations.Nullable;

/**
 * How the head of a picture is placed, sized and turned: the similarity from the canonical face's
 * space (cm) to the picture (pixels), seen from far away.
 *
 * <p>Positions map to x (right), y (up, so that the picture's rows are its negative) and a depth on
 * the same scale, greater nearer to the camera. Immutable.
 */
public final class FacePose {
  /*
   * With depth: the similarity that brings the canonical vertices closest to the measured ones, its rotation being the
   * orthogonal factor of their covariance (Newton's iteration for the polar decomposition). Without depth: the affine
   * camera that fits best, made orthogonal the same way, its third row the cross product of the others.
   */

  /** iBUG point → mesh vertex. */
  private static final int[] IBUG_TO_MESH = {
    127, 234, 93, 132, 58, 172, 150, 176, 152, 400, 379, 397, 288, 361, 323, 454, 356, 70, 63, 105,
    66, 107, 336, 296, 334, 293, 300, 168, 197, 5, 4, 98, 97, 2, 326, 327, 33, 160, 158, 133, 153,
    144, 362, 385, 387, 263, 373, 380, 61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91, 78, 82,
    13, 312, 308, 317, 14, 87
  };

  private static final CanonicalFace FACE = CanonicalFace.instance();
  private static final int[] MESH = range(0, 468, -1);

  /** The silhouette's points bend with the head's turn, so that only the chin is of use. */
  private static final int[] IBUG = range(17, 68, 8);

  private final double scale;
  private final double[] rotation;
  private final double[] shift;
  private final boolean flat;

  private FacePose(double scale, double[] rotation, double[] shift, boolean flat) {
    this.scale = scale;
    this.rotation = rotation;
    this.shift = shift;
    this.flat = flat;
  }

  private static int[] range(int from, int to, int last) {
    int[] indices = new int[to - from + (last < 0 ? 0 : 1)];
    for (int i = from; i < to; i++) {
      indices[i - from] = i;
    }
    if (last >= 0) {
      indices[to - from] = last;
    }
    return indices;
  }

  /**
   * {@return the mesh vertex that lies where a point of the 68 does}
   *
   * @param ibug the point's index, 0…67
   */
  public static int meshVertex(int ibug) {
    return IBUG_TO_MESH[ibug];
  }

  /**
   * {@return the pose by all points that say something about it, or null when they have no extent
   * or are mirrored}
   *
   * @param landmarks a face's points, in pixels
   */
  public static @Nullable FacePose of(Landmarks landmarks) {
    return of(landmarks, landmarks.scheme() == LandmarkScheme.FACE_MESH_468 ? MESH : IBUG);
  }

  /**
   * {@return the pose by some points, or null when they have no extent or are mirrored}
   *
   * @param landmarks a face's points, in pixels
   * @param used indices of points, not modified
   */
  public static @Nullable FacePose of(Landmarks landmarks, int[] used) {
    boolean mesh = landmarks.scheme() == LandmarkScheme.FACE_MESH_468;
    int n = used.length;
    double[] c = new double[3];
    double[] p = new double[3];
    for (int i : used) {
      int v = mesh ? i : IBUG_TO_MESH[i];
      c[0] += FACE.x(v);
      c[1] += FACE.y(v);
      c[2] += FACE.z(v);
      p[0] += landmarks.x(i);
      p[1] -= landmarks.y(i);
      p[2] -= landmarks.z(i);
    }
    for (int k = 0; k < 3; k++) {
      c[k] /= n;
      p[k] /= n;
    }
    // Covariance of picture with canonical face, of the canonical face with itself, and its spread.
    double[] cross = new double[9];
    double[] own = new double[9];
    double[] a = new double[3];
    double[] b = new double[3];
    double spread = 0;
    double depth = 0;
    double width = 0;
    for (int i : used) {
      int v = mesh ? i : IBUG_TO_MESH[i];
      a[0] = FACE.x(v) - c[0];
      a[1] = FACE.y(v) - c[1];
      a[2] = FACE.z(v) - c[2];
      b[0] = landmarks.x(i) - p[0];
      b[1] = -landmarks.y(i) - p[1];
      b[2] = -landmarks.z(i) - p[2];
      for (int r = 0; r < 3; r++) {
        for (int k = 0; k < 3; k++) {
          cross[3 * r + k] += b[r] * a[k];
          own[3 * r + k] += a[r] * a[k];
        }
        spread += a[r] * a[r];
      }
      depth += b[2] * b[2];
      width += b[0] * b[0] + b[1] * b[1];
    }
    if (!(width > 1e-6)) {
      return null;
    }
    double[] rotation;
    double scale;
    boolean flat = depth < .01 * width;
    if (!flat) {
      rotation = Matrix3.orthogonalFactor(cross);
      if (rotation == null) {
        return null;
      }
      scale = 0;
      for (int i = 0; i < 9; i++) {
        scale += rotation[i] * cross[i] / spread;
      }
    } else {
      double[] inverse = Matrix3.inverse(own);
      if (inverse == null) {
        return null;
      }
      double[] camera = Matrix3.product(cross, inverse);
      double first = Math.sqrt(sq(camera[0]) + sq(camera[1]) + sq(camera[2]));
      double second = Math.sqrt(sq(camera[3]) + sq(camera[4]) + sq(camera[5]));
      scale = (first + second) / 2;
      if (!(scale > 1e-6)) {
        return null;
      }
      camera[6] = (camera[1] * camera[5] - camera[2] * camera[4]) / scale;
      camera[7] = (camera[2] * camera[3] - camera[0] * camera[5]) / scale;
      camera[8] = (camera[0] * camera[4] - camera[1] * camera[3]) / scale;
      rotation = Matrix3.orthogonalFactor(camera);
      if (rotation == null) {
        return null;
      }
    }
    if (!(scale > 1e-6)) {
      return null;
    }
    double[] shift = new double[3];
    for (int r = 0; r < 3; r++) {
      shift[r] =
          p[r]
              - scale
                  * (rotation[3 * r] * c[0]
                      + rotation[3 * r + 1] * c[1]
                      + rotation[3 * r + 2] * c[2]);
    }
    return new FacePose(scale, rotation, shift, flat);
  }

  private static double sq(double x) {
    return x * x;
  }

  /** {@return whether the landmarks have no depth to speak of} */
  public boolean flat() {
    return flat;
  }

  /** {@return pixels a centimetre of the face} */
  public double scale() {
    return scale;
  }

  /** {@return how much of the face's forward direction points to the camera: 1 when frontal} */
  public double facing() {
    return rotation[8];
  }

  /**
   * {@return the component of a canonical direction in the picture}
   *
   * @param component 0 right, 1 up, 2 to the camera
   * @param x to the person's left
   * @param y up
   * @param z to the front
   */
  public double turned(int component, double x, double y, double z) {
    int r = 3 * component;
    return rotation[r] * x + rotation[r + 1] * y + rotation[r + 2] * z;
  }

  /**
   * {@return a coordinate of a canonical place in the picture, in pixels}
   *
   * @param component 0 right, 1 up, 2 to the camera
   * @param x to the person's left, in cm
   * @param y up, in cm
   * @param z to the front, in cm
   */
  public double posed(int component, double x, double y, double z) {
    int r = 3 * component;
    return scale * (rotation[r] * x + rotation[r + 1] * y + rotation[r + 2] * z) + shift[component];
  }

  /**
   * {@return the turn as angles: a head that looks into the camera is pitched first, then yawed,
   * then rolled}
   */
  public HeadPose angles() {
    double yaw = Math.asin(Math.max(-1, Math.min(1, -rotation[6])));
    double pitch = Math.atan2(-rotation[7], rotation[8]);
    double roll = Math.atan2(-rotation[3], rotation[0]);
    return new HeadPose(Math.toDegrees(yaw), Math.toDegrees(pitch), Math.toDegrees(roll));
  }
}
