package dev.mfr.landmarks.mesh;

import dev.mfr.inference.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which vertices of the 468-point face mesh belong together.
 *
 * <p>The lists are vertex indices; consecutive ones are joined by an edge of the mesh. "Right" and
 * "left" are the person's. A ring does not repeat its first vertex. Immutable.
 */
public final class FaceMeshTopology {

  /** The face's outline, a ring from the top of the forehead clockwise on an upright picture. */
  public static final List<Integer> FACE_OVAL =
      List.of(
          10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
          152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109);

  /** The rim of the right eye, a ring from the outer corner along the lower lid. */
  public static final List<Integer> RIGHT_EYE =
      List.of(33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246);

  /** The rim of the left eye, a ring from the outer corner along the lower lid. */
  public static final List<Integer> LEFT_EYE =
      List.of(263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466);

  /** The right brow, a ring from its outer end along the lower edge. */
  public static final List<Integer> RIGHT_BROW = List.of(46, 53, 52, 65, 55, 107, 66, 105, 63, 70);

  /** The left brow, a ring from its outer end along the lower edge. */
  public static final List<Integer> LEFT_BROW =
      List.of(276, 283, 282, 295, 285, 336, 296, 334, 293, 300);

  /** The outer rim of the lips, a ring from the right corner along the lower lip. */
  public static final List<Integer> LIPS_OUTER =
      List.of(
          61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40,
          185);

  /** The inner rim of the lips, a ring from the right corner along the lower lip. */
  public static final List<Integer> LIPS_INNER =
      List.of(
          78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80,
          191);

  /** The ridge of the nose, a line from between the eyes over the tip to its base. */
  public static final List<Integer> NOSE_RIDGE = List.of(168, 6, 197, 195, 5, 4, 1, 19, 94, 2);

  /** The base of the nose, a line from the right nostril to the left one. */
  public static final List<Integer> NOSE_BASE = List.of(98, 97, 2, 326, 327);

  private static final String TRIANGLES_RESOURCE = "face-mesh-triangles.txt";

  /**
   * A triangle of the mesh.
   *
   * @param a its first vertex
   * @param b its second vertex
   * @param c its third vertex
   */
  public record Triangle(int a, int b, int c) {}

  /**
   * An edge of the mesh.
   *
   * @param from the vertex with the lower index
   * @param to the vertex with the higher index
   */
  public record Edge(int from, int to) {}

  private FaceMeshTopology() {}

  private static final class Surface {
    static final List<Triangle> TRIANGLES = readTriangles();
    static final List<Edge> EDGES = edgesOf(TRIANGLES);
  }

  /** {@return the 898 triangles that cover the face, from MediaPipe's canonical face mesh} */
  public static List<Triangle> triangles() {
    return Surface.TRIANGLES;
  }

  /** {@return the 1365 edges of the triangles, each once} */
  public static List<Edge> edges() {
    return Surface.EDGES;
  }

  private static List<Edge> edgesOf(List<Triangle> triangles) {
    Set<Edge> edges = new LinkedHashSet<>();
    for (Triangle t : triangles) {
      edges.add(edge(t.a(), t.b()));
      edges.add(edge(t.b(), t.c()));
      edges.add(edge(t.c(), t.a()));
    }
    return List.copyOf(edges);
  }

  private static Edge edge(int i, int j) {
    return new Edge(Math.min(i, j), Math.max(i, j));
  }

  private static List<Triangle> readTriangles() {
    List<Triangle> triangles = new ArrayList<>();
    try (InputStream in = FaceMeshTopology.class.getResourceAsStream(TRIANGLES_RESOURCE)) {
      if (in == null) {
        throw new ModelException(
            TRIANGLES_RESOURCE, "it is missing from the jar; the installation is damaged", null);
      }
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("#")) {
          continue;
        }
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        triangles.add(
            new Triangle(
                Integer.parseInt(line, 0, first, 10),
                Integer.parseInt(line, first + 1, second, 10),
                Integer.parseInt(line, second + 1, line.length(), 10)));
      }
    } catch (IOException e) {
      throw new ModelException(TRIANGLES_RESOURCE, "reading it from the jar failed (" + e + ")", e);
    }
    return List.copyOf(triangles);
  }
}
