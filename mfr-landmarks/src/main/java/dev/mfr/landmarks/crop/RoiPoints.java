package dev.mfr.landmarks.crop;

import com.google.common.collect.ImmutableList;
import dev.mfr.face.LandmarkScheme;
import java.util.List;

/**
 * Which vertices of the face mesh the periocular region is put around: the choices that the paper
 * compares. Dlib's landmarks have {@link #FOUR} only, its top extrapolated.
 */
public enum RoiPoints {
  /** Top of the forehead, left temple, nose above its tip, right temple. The paper's choice. */
  FOUR(10, 356, 195, 127),
  /** As {@link #FOUR}, and the forehead's corners. */
  SIX(10, 332, 356, 195, 127, 103),
  /** As {@link #SIX}, and the cheekbones. */
  EIGHT(10, 332, 356, 345, 195, 116, 127, 103),
  /** As {@link #EIGHT}, and two more points of the hairline. */
  TEN(10, 297, 332, 356, 345, 195, 116, 127, 103, 67);

  private final ImmutableList<Integer> vertices;

  RoiPoints(Integer... vertices) {
    this.vertices = ImmutableList.copyOf(vertices);
  }

  /** {@return the mesh vertices, clockwise on an upright picture from the top of the forehead} */
  public List<Integer> vertices() {
    return vertices;
  }

  /**
   * {@return whether landmarks of a scheme tell where these points are}
   *
   * @param scheme the landmarks' scheme
   */
  public boolean isIn(LandmarkScheme scheme) {
    return scheme == LandmarkScheme.FACE_MESH_468 || this == FOUR;
  }
}
