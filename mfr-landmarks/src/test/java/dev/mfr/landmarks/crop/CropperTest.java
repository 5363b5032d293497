package dev.mfr.landmarks.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.SharedData;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Oracles: the reference implementation's crops, and invariance under similarity maps. */
class CropperTest {
  private final RgbImage image = Portraits.astronaut();
  private final DetectedFace face = face("astronaut.png");

  @Test
  void crop_referencePictures_cropsOfTheReference() throws IOException {
    Path reference = SharedData.require("data/reference");
    List<Path> pictures;
    try (Stream<Path> files = Files.list(reference.resolve("images"))) {
      pictures = files.sorted(Comparator.naturalOrder()).toList();
    }
    RoiCropper cropper = PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib());
    List<Double> roi = new ArrayList<>();
    List<Double> chip = new ArrayList<>();
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      for (Path file : pictures) {
        String stem = file.getFileName().toString().replace(".jpg", "");
        RgbImage picture = RgbImage.read(file);
        FaceViews views = cropper.crop(picture, detector.detect(picture).get(0));
        roi.add(difference(reference, stem + "-roi.png", views.get("roi")));
        chip.add(difference(reference, stem + "-chip.png", views.get("chip")));
      }
    }
    double roiMean = roi.stream().mapToDouble(d -> d).average().orElseThrow();
    double chipMean = chip.stream().mapToDouble(d -> d).average().orElseThrow();
    System.out.printf(
        "crops against the reference, %d pictures: roi %.3f (worst %.3f), chip %.3f (worst %.3f) grey levels%n",
        roi.size(),
        roiMean,
        roi.stream().mapToDouble(d -> d).max().orElseThrow(),
        chipMean,
        chip.stream().mapToDouble(d -> d).max().orElseThrow());
    assertThat(roi).hasSizeGreaterThanOrEqualTo(60);
    assertThat(roiMean).isLessThanOrEqualTo(2);
    assertThat(chipMean).isLessThanOrEqualTo(2);
  }

  private static double difference(Path reference, String file, FaceView view) {
    return SharedData.meanAbsoluteDifference(
        view.render(), RgbImage.read(reference.resolve("crops").resolve(file)));
  }

  @Test
  void crop_pictureAndLandmarksMovedTogether_sameCrop() {
    Random random = new Random(11);
    RoiCropper cropper = PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib());
    FaceViews expected = cropper.crop(image, face);
    for (int round = 0; round < 12; round++) {
      // Given: turned by any angle, twice as large so that little is lost, moved
      Affine move =
          Affine.translation(-224, -110)
              .then(Affine.rotation(2 * Math.PI * random.nextDouble()))
              .then(Affine.scaling(2, 2))
              .then(
                  Affine.translation(
                      380 + 40 * random.nextDouble(), 380 + 40 * random.nextDouble()));
      RgbImage moved = Warp.render(image, move.inverse(), 800, 800, Border.REPLICATE);
      DetectedFace there =
          new DetectedFace(face.box(), face.score(), face.landmarks().transform(move), 1);

      // When
      FaceViews views = cropper.crop(moved, there);

      // Then: as far as two interpolations allow
      for (FaceView view : expected.list()) {
        assertThat(
                SharedData.meanAbsoluteDifference(views.get(view.name()).render(), view.render()))
            .as("%s in round %s", view.name(), round)
            .isLessThan(2.5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RoiPoints.class)
  void crop_anyPoints_allOfThemTouchOrLieInTheView(RoiPoints points) {
    FaceView view = PeriocularCropper.of(points).crop(image, face).get("roi");
    double x0 = 1e9;
    double x1 = -1e9;
    double y0 = 1e9;
    double y1 = -1e9;
    for (int i : points.vertices()) {
      Point p = view.sourceFromView().inverse().apply(face.landmarks().point(i));
      x0 = Math.min(x0, p.x());
      x1 = Math.max(x1, p.x());
      y0 = Math.min(y0, p.y());
      y1 = Math.max(y1, p.y());
    }
    assertThat(new double[] {x0, x1, y0, y1})
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(0, 100, 0, 100);
  }

  @Test
  void recipe_eachChoice_saysPointsShapeAndSize() {
    assertThat(PeriocularCropper.fourPoint().recipe()).isEqualTo("roi-4-rectangle-100");
    assertThat(PeriocularCropper.of(RoiPoints.TEN, RoiShape.POLYGON).recipe())
        .isEqualTo("roi-10-polygon-100");
    FaceView view = PeriocularCropper.fourPoint().crop(image, face).get("roi");
    assertThat(view.recipe()).isEqualTo("roi-4-rectangle-100");
    assertThat(List.of(view.width(), view.height())).containsExactly(100, 100);
    FaceView chip = AlignedFaceCropper.dlib().crop(image, face).get("chip");
    assertThat(chip.recipe()).isEqualTo("dlib-chip-150-0.25");
    assertThat(List.of(chip.width(), chip.height())).containsExactly(150, 150);
  }

  /** Against the chip, resampled by a naive loop between pixel centres. */
  @Test
  void crop_smallAlignedFace_showsTheChipInFewerPixels() {
    FaceView small = AlignedFaceCropper.small().crop(image, face).get("face");
    assertThat(small.recipe()).isEqualTo("dlib-chip-112-0.25");
    assertThat(List.of(small.width(), small.height())).containsExactly(112, 112);
    RgbImage chip = AlignedFaceCropper.dlib().crop(image, face).get("chip").render();
    RgbImage seen = small.render();
    double sum = 0;
    for (int y = 0; y < 112; y++) {
      for (int x = 0; x < 112; x++) {
        double cx = Math.min(148, Math.max(0, (x + .5) * 150 / 112 - .5));
        double cy = Math.min(148, Math.max(0, (y + .5) * 150 / 112 - .5));
        int left = (int) cx;
        int top = (int) cy;
        for (int shift = 0; shift <= 16; shift += 8) {
          double upper =
              (1 - cx + left) * channel(chip, left, top, shift)
                  + (cx - left) * channel(chip, left + 1, top, shift);
          double lower =
              (1 - cx + left) * channel(chip, left, top + 1, shift)
                  + (cx - left) * channel(chip, left + 1, top + 1, shift);
          double expected = (1 - cy + top) * upper + (cy - top) * lower;
          sum += Math.abs(channel(seen, x, y, shift) - expected);
        }
      }
    }
    assertThat(sum / (3 * 112 * 112)).isLessThan(2.5);
  }

  private static int channel(RgbImage image, int x, int y, int shift) {
    return image.rgb(x, y) >> shift & 255;
  }

  @Test
  void crop_polygon_blackInTheCornersAndEqualInside() {
    RgbImage rectangle = PeriocularCropper.of(RoiPoints.SIX).crop(image, face).get("roi").render();
    RgbImage polygon =
        PeriocularCropper.of(RoiPoints.SIX, RoiShape.POLYGON).crop(image, face).get("roi").render();

    assertThat(polygon.rgb(1, 98)).isZero();
    assertThat(polygon.rgb(98, 98)).isZero();
    assertThat(polygon.rgb(50, 50)).isEqualTo(rectangle.rgb(50, 50));
    assertThat(polygon.rgb(50, 90)).isEqualTo(rectangle.rgb(50, 90));
  }

  @Test
  void crop_impossibleRegions_rejectedWithAReason() {
    RoiCropper roi = PeriocularCropper.fourPoint();
    assertThat(roi.crop(image, moved(Affine.translation(480, 0))).rejection())
        .contains("inside the picture");
    assertThat(roi.crop(image, moved(Affine.scaling(.01, .01))).rejection()).contains("too small");
    assertThat(roi.crop(image, moved(Affine.scaling(1, .2))).rejection()).contains("proportions");
    assertThat(roi.crop(image, moved(Affine.scaling(1e9, 1e9))).isRejected()).isTrue();
    assertThat(roi.crop(image, points(new float[3 * 468])).rejection()).contains("eyes");
    float[] line = new float[3 * 468];
    for (int i = 0; i < 468; i++) {
      line[3 * i] = 10 * i;
    }
    assertThat(roi.crop(image, points(line)).isRejected()).isTrue();

    RoiCropper chip = AlignedFaceCropper.dlib();
    assertThat(chip.crop(image, moved(Affine.translation(600, 0))).rejection())
        .contains("inside the picture");
    assertThat(chip.crop(image, moved(Affine.scaling(.01, .01))).rejection()).contains("apart");
    assertThat(chip.crop(image, points(new float[3 * 468])).isRejected()).isTrue();
  }

  @Test
  void crop_faceAtTheEdge_acceptedAndBlackOutside() {
    FaceViews views = PeriocularCropper.fourPoint().crop(image, moved(Affine.translation(0, -85)));
    assertThat(views.isRejected()).as(views.rejection()).isFalse();
    assertThat(views.get("roi").render().rgb(50, 1)).isZero();
  }

  @Test
  void shareInside_halfAWindow_half() {
    assertThat(Window.shareInside(Affine.translation(256 - 100, 0), 200, image))
        .isCloseTo(1, within(1e-9));
    assertThat(Window.shareInside(Affine.translation(512 - 50, 0), 100, image))
        .isCloseTo(.5, within(1e-9));
    assertThat(Window.shareInside(Affine.translation(-1000, 0), 100, image)).isZero();
    assertThat(Window.shareInside(Affine.rotation(-Math.PI / 4), 100_000, image))
        .isCloseTo(.5 * 512 * 512 / 1e10, within(1e-6));
  }

  private DetectedFace moved(Affine map) {
    return new DetectedFace(face.box(), 1, face.landmarks().transform(map), 1);
  }

  private DetectedFace points(float[] xyz) {
    return new DetectedFace(face.box(), 1, Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz), 1);
  }

  private static DetectedFace face(String portrait) {
    double[] xy = Portraits.mediaPipe().get(portrait);
    float[] xyz = new float[3 * 468];
    for (int i = 0; i < 468; i++) {
      xyz[3 * i] = (float) xy[2 * i];
      xyz[3 * i + 1] = (float) xy[2 * i + 1];
    }
    Landmarks landmarks = Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
    return new DetectedFace(landmarks.bounds(), 1, landmarks, 1);
  }
}
