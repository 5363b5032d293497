package dev.mfr.landmarks.mask;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import dev.mfr.landmarks.pose.CanonicalFace;
import dev.mfr.landmarks.pose.FacePose;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The canonical face in any pose, with the exact landmarks, on a picture painted for it. */
final class SyntheticFace {
  private static final CanonicalFace FACE = CanonicalFace.instance();

  /** A turn of the head in degrees: yaw to the right of the picture, pitch upwards, roll. */
  record Pose(double yaw, double pitch, double roll) {}

  static final Pose FRONTAL = new Pose(0, 0, 0);

  static List<Pose> poses() {
    List<Pose> poses = new ArrayList<>();
    for (double yaw : new double[] {-45, -20, 0, 20, 45}) {
      for (double pitch : new double[] {-20, 0, 20}) {
        poses.add(new Pose(yaw, pitch, 0));
      }
    }
    poses.add(new Pose(0, 0, 30));
    poses.add(new Pose(30, 10, -40));
    return poses;
  }

  private SyntheticFace() {}

  /**
   * {@return the 468 points of the posed canonical face}
   *
   * @param size the side of the square picture; the face fills 60 % of it
   */
  static Landmarks landmarks(int size, Pose pose) {
    double yaw = Math.toRadians(pose.yaw());
    double pitch = Math.toRadians(pose.pitch());
    double roll = Math.toRadians(pose.roll());
    double scale = .6 * size / 18;
    float[] xyz = new float[3 * 468];
    for (int v = 0; v < 468; v++) {
      double x = FACE.x(v);
      double y = FACE.y(v) + .6;
      double z = FACE.z(v);
      double y1 = y * Math.cos(pitch) + z * Math.sin(pitch);
      double z1 = -y * Math.sin(pitch) + z * Math.cos(pitch);
      double x2 = x * Math.cos(yaw) + z1 * Math.sin(yaw);
      double z2 = -x * Math.sin(yaw) + z1 * Math.cos(yaw);
      double x3 = x2 * Math.cos(roll) + y1 * Math.sin(roll);
      double y3 = -x2 * Math.sin(roll) + y1 * Math.cos(roll);
      xyz[3 * v] = (float) (size / 2.0 + scale * x3);
      xyz[3 * v + 1] = (float) (size / 2.0 - scale * y3);
      xyz[3 * v + 2] = (float) (-scale * z2);
    }
    return Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
  }

  /**
   * {@return a picture of a face: skin-coloured triangles, dark eyes with whites, brows and lips}
   *
   * @param light multiplies the linear light, per column if it differs
   */
  static RgbImage picture(int size, Landmarks face, Light light) {
    byte[] rgb = new byte[3 * size * size];
    Random random = new Random(7);
    boolean[] skin = new boolean[size * size];
    for (FaceMeshTopology.Triangle t : FaceMeshTopology.triangles()) {
      fill(skin, size, polygon(face, List.of(t.a(), t.b(), t.c())));
    }
    boolean[] eyes = new boolean[size * size];
    fill(eyes, size, polygon(face, FaceMeshTopology.RIGHT_EYE));
    fill(eyes, size, polygon(face, FaceMeshTopology.LEFT_EYE));
    boolean[] brows = new boolean[size * size];
    fill(brows, size, polygon(face, FaceMeshTopology.RIGHT_BROW));
    fill(brows, size, polygon(face, FaceMeshTopology.LEFT_BROW));
    for (int i = 0; i < skin.length; i++) {
      int base = 0x3A4A66;
      if (skin[i]) {
        base = eyes[i] ? (i % 3 == 0 ? 0x302010 : 0xC8C4C0) : brows[i] ? 0x40302A : 0xC08E74;
      }
      double gain = light.at(i % size / (double) size);
      double noise = 3 * random.nextGaussian();
      for (int k = 0; k < 3; k++) {
        double linear = gain * Tone.linear((base >> (16 - 8 * k)) & 255);
        double srgb =
            linear <= .0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - .055;
        rgb[3 * i + k] = (byte) Math.max(0, Math.min(255, Math.round(255 * srgb + noise)));
      }
    }
    return RgbImage.copyOf(rgb, size, size, 3 * size, PixelFormat.RGB);
  }

  /** The light at a column. */
  interface Light {
    /**
     * {@return the factor}
     *
     * @param x the column, 0…1
     */
    double at(double x);
  }

  static double[] polygon(Landmarks face, List<Integer> ring) {
    double[] xy = new double[2 * ring.size()];
    for (int i = 0; i < ring.size(); i++) {
      xy[2 * i] = face.x(ring.get(i));
      xy[2 * i + 1] = face.y(ring.get(i));
    }
    return xy;
  }

  /** Marks the pixels of a polygon. */
  static void fill(boolean[] region, int width, double[] xy) {
    int height = region.length / width;
    double left = width;
    double right = 0;
    double top = height;
    double bottom = 0;
    for (int i = 0; i < xy.length; i += 2) {
      left = Math.min(left, xy[i]);
      right = Math.max(right, xy[i]);
      top = Math.min(top, xy[i + 1]);
      bottom = Math.max(bottom, xy[i + 1]);
    }
    for (int y = (int) Math.max(0, top); y <= Math.min(height - 1, bottom + 1); y++) {
      for (int x = (int) Math.max(0, left); x <= Math.min(width - 1, right + 1); x++) {
        if (Polygons.contains(xy, x, y)) {
          region[y * width + x] = true;
        }
      }
    }
  }

  /**
   * {@return the pixels of the mesh below the base of the nose and within a distance of its middle}
   */
  static boolean[] lowerFace(int width, int height, Landmarks face, double widestCm) {
    boolean[] region = new boolean[width * height];
    for (FaceMeshTopology.Triangle t : FaceMeshTopology.triangles()) {
      List<Integer> corners = List.of(t.a(), t.b(), t.c());
      double y = corners.stream().mapToDouble(FACE::y).average().orElseThrow();
      double x = corners.stream().mapToDouble(v -> Math.abs(FACE.x(v))).max().orElseThrow();
      if (y < -2.1 && x < widestCm) {
        fill(region, width, polygon(face, corners));
      }
    }
    return region;
  }

  /** {@return dlib's 68 points of a face whose mesh is known, by the vertices that lie there} */
  static Landmarks ibug(Landmarks mesh) {
    float[] xyz = new float[3 * 68];
    for (int i = 0; i < 68; i++) {
      int v = FacePose.meshVertex(i);
      xyz[3 * i] = mesh.x(v);
      xyz[3 * i + 1] = mesh.y(v);
    }
    return Landmarks.of(LandmarkScheme.DLIB_68, xyz);
  }
}
