package dev.mfr.landmarks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.SharedData;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainMaskTest {
  private final Map<String, RgbImage> portraits = Portraits.all();

  @Test
  void draw_anySeed_lowerFaceCoveredEyesAndForeheadUntouched() {
    portraits.forEach(
        (name, image) -> {
          Landmarks face = landmarks(name);
          for (long seed = 0; seed < 60; seed++) {
            RgbImage masked = PlainMask.draw(image, face, seed);
            // mouth corners, lips, chin, tip of the nose
            for (int i : new int[] {61, 291, 0, 17, 14, 199, 4, 2, 205, 425}) {
              assertThat(difference(image, masked, face.point(i)))
                  .as("%s, seed %s, point %s", name, seed, i)
                  .isPositive();
            }
            assertUnchanged(image, masked, face, FaceMeshTopology.RIGHT_EYE);
            assertUnchanged(image, masked, face, FaceMeshTopology.LEFT_EYE);
            assertThat(difference(image, masked, face.point(151))).isZero();
            assertThat(difference(image, masked, face.point(10))).isZero();
          }
        });
  }

  @Test
  void draw_sameSeed_samePictureAndOtherSeedsOthers() {
    RgbImage image = portraits.get("grace_hopper.jpg");
    Landmarks face = landmarks("grace_hopper.jpg");

    RgbImage first = PlainMask.draw(image, face, 5);

    assertThat(SharedData.meanAbsoluteDifference(first, PlainMask.draw(image, face, 5))).isZero();
    for (long seed = 6; seed < 12; seed++) {
      assertThat(SharedData.meanAbsoluteDifference(first, PlainMask.draw(image, face, seed)))
          .isPositive();
    }
  }

  @Test
  void draw_original_notModified() {
    RgbImage image = portraits.get("grace_hopper.jpg");

    PlainMask.draw(image, landmarks("grace_hopper.jpg"), 1);

    assertThat(SharedData.meanAbsoluteDifference(image, Portraits.graceHopper())).isZero();
  }

  @Test
  void draw_faceOutsideThePicture_unchanged() {
    RgbImage image = portraits.get("grace_hopper.jpg");
    for (Affine away :
        List.of(
            Affine.translation(5000, 0), Affine.translation(0, -5000), Affine.scaling(1e-4, 1))) {
      Landmarks face = landmarks("grace_hopper.jpg").transform(away);
      assertThat(SharedData.meanAbsoluteDifference(image, PlainMask.draw(image, face, 1)))
          .isLessThan(3);
    }
  }

  @Test
  void draw_faceHalfInside_drawn() {
    RgbImage image = portraits.get("grace_hopper.jpg");
    Landmarks face = landmarks("grace_hopper.jpg").transform(Affine.translation(-250, 250));

    assertThat(SharedData.meanAbsoluteDifference(image, PlainMask.draw(image, face, 1)))
        .isPositive();
  }

  @Test
  void draw_otherScheme_illegalArgument() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PlainMask.draw(
                    portraits.get("grace_hopper.jpg"),
                    Landmarks.of(LandmarkScheme.DLIB_68, new float[3 * 68]),
                    1))
        .withMessageContaining("DLIB_68");
  }

  private static void assertUnchanged(
      RgbImage image, RgbImage masked, Landmarks face, List<Integer> ring) {
    Path2D eye = Curves.polygon(ring.stream().map(face::point).toList());
    var box = eye.getBounds();
    int inside = 0;
    for (int y = box.y; y < box.y + box.height; y++) {
      for (int x = box.x; x < box.x + box.width; x++) {
        if (eye.contains(x, y)) {
          inside++;
          assertThat(masked.rgb(x, y)).isEqualTo(image.rgb(x, y));
        }
      }
    }
    assertThat(inside).isGreaterThan(20);
  }

  private static int difference(RgbImage a, RgbImage b, Point at) {
    int x = (int) Math.round(at.x());
    int y = (int) Math.round(at.y());
    int p = a.rgb(x, y);
    int q = b.rgb(x, y);
    return Math.abs((p >> 16) - (q >> 16))
        + Math.abs(((p >> 8) & 255) - ((q >> 8) & 255))
        + Math.abs((p & 255) - (q & 255));
  }

  private static Landmarks landmarks(String portrait) {
    double[] xy = Portraits.mediaPipe().get(portrait);
    float[] xyz = new float[3 * 468];
    for (int i = 0; i < 468; i++) {
      xyz[3 * i] = (float) xy[2 * i];
      xyz[3 * i + 1] = (float) xy[2 * i + 1];
    }
    return Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
  }
}
