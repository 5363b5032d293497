package dev.mfr.landmarks.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.quality.HeadPose;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FacePoseTest {

  private static void assertAngles(Landmarks face, double yaw, double pitch, double roll) {
    HeadPose pose = Objects.requireNonNull(FacePose.of(face)).angles();
    assertThat(pose.yaw()).isCloseTo(yaw, within(.1));
    assertThat(pose.pitch()).isCloseTo(pitch, within(.1));
    assertThat(pose.roll()).isCloseTo(roll, within(.1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "30, 0, 0",
    "-50, 0, 0",
    "0, 25, 0",
    "0, -25, 0",
    "0, 0, 40",
    "20, 10, -30",
    "-35, -20, 15",
    "70, 30, 160"
  })
  void angles_turnedCanonicalFace_knownTurn(double yaw, double pitch, double roll) {
    Landmarks mesh = TurnedFace.mesh(yaw, pitch, roll, 7, 120, 130);

    assertAngles(mesh, yaw, pitch, roll);
    assertAngles(TurnedFace.ibug(mesh), yaw, pitch, roll);
  }

  /** By the pictures' coordinates alone, so that the signs are those of {@link HeadPose}. */
  @Test
  void angles_signs_followThePicture() {
    Landmarks left = TurnedFace.mesh(30, 0, 0, 7, 120, 130);
    Landmarks up = TurnedFace.mesh(0, 30, 0, 7, 120, 130);
    Landmarks rolled = TurnedFace.mesh(0, 0, 30, 7, 120, 130);

    // The nose's tip moves to the right edge, or up; the person's left eye moves down.
    assertThat(left.x(4)).isGreaterThan(left.x(10) + 8);
    assertThat(up.y(4)).isLessThan(TurnedFace.mesh(0, 0, 0, 7, 120, 130).y(4) - 20);
    assertThat(rolled.leftEye().y()).isGreaterThan(rolled.rightEye().y() + 10);
    assertAngles(left, 30, 0, 0);
    assertAngles(up, 0, 30, 0);
    assertAngles(rolled, 0, 0, 30);
  }

  @Test
  void scale_canonicalFace_pixelsACentimetre() {
    FacePose pose = Objects.requireNonNull(FacePose.of(TurnedFace.mesh(40, 5, 9, 7, 120, 130)));

    assertThat(pose.scale()).isCloseTo(7, within(1e-3));
    assertThat(pose.posed(0, 0, 0, 0)).isCloseTo(120, within(1e-3));
    assertThat(pose.posed(1, 0, 0, 0)).isCloseTo(-130, within(1e-3));
  }

  @Test
  void of_noExtentOrMirrored_null() {
    float[] mirrored = new float[3 * 468];
    TurnedFace.mesh(0, 0, 0, 7, 120, 130).copyInto(mirrored);
    for (int i = 0; i < mirrored.length; i += 3) {
      mirrored[i] = -mirrored[i];
    }

    assertThat(FacePose.of(Landmarks.of(LandmarkScheme.FACE_MESH_468, mirrored))).isNull();
    assertThat(FacePose.of(Landmarks.of(LandmarkScheme.DLIB_68, new float[3 * 68]))).isNull();
  }
}
