package dev.mfr.landmarks.pose;

import dev.mfr.inference.ModelException;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import dev.mfr.landmarks.mesh.FaceMeshTopology.Triangle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The mean face of the 468-point mesh in cm: x to the person's left, y up, z to the front. Its
 * vertices and their normals. Immutable.
 */
public final class CanonicalFace {
  private static final String RESOURCE = "canonical-face-vertices.txt";
  private static final int VERTICES = 468;

  private static final class Holder {
    static final CanonicalFace INSTANCE = new CanonicalFace(read());
  }

  private final double[] vertices;
  private final double[] normals;

  private CanonicalFace(double[] vertices) {
    this.vertices = vertices;
    this.normals = normals(vertices);
  }

  /** {@return the face, read from the jar once} */
  public static CanonicalFace instance() {
    return Holder.INSTANCE;
  }

  /**
   * {@return how far to the person's left a vertex lies, in cm}
   *
   * @param vertex its index, 0…467
   */
  public double x(int vertex) {
    return vertices[3 * vertex];
  }

  /**
   * {@return how high a vertex lies, in cm}
   *
   * @param vertex its index, 0…467
   */
  public double y(int vertex) {
    return vertices[3 * vertex + 1];
  }

  /**
   * {@return how far to the front a vertex lies, in cm}
   *
   * @param vertex its index, 0…467
   */
  public double z(int vertex) {
    return vertices[3 * vertex + 2];
  }

  /**
   * {@return the component of a vertex's unit normal}
   *
   * @param vertex its index, 0…467
   * @param component 0, 1, 2 for x, y, z
   */
  public double normal(int vertex, int component) {
    return normals[3 * vertex + component];
  }

  /** {@return x, y, z of all vertices, one behind the other; a copy} */
  public double[] vertices() {
    return vertices.clone();
  }

  private static double[] normals(double[] v) {
    double[] n = new double[v.length];
    for (Triangle t : FaceMeshTopology.triangles()) {
      int a = 3 * t.a();
      int b = 3 * t.b();
      int c = 3 * t.c();
      double[] cross = cross(v, a, b, c);
      for (int corner : new int[] {a, b, c}) {
        for (int k = 0; k < 3; k++) {
          n[corner + k] += cross[k];
        }
      }
    }
    // The nose's tip looks to the front, whichever way the triangles are wound.
    double sign = Math.signum(n[3 * 4 + 2]);
    for (int i = 0; i < n.length; i += 3) {
      double length = sign * Math.sqrt(n[i] * n[i] + n[i + 1] * n[i + 1] + n[i + 2] * n[i + 2]);
      for (int k = 0; k < 3; k++) {
        n[i + k] /= length == 0 ? 1 : length;
      }
    }
    return n;
  }

  private static double[] cross(double[] v, int a, int b, int c) {
    double ux = v[b] - v[a];
    double uy = v[b + 1] - v[a + 1];
    double uz = v[b + 2] - v[a + 2];
    double wx = v[c] - v[a];
    double wy = v[c + 1] - v[a + 1];
    double wz = v[c + 2] - v[a + 2];
    return new double[] {uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx};
  }

  private static double[] read() {
    double[] xyz = new double[3 * VERTICES];
    int n = 0;
    try (InputStream in = CanonicalFace.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new ModelException(
            RESOURCE, "it is missing from the jar; the installation is damaged", null);
      }
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("#")) {
          continue;
        }
        for (String number : line.split(" ", -1)) {
          xyz[n++] = Double.parseDouble(number);
        }
      }
    } catch (IOException e) {
      throw new ModelException(RESOURCE, "reading it from the jar failed (" + e + ")", e);
    }
    return xyz;
  }
}
