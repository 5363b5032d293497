package dev.mfr.landmarks.pose;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;

/** The canonical face, turned by known angles. */
public final class TurnedFace {
  private TurnedFace() {}

  /**
   * {@return the mesh of a head that is pitched up, then turned to the right of the picture, then
   * rolled clockwise}
   *
   * @param scale pixels a centimetre
   * @param cx where the canonical origin lies, to the right
   * @param cy the same downwards
   */
  public static Landmarks mesh(
      double yaw, double pitch, double roll, double scale, double cx, double cy) {
    CanonicalFace face = CanonicalFace.instance();
    double[] r = product(aboutZ(-roll), product(aboutY(yaw), aboutX(-pitch)));
    float[] xyz = new float[3 * 468];
    for (int v = 0; v < 468; v++) {
      double x = face.x(v);
      double y = face.y(v);
      double z = face.z(v);
      xyz[3 * v] = (float) (cx + scale * (r[0] * x + r[1] * y + r[2] * z));
      xyz[3 * v + 1] = (float) (cy - scale * (r[3] * x + r[4] * y + r[5] * z));
      xyz[3 * v + 2] = (float) (-scale * (r[6] * x + r[7] * y + r[8] * z));
    }
    return Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
  }

  /** {@return dlib's 68 points of the same, without depth} */
  public static Landmarks ibug(Landmarks mesh) {
    float[] xyz = new float[3 * 68];
    for (int i = 0; i < 68; i++) {
      xyz[3 * i] = mesh.x(FacePose.meshVertex(i));
      xyz[3 * i + 1] = mesh.y(FacePose.meshVertex(i));
    }
    return Landmarks.of(LandmarkScheme.DLIB_68, xyz);
  }

  // The textbook's right-handed rotations, counter-clockwise seen from the axis' end, in degrees.

  private static double[] aboutX(double angle) {
    double c = Math.cos(Math.toRadians(angle));
    double s = Math.sin(Math.toRadians(angle));
    return new double[] {1, 0, 0, 0, c, -s, 0, s, c};
  }

  private static double[] aboutY(double angle) {
    double c = Math.cos(Math.toRadians(angle));
    double s = Math.sin(Math.toRadians(angle));
    return new double[] {c, 0, s, 0, 1, 0, -s, 0, c};
  }

  private static double[] aboutZ(double angle) {
    double c = Math.cos(Math.toRadians(angle));
    double s = Math.sin(Math.toRadians(angle));
    return new double[] {c, -s, 0, s, c, 0, 0, 0, 1};
  }

  private static double[] product(double[] a, double[] b) {
    double[] m = new double[9];
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 3; k++) {
        m[i] += a[i / 3 * 3 + k] * b[3 * k + i % 3];
      }
    }
    return m;
  }
}
