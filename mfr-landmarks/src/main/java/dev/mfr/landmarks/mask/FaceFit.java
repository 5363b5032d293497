package dev.mfr.landmarks.mask;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The map from the canonical face's space (cm) onto one face of a picture (pixels).
 *
 * <p>Positions map to x and y of the picture and a depth on the same scale, greater nearer to the
 * camera. Immutable.
 */
final class FaceFit {
  /*
   * 1. Pose. With depth: the similarity that brings the canonical vertices closest to the measured ones, its rotation
   *    being the orthogonal factor of their covariance (Newton's iteration for the polar decomposition). Without depth:
   *    the affine camera that fits best, made orthogonal the same way, its third row the cross product of the others.
   * 2. Shape. What the pose leaves over at the control vertices is spread by inverse-distance weights (Shepard, power 4,
   *    softened), so that a place near a control vertex moves with it and a place outside the face with its outline.
   *    Vertices around the eyes and the lips are no controls: a mask does not open with the mouth.
   */

  /** iBUG point → mesh vertex; the silhouette's points 0–16 bend the mask but do not pose it. */
  private static final int[] IBUG_TO_MESH = {
    127, 234, 93, 132, 58, 172, 150, 176, 152, 400, 379, 397, 288, 361, 323, 454, 356, 70, 63, 105,
    66, 107, 336, 296, 334, 293, 300, 168, 197, 5, 4, 98, 97, 2, 326, 327, 33, 160, 158, 133, 153,
    144, 362, 385, 387, 263, 373, 380, 61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91, 78, 82,
    13, 312, 308, 317, 14, 87
  };

  private static final int[] IBUG_RIGHT_EYE = {36, 37, 38, 39, 40, 41};
  private static final int[] IBUG_LEFT_EYE = {42, 43, 44, 45, 46, 47};
  private static final double SOFTNESS = .5;

  private static final CanonicalFace FACE = CanonicalFace.instance();
  private static final boolean[] CONTROL = controls();

  private final double scale;
  private final double[] rotation;
  private final double[] shift;
  private final double[] controls;
  private final double[] residuals;
  private final int controlCount;
  private final Landmarks landmarks;
  private final boolean mesh;
  private final boolean flat;

  private FaceFit(
      Landmarks landmarks, boolean flat, double scale, double[] rotation, double[] shift) {
    this.flat = flat;
    this.landmarks = landmarks;
    this.mesh = landmarks.scheme() == LandmarkScheme.FACE_MESH_468;
    this.scale = scale;
    this.rotation = rotation;
    this.shift = shift;
    int n = landmarks.size();
    this.controls = new double[3 * n];
    this.residuals = new double[3 * n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      int v = vertexOf(i);
      if (!CONTROL[v]) {
        continue;
      }
      double x = FACE.x(v);
      double y = FACE.y(v);
      double z = FACE.z(v);
      int o = 3 * count++;
      controls[o] = x;
      controls[o + 1] = y;
      controls[o + 2] = z;
      residuals[o] = landmarks.x(i) - posed(0, x, y, z);
      residuals[o + 1] = -landmarks.y(i) - posed(1, x, y, z);
      residuals[o + 2] = flat ? 0 : -landmarks.z(i) - posed(2, x, y, z);
    }
    this.controlCount = count;
  }

