package dev.mfr.landmarks.mask;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import dev.mfr.landmarks.pose.CanonicalFace;
import dev.mfr.landmarks.pose.FacePose;
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
   * 1. Pose: the similarity or, without depth, the affine camera that fits best. The silhouette's points 0–16 of the 68
   *    bend the mask but do not pose it.
   * 2. Shape. What the pose leaves over at the control vertices is spread by inverse-distance weights (Shepard, power 4,
   *    softened), so that a place near a control vertex moves with it and a place outside the face with its outline.
   *    Vertices around the eyes and the lips are no controls: a mask does not open with the mouth.
   */

  private static final int[] IBUG_RIGHT_EYE = {36, 37, 38, 39, 40, 41};
  private static final int[] IBUG_LEFT_EYE = {42, 43, 44, 45, 46, 47};
  private static final double SOFTNESS = .5;

  private static final CanonicalFace FACE = CanonicalFace.instance();
  private static final boolean[] CONTROL = controls();

  private final FacePose pose;
  private final double[] controls;
  private final double[] residuals;
  private final int controlCount;
  private final Landmarks landmarks;
  private final boolean mesh;
  private final boolean flat;

  private FaceFit(Landmarks landmarks, FacePose pose) {
    this.pose = pose;
    this.flat = pose.flat();
    this.landmarks = landmarks;
    this.mesh = landmarks.scheme() == LandmarkScheme.FACE_MESH_468;
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
      residuals[o] = landmarks.x(i) - pose.posed(0, x, y, z);
      residuals[o + 1] = -landmarks.y(i) - pose.posed(1, x, y, z);
      residuals[o + 2] = flat ? 0 : -landmarks.z(i) - pose.posed(2, x, y, z);
    }
    this.controlCount = count;
  }

  /** Null when the landmarks have no extent or are mirrored. */
  static @Nullable FaceFit of(Landmarks landmarks) {
    FacePose pose = FacePose.of(landmarks);
    return pose == null ? null : new FaceFit(landmarks, pose);
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
    return mesh ? landmark : FacePose.meshVertex(landmark);
  }

  /** Pixels a centimetre of the face. */
  double scale() {
    return pose.scale();
  }

  /** How much of the face's forward direction points to the camera: 1 in a frontal picture. */
  double facing() {
    return pose.facing();
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
    out[at] = pose.posed(0, x, y, z) + dx / sum;
    out[at + 1] = -pose.posed(1, x, y, z) - dy / sum;
    out[at + 2] = pose.posed(2, x, y, z) + dz / sum;
  }

  /** The component (0 right, 1 up, 2 to the camera) of a canonical direction in the picture. */
  double turned(int component, double x, double y, double z) {
    return pose.turned(component, x, y, z);
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
