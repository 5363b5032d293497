package dev.mfr.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LandmarksTest {

  private static float[] coordinates(LandmarkScheme scheme) {
    float[] xyz = new float[3 * scheme.size()];
    Random random = new Random(2);
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = random.nextFloat() * 100;
    }
    return xyz;
  }

  @Test
  void of_arrayChangedAfterwards_keepsItsCoordinates() {
    float[] xyz = coordinates(LandmarkScheme.DLIB_68);
    Landmarks landmarks = Landmarks.of(LandmarkScheme.DLIB_68, xyz);
    float x = xyz[3];
    xyz[3] = -1;
    assertThat(landmarks.x(1)).isEqualTo(x);
    assertThat(landmarks.size()).isEqualTo(68);
    assertThat(landmarks.point(1)).isEqualTo(new Point(x, xyz[4]));
    assertThat(landmarks.z(1)).isEqualTo(xyz[5]);
  }

  @Test
  void of_wrongNumbers_refuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Landmarks.of(LandmarkScheme.DLIB_68, new float[203]))
        .withMessageContaining("needs 204 numbers");
    float[] xyz = coordinates(LandmarkScheme.DLIB_68);
    xyz[7] = Float.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Landmarks.of(LandmarkScheme.DLIB_68, xyz))
        .withMessageContaining("coordinate 1 of point 2 is not finite");
  }

  @Test
  void access_outside_refuses() {
    Landmarks landmarks =
        Landmarks.of(LandmarkScheme.FACE_MESH_468, coordinates(LandmarkScheme.FACE_MESH_468));
    assertThatThrownBy(() -> landmarks.x(468)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> landmarks.z(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void eyes_dlibCorners_giveMiddlesDistanceAndRoll() {
    float[] xyz = new float[204];
    set(xyz, 36, 10, 20);
    set(xyz, 39, 20, 20);
    set(xyz, 42, 40, 40);
    set(xyz, 45, 50, 40);
    Landmarks landmarks = Landmarks.of(LandmarkScheme.DLIB_68, xyz);
    assertThat(landmarks.rightEye()).isEqualTo(new Point(15, 20));
    assertThat(landmarks.leftEye()).isEqualTo(new Point(45, 40));
    assertThat(landmarks.eyeDistance()).isCloseTo(Math.sqrt(1300), within(1e-12));
    assertThat(landmarks.roll()).isCloseTo(Math.atan2(20, 30), within(1e-12));
    assertThat(landmarks.bounds()).isEqualTo(new dev.mfr.geometry.Box(0, 0, 50, 40));
  }

  @Test
  void transform_similarity_movesPointsAndScalesDepth() {
    Landmarks landmarks = Landmarks.of(LandmarkScheme.DLIB_68, coordinates(LandmarkScheme.DLIB_68));
    Affine map = Affine.rotation(.4).then(Affine.scaling(2, 2)).then(Affine.translation(-3, 8));
    Landmarks moved = landmarks.transform(map);
    for (int i = 0; i < 68; i++) {
      assertThat(moved.point(i).distanceTo(map.apply(landmarks.point(i)))).isLessThan(1e-4);
      assertThat(moved.z(i)).isCloseTo(2 * landmarks.z(i), within(1e-4f));
    }
    assertThat(moved.roll()).isCloseTo(landmarks.roll() + .4, within(1e-5));
  }

  private static void set(float[] xyz, int point, float x, float y) {
    xyz[3 * point] = x;
    xyz[3 * point + 1] = y;
  }

  @Test
  void toString_neverShowsCoordinates() {
    assertThat(Landmarks.of(LandmarkScheme.DLIB_68, new float[204]).toString())
        .isEqualTo("Landmarks[DLIB_68]");
  }
}