  /** Null when the landmarks have no extent or are mirrored. */
  static @Nullable FaceFit of(Landmarks landmarks) {
    List<Integer> used = new ArrayList<>();
    boolean mesh = landmarks.scheme() == LandmarkScheme.FACE_MESH_468;
    for (int i = mesh ? 0 : 17; i < landmarks.size(); i++) {
      used.add(i);
    }
    if (!mesh) {
      used.add(8);
    }
    int n = used.size();
    double[] c = new double[3];
    double[] p = new double[3];
    for (int i : used) {
      int v = mesh ? i : IBUG_TO_MESH[i];
      add(c, FACE.x(v), FACE.y(v), FACE.z(v));
      add(p, landmarks.x(i), -landmarks.y(i), -landmarks.z(i));
    }
    for (int k = 0; k < 3; k++) {
      c[k] /= n;
      p[k] /= n;
    }
    // Covariance of picture with canonical face, of the canonical face with itself, and its spread.
    double[] cross = new double[9];
    double[] own = new double[9];
    double spread = 0;
    double depth = 0;
    double width = 0;
    for (int i : used) {
      int v = mesh ? i : IBUG_TO_MESH[i];
      double[] a = {FACE.x(v) - c[0], FACE.y(v) - c[1], FACE.z(v) - c[2]};
      double[] b = {landmarks.x(i) - p[0], -landmarks.y(i) - p[1], -landmarks.z(i) - p[2]};
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
    return new FaceFit(landmarks, flat, scale, rotation, shift);
  }

  private static double sq(double x) {
    return x * x;
  }

  private static void add(double[] sum, double x, double y, double z) {
    sum[0] += x;
    sum[1] += y;
    sum[2] += z;
  }

  private static boolean[] controls() {
    boolean[] control = new boolean[468];
    for (int v = 0; v < control.length; v++) {
      double x = Math.abs(FACE.x(v));
      double y = FACE.y(v);
      boolean eyes = (x > 1.5 && x < 5.2 && y > 1.7) || y > 3.6;
      boolean lips = x < 3.1 && y > -6.3 && y < -2.6;
      control[v] = !eyes && !lips;
    }
    return control;
  }

  private int vertexOf(int landmark) {
    return mesh ? landmark : IBUG_TO_MESH[landmark];
  }

  /** The mesh vertex that lies where a point of the 68 does. */
  static int meshVertex(int ibug) {
    return IBUG_TO_MESH[ibug];
  }

  /** Pixels a centimetre of the face. */
  double scale() {
    return scale;
  }

  /** How much of the face's forward direction points to the camera: 1 in a frontal picture. */
  double facing() {
    return rotation[8];
  }

  /** The picture's x, y (downwards) and depth of a canonical place, written to out[at…at+2]. */
  void map(double x, double y, double z, double[] out, int at) {
    double sum = 0;
    double dx = 0;
    double dy = 0;
    double dz = 0;
    for (int o = 0; o < 3 * controlCount; o += 3) {
      double ex = x - controls[o];
      double ey = y - controls[o + 1];
      double ez = z - controls[o + 2];
      double d = ex * ex + ey * ey + ez * ez + SOFTNESS;
      double w = 1 / (d * d);
      sum += w;
      dx += w * residuals[o];
      dy += w * residuals[o + 1];
      dz += w * residuals[o + 2];
    }
    out[at] = posed(0, x, y, z) + dx / sum;
    out[at + 1] = -posed(1, x, y, z) - dy / sum;
    out[at + 2] = posed(2, x, y, z) + dz / sum;
  }

  /** The component (0 right, 1 up, 2 to the camera) of a canonical direction in the picture. */
  double turned(int component, double x, double y, double z) {
    int r = 3 * component;
    return rotation[r] * x + rotation[r + 1] * y + rotation[r + 2] * z;
  }

  private double posed(int r, double x, double y, double z) {
    return scale * (rotation[3 * r] * x + rotation[3 * r + 1] * y + rotation[3 * r + 2] * z)
        + shift[r];
  }

  /** Writes the picture's x, y and depth of a mesh vertex: measured, or mapped where it is not. */
  void vertex(int v, double[] out, int at) {
    if (!mesh || flat) {
      map(FACE.x(v), FACE.y(v), FACE.z(v), out, at);
    }
    if (mesh) {
      out[at] = landmarks.x(v);
      out[at + 1] = landmarks.y(v);
      out[at + 2] = flat ? out[at + 2] : -landmarks.z(v);
    }
  }

  /** The rims of both eyes: x and y of each point, one array an eye. */
  List<double[]> eyes() {
    return mesh
        ? List.of(rim(FaceMeshTopology.RIGHT_EYE), rim(FaceMeshTopology.LEFT_EYE))
        : List.of(rim(boxed(IBUG_RIGHT_EYE)), rim(boxed(IBUG_LEFT_EYE)));
  }

  private static List<Integer> boxed(int[] indices) {
    List<Integer> list = new ArrayList<>();
    for (int i : indices) {
      list.add(i);
    }
    return list;
  }

  private double[] rim(List<Integer> ring) {
    double[] xy = new double[2 * ring.size()];
    for (int k = 0; k < ring.size(); k++) {
      xy[2 * k] = landmarks.x(ring.get(k));
      xy[2 * k + 1] = landmarks.y(ring.get(k));
    }
    return xy;
  }
}
