package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaceMeshTopologyTest {

  @Test
  void triangles_all_898OverAllVertices() {
    Set<Integer> used = new HashSet<>();
    for (FaceMeshTopology.Triangle t : FaceMeshTopology.triangles()) {
      assertThat(Set.of(t.a(), t.b(), t.c())).hasSize(3).allMatch(i -> i >= 0 && i < 468);
      used.addAll(Set.of(t.a(), t.b(), t.c()));
    }
    assertThat(FaceMeshTopology.triangles()).hasSize(898);
    assertThat(used).hasSize(468);
    // A disc with the eyes closed and the lips open or closed: V − E + F = 1.
    assertThat(468 - FaceMeshTopology.edges().size() + 898).isEqualTo(1);
  }

  static List<List<Integer>> rings() {
    return List.of(
        FaceMeshTopology.FACE_OVAL,
        FaceMeshTopology.RIGHT_EYE,
        FaceMeshTopology.LEFT_EYE,
        FaceMeshTopology.RIGHT_BROW,
        FaceMeshTopology.LEFT_BROW,
        FaceMeshTopology.LIPS_OUTER,
        FaceMeshTopology.LIPS_INNER);
  }

  @ParameterizedTest
  @MethodSource("rings")
  void rings_consecutiveVertices_areJoinedByEdges(List<Integer> ring) {
    assertThat(new HashSet<>(ring)).hasSameSizeAs(ring);
    for (int i = 0; i < ring.size(); i++) {
      assertJoined(ring.get(i), ring.get((i + 1) % ring.size()));
    }
  }

  @Test
  void noseLines_consecutiveVertices_areJoinedByEdges() {
    for (List<Integer> line : List.of(FaceMeshTopology.NOSE_RIDGE, FaceMeshTopology.NOSE_BASE)) {
      for (int i = 0; i + 1 < line.size(); i++) {
        assertJoined(line.get(i), line.get(i + 1));
      }
    }
  }

  private static void assertJoined(int i, int j) {
    assertThat(FaceMeshTopology.edges())
        .contains(new FaceMeshTopology.Edge(Math.min(i, j), Math.max(i, j)));
  }
}
