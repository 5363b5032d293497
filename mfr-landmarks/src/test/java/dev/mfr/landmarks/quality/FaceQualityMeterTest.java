package dev.mfr.landmarks.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.landmarks.LandmarkComponents;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.grey.Gaussian;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.landmarks.pose.TurnedFace;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceQualityMeterTest {
  private static final int SIDE = 250;
  private static final FaceQualityMeter METER = FaceQualityMeter.create();

  /** At 6.5 pixels a centimetre: about 41 pixels between the eyes. */
  private static final Landmarks FRONTAL = TurnedFace.mesh(0, 0, 0, 6.5, 125, 130);

  private static FaceMeshDetector detector;

  @BeforeAll
  static void openDetector() {
    detector = FaceMeshDetector.open();
  }

  @AfterAll
  static void closeDetector() {
    detector.close();
  }

  /** A grey value, 0…255, by column and row. */
  private interface Grey {
    double at(int x, int y);
  }

  private static RgbImage picture(Grey grey) {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < rgb.length; i++) {
      double value = grey.at(i / 3 % SIDE, i / 3 / SIDE);
      rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
    return RgbImage.copyOf(rgb, SIDE, SIDE, 3 * SIDE, PixelFormat.RGB);
  }

  private static RgbImage blurred(RgbImage image, double sigma) {
    int w = image.width();
    int h = image.height();
    byte[] rgb = new byte[3 * w * h];
    image.copyInto(rgb);
    float[] plane = new float[w * h];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < plane.length; i++) {
        plane[i] = rgb[3 * i + channel] & 255;
      }
      float[] soft = sigma == 0 ? plane : new Gaussian(sigma).blur(plane, w, h);
      for (int i = 0; i < plane.length; i++) {
        rgb[3 * i + channel] = (byte) Math.round(soft[i]);
      }
    }
    return RgbImage.copyOf(rgb, w, h, 3 * w, PixelFormat.RGB);
  }

  private static RgbImage changed(RgbImage image, double gain, double noise) {
    byte[] rgb = new byte[3 * image.width() * image.height()];
    image.copyInto(rgb);
    Random random = new Random(3);
    for (int i = 0; i < rgb.length; i++) {
      double value = gain * (rgb[i] & 255) + noise * random.nextGaussian();
      rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
    return RgbImage.copyOf(rgb, image.width(), image.height(), 3 * image.width(), PixelFormat.RGB);
  }

  private static DetectedFace face(Landmarks landmarks) {
    return new DetectedFace(landmarks.bounds(), 1, landmarks, .75);
  }

  private static FaceQuality measure(Grey grey) {
    return METER.assess(picture(grey), face(FRONTAL));
  }

  private static DetectedFace detected(RgbImage image) {
    return detector.detect(image).get(0);
  }

  private static HeadPose pose(RgbImage image) {
    return METER.assess(image, detected(image)).pose().orElseThrow();
  }

  @Test
  void assess_evenGrey_closedForms() {
    FaceQuality quality = measure((x, y) -> 102);

    double left = (FRONTAL.x(263) + FRONTAL.x(362)) / 2.0;
    double right = (FRONTAL.x(33) + FRONTAL.x(133)) / 2.0;
    assertThat(quality.eyeDistance()).isCloseTo(left - right, within(1e-3)).isBetween(38., 44.);
    assertThat(quality.brightness()).isCloseTo(.4, within(1e-3));
    assertThat(quality.clipped()).isZero();
    assertThat(quality.sharpness()).isZero();
    assertThat(quality.presence()).isEqualTo(.75);
  }

  @Test
  void assess_blackAndWhiteHalves_allClippedAndHalfBright() {
    double middle = (FRONTAL.x(263) + FRONTAL.x(33)) / 2.0;
    FaceQuality quality = measure((x, y) -> x < middle ? 0 : 255);

    assertThat(quality.brightness()).isCloseTo(.5, within(.02));
    assertThat(quality.clipped()).isGreaterThan(.9);
  }

  /** The mask's part of the face is out of the band: what is there makes no difference. */
  @Test
  void assess_belowTheNose_notLookedAt() {
    float below = FRONTAL.y(5);

    assertThat(measure((x, y) -> y > below ? 255 * ((x + y) % 2) : 102))
        .isEqualTo(measure((x, y) -> 102));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-40, 0", "40, 0", "0, -50", "0, 30"})
  void assess_movedFace_marginToTheNearestBorder(double dx, double dy) {
    Landmarks moved = FRONTAL.transform(Affine.translation(dx, dy));
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 468; i++) {
      nearest = Math.min(nearest, Math.min(moved.x(i) + .5, SIDE - .5 - moved.x(i)));
      nearest = Math.min(nearest, Math.min(moved.y(i) + .5, SIDE - .5 - moved.y(i)));
    }

    FaceQuality quality = METER.assess(picture((x, y) -> 102), face(moved));

    assertThat(quality.margin()).isCloseTo(nearest / moved.eyeDistance(), within(1e-4));
  }

  @Test
  void assess_dlibPoints_marginReachesToTheForehead() {
    RgbImage image = picture((x, y) -> 102);
    Landmarks high = FRONTAL.transform(Affine.translation(0, -90));

    FaceQuality byMesh = METER.assess(image, face(high));
    FaceQuality byDlib = METER.assess(image, face(TurnedFace.ibug(high)));

    assertThat(byMesh.margin()).isNegative();
    assertThat(byDlib.margin()).isCloseTo(byMesh.margin(), within(.02));
    assertThat(byDlib.eyeDistance()).isCloseTo(byMesh.eyeDistance(), within(1e-3));
  }

  @Test
  void assess_faceOutsideThePicture_nothingIsSeen() {
    FaceQuality quality =
        METER.assess(picture((x, y) -> 102), face(FRONTAL.transform(Affine.translation(900, 0))));

    assertThat(quality.sharpness()).isZero();
    assertThat(quality.clipped()).isEqualTo(1);
    assertThat(quality.margin()).isLessThan(-10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 2, 3})
  void sharpness_loneStep_closedForm(double sigma) {
    double middle = (FRONTAL.x(263) + FRONTAL.x(33)) / 2.0;
    FaceQuality quality =
        METER.assess(blurred(picture((x, y) -> x < middle ? 60 : 180), sigma), face(FRONTAL));

    double p = 5 / 12.0;
    double s = sigma * sigma;
    double ratio = Math.sqrt((s + 6.25 + p) / (s + 1 + p));
    double sharpest = Math.sqrt((6.25 + p) / (1 + p));
    assertThat(quality.sharpness()).isCloseTo((ratio - 1) / (sharpest - 1), within(.06));
  }

  @Test
  void sharpness_blurredChecker_fallsAllTheWay() {
    RgbImage checker = picture((x, y) -> (x / 12 + y / 12) % 2 == 0 ? 70 : 170);
    double last = Double.POSITIVE_INFINITY;
    for (double sigma = 0; sigma <= 5; sigma += .5) {
      double sharpness = METER.assess(blurred(checker, sigma), face(FRONTAL)).sharpness();
      assertThat(sharpness).isLessThan(last);
      last = sharpness;
    }
  }

  @Test
  void sharpness_portrait_lightNoiseAndSizeMatterLittleButBlurDoes() {
    for (RgbImage image : Portraits.all().values()) {
      DetectedFace face = detected(image);
      double sharp = METER.assess(image, face).sharpness();
      double unit = face.landmarks().eyeDistance() / EyeBand.UNIT;

      assertThat(METER.assess(changed(image, .4, 0), face).sharpness())
          .isCloseTo(sharp, within(.1 * sharp));
      assertThat(METER.assess(changed(image, 1, 6), face).sharpness())
          .isCloseTo(sharp, within(.1 * sharp));
      Affine twice = Affine.scaling(2, 2);
      RgbImage larger =
          Warp.render(
              image, twice.inverse(), 2 * image.width(), 2 * image.height(), Border.REPLICATE);
      assertThat(METER.assess(larger, face(face.landmarks().transform(twice))).sharpness())
          .isCloseTo(sharp, within(.1 * sharp));
      assertThat(METER.assess(blurred(image, 2 * unit), face).sharpness()).isLessThan(.7 * sharp);
      assertThat(METER.assess(blurred(image, 4 * unit), face).sharpness()).isLessThan(.4 * sharp);
    }
  }

  @Test
  void assess_maskedPortrait_sameBandSameMeasures() {
    for (RgbImage image : Portraits.all().values()) {
      DetectedFace face = detected(image);
      FaceQuality bare = METER.assess(image, face);
      for (int seed = 0; seed < 4; seed++) {
        RgbImage masked =
            MaskSynthesizer.create().synthesize(image, face.landmarks(), seed).image();

        FaceQuality quality = METER.assess(masked, face);

        assertThat(quality.sharpness()).isCloseTo(bare.sharpness(), within(.2 * bare.sharpness()));
        assertThat(quality.brightness()).isCloseTo(bare.brightness(), within(.05));
      }
    }
  }

  @Test
  void pose_mirroredPortrait_yawAndRollChangeSign() {
    for (RgbImage image : Portraits.all().values()) {
      HeadPose pose = pose(image);
      Affine mirror = new Affine(-1, 0, image.width() - 1, 0, 1, 0);
      HeadPose mirrored =
          pose(Warp.render(image, mirror, image.width(), image.height(), Border.REPLICATE));

      assertThat(mirrored.yaw()).isCloseTo(-pose.yaw(), within(4.));
      assertThat(mirrored.roll()).isCloseTo(-pose.roll(), within(3.));
      assertThat(mirrored.pitch()).isCloseTo(pose.pitch(), within(4.));
    }
  }

  @Test
  void pose_rotatedPortrait_rollFollows() {
    for (RgbImage image : Portraits.all().values()) {
      HeadPose pose = pose(image);
      double cx = (image.width() - 1) / 2.0;
      double cy = (image.height() - 1) / 2.0;
      Affine turn =
          Affine.translation(-cx, -cy)
              .then(Affine.rotation(Math.toRadians(20)))
              .then(Affine.translation(cx, cy));
      HeadPose turned =
          pose(Warp.render(image, turn.inverse(), image.width(), image.height(), Border.BLACK));

      assertThat(turned.roll() - pose.roll()).isCloseTo(20, within(3.));
      assertThat(turned.yaw()).isCloseTo(pose.yaw(), within(5.));
      assertThat(turned.pitch()).isCloseTo(pose.pitch(), within(5.));
    }
  }

  @Test
  void qualityAssessor_ofTheModule_isThis() {
    assertThat(new LandmarkComponents().qualityAssessor())
        .get()
        .isInstanceOf(FaceQualityMeter.class);
  }
}
