package dev.mfr.landmarks.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.LandmarkComponents;
import dev.mfr.landmarks.SharedData;
import dev.mfr.landmarks.dlib.DlibReference;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Oracles: the regions of MediaPipe's own mesh, and invariance under similarity maps and mirrors.
 */
class DlibCropperTest {
  private static final RgbImage IMAGE =
      RgbImage.copyOf(new byte[400 * 400], 400, 400, 400, PixelFormat.GREY);
  private static final RoiCropper BOTH =
      PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib());

  @Test
  void crop_referenceFaces_nearlyTheMeshsRegions() throws IOException {
    Map<String, double[]> mesh =
        SharedData.mediaPipe(SharedData.require("data/reference/mediapipe-face-mesh-468.json"));
    RgbImage image = RgbImage.copyOf(new byte[250 * 250], 250, 250, 250, PixelFormat.GREY);
    List<Double> roi = new ArrayList<>();
    List<Double> chip = new ArrayList<>();
    for (Map.Entry<String, List<DlibReference.Face>> picture : DlibReference.faces().entrySet()) {
      double[] xy = mesh.get(picture.getKey());
      if (xy == null) {
        continue;
      }
      Landmarks expected = landmarks(LandmarkScheme.FACE_MESH_468, xy);
      for (DlibReference.Face face : picture.getValue()) {
        if (face.rgb().rightEye().distanceTo(expected.rightEye()) < .4 * expected.eyeDistance()) {
          FaceViews ours = BOTH.crop(image, face(face.rgb()));
          FaceViews theirs = BOTH.crop(image, face(expected));
          roi.add(overlap(ours.get("roi"), theirs.get("roi")));
          chip.add(overlap(ours.get("chip"), theirs.get("chip")));
        }
      }
    }
    System.out.printf(
        "crops of dlib's points and of the mesh, %d faces, intersection over union: roi %.3f (5th percentile %.3f), chip"
            + " %.3f%n",
        roi.size(),
        mean(roi),
        roi.stream().sorted().skip(roi.size() / 20).findFirst().orElseThrow(),
        mean(chip));
    assertThat(roi).hasSizeGreaterThan(50);
    assertThat(mean(roi)).isGreaterThan(.87);
    assertThat(mean(chip)).isGreaterThan(.9);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  private static double overlap(FaceView a, FaceView b) {
    Path2D p = path(a);
    Path2D q = path(b);
    int both = 0;
    int any = 0;
    for (double y = -100; y < 350; y++) {
      for (double x = -100; x < 350; x++) {
        boolean inP = p.contains(x, y);
        boolean inQ = q.contains(x, y);
        both += inP && inQ ? 1 : 0;
        any += inP || inQ ? 1 : 0;
      }
    }
    return (double) both / any;
  }

  private static Path2D path(FaceView view) {
    Path2D path = new Path2D.Double();
    List<Point> corners = view.outline();
    path.moveTo(corners.get(0).x(), corners.get(0).y());
    corners.forEach(p -> path.lineTo(p.x(), p.y()));
    return path;
  }

  @Test
  void crop_faceMovedTurnedAndScaled_windowMovedAlike() {
    Random random = new Random(4);
    FaceViews expected = BOTH.crop(IMAGE, face(drawn()));
    for (int round = 0; round < 20; round++) {
      Affine move =
          Affine.translation(-200, -200)
              .then(Affine.rotation(6 * random.nextDouble()))
              .then(Affine.scaling(.8, .8))
              .then(Affine.translation(190 + 20 * random.nextDouble(), 200));

      FaceViews moved = BOTH.crop(IMAGE, face(drawn().transform(move)));

      for (FaceView view : expected.list()) {
        Affine there = moved.get(view.name()).sourceFromView();
        for (Point p : List.of(new Point(0, 0), new Point(100, 0), new Point(30, 90))) {
          assertThat(there.apply(p).distanceTo(move.apply(view.sourceFromView().apply(p))))
              .as("%s in round %s", view.name(), round)
              .isLessThan(.01);
        }
      }
    }
  }

  @Test
  void crop_mirroredFace_mirroredRegion() {
    FaceView region = PeriocularCropper.fourPoint().crop(IMAGE, face(drawn())).get("roi");
    FaceView mirrored =
        PeriocularCropper.fourPoint().crop(IMAGE, face(mirrored(drawn()))).get("roi");

    for (Point p : List.of(new Point(0, 0), new Point(100, 0), new Point(30, 90))) {
      Point here = region.sourceFromView().apply(p);
      Point there = mirrored.sourceFromView().apply(new Point(100 - p.x(), p.y()));
      assertThat(there.x()).isCloseTo(400 - here.x(), within(.01));
      assertThat(there.y()).isCloseTo(here.y(), within(.01));
    }
  }

  @Test
  void crop_drawnFace_fromAboveTheBrowsToTheNose() {
    FaceView region = PeriocularCropper.fourPoint().crop(IMAGE, face(drawn())).get("roi");
    Affine viewFromSource = region.sourceFromView().inverse();
    Landmarks landmarks = drawn();

    for (int i = 17; i < 28; i++) {
      Point p = viewFromSource.apply(landmarks.point(i));
      assertThat(p.x()).isBetween(0.0, 100.0);
      assertThat(p.y()).isBetween(15.0, 80.0);
    }
    assertThat(viewFromSource.apply(landmarks.point(30)).y()).isGreaterThan(100);
    assertThat(viewFromSource.apply(landmarks.point(8)).y()).isGreaterThan(150);
  }

  @Test
  void recipe_dlibsLandmarks_anotherThanTheMeshsAndFoundAgain() {
    FaceViews views = BOTH.crop(IMAGE, face(drawn()));
    assertThat(views.get("roi").recipe()).isEqualTo("roi-4-rectangle-100-dlib68");
    assertThat(views.get("chip").recipe()).isEqualTo("dlib-chip-150-0.25-dlib68");
    PeriocularCropper polygon = PeriocularCropper.of(RoiPoints.FOUR, RoiShape.POLYGON);
    assertThat(polygon.recipe(LandmarkScheme.DLIB_68)).isEqualTo("roi-4-polygon-100-dlib68");
    assertThat(polygon.recipe(LandmarkScheme.FACE_MESH_468)).isEqualTo(polygon.recipe());

    LandmarkComponents components = new LandmarkComponents();
    for (FaceView view : views.list()) {
      RoiCropper found = components.cropperForRecipe(view.recipe()).orElseThrow();
      assertThat(found.crop(IMAGE, face(drawn())).list())
          .extracting(FaceView::recipe)
          .containsExactly(view.recipe());
    }
    assertThat(components.cropperForRecipe("dlib-chip-112-0.25-dlib68")).isPresent();
    assertThat(components.cropperForView("face")).isPresent();
    assertThat(components.cropperForRecipe("roi-4-rectangle-100")).isPresent();
    assertThat(components.cropperForRecipe("roi-6-rectangle-100")).isPresent();
    assertThat(components.cropperForRecipe("roi-6-rectangle-100-dlib68")).isEmpty();
  }

  @Test
  void crop_polygon_clippedToFourPoints() {
    FaceView region =
        PeriocularCropper.of(RoiPoints.FOUR, RoiShape.POLYGON)
            .crop(white(), face(drawn()))
            .get("roi");
    RgbImage pixels = region.render();

    assertThat(pixels.rgb(1, 1)).isZero();
    assertThat(pixels.rgb(98, 98)).isZero();
    assertThat(pixels.rgb(50, 50)).isEqualTo(0xffffff);
  }

  @Test
  void crop_pointsThatDlibLacks_illegalArgument() {
    for (RoiPoints points : List.of(RoiPoints.SIX, RoiPoints.EIGHT, RoiPoints.TEN)) {
      PeriocularCropper cropper = PeriocularCropper.of(points);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cropper.crop(IMAGE, face(drawn())))
          .withMessageContaining("DLIB_68")
          .withMessageContaining("FOUR");
      assertThatIllegalArgumentException().isThrownBy(() -> cropper.recipe(LandmarkScheme.DLIB_68));
    }
  }

  @Test
  void crop_allPointsAlike_rejected() {
    DetectedFace face = face(Landmarks.of(LandmarkScheme.DLIB_68, new float[3 * 68]));

    assertThat(PeriocularCropper.fourPoint().crop(IMAGE, face).rejection()).contains("eyes");
    assertThat(AlignedFaceCropper.dlib().crop(IMAGE, face).rejection()).contains("eyes");
  }

  private static RgbImage white() {
    byte[] pixels = new byte[400 * 400];
    Arrays.fill(pixels, (byte) 255);
    return RgbImage.copyOf(pixels, 400, 400, 400, PixelFormat.GREY);
  }

  /** A face of simple shapes: 100 pixels between the eyes, which lie level at y = 180. */
  private static Landmarks drawn() {
    double[] xy = new double[2 * 68];
    IntStream.range(0, 17)
        .forEach(
            i ->
                put(
                    xy,
                    i,
                    200 - 130 * Math.cos(i * Math.PI / 16),
                    180 + 170 * Math.sin(i * Math.PI / 16)));
    for (int i = 0; i < 5; i++) {
      double lift = 8 * Math.sin(i * Math.PI / 4);
      put(xy, 17 + i, 110 + 18 * i, 145 - lift);
      put(xy, 22 + i, 218 + 18 * i, 145 - lift);
    }
    for (int i = 0; i < 4; i++) {
      put(xy, 27 + i, 200, 180 + 22 * i);
    }
    for (int i = 0; i < 5; i++) {
      put(xy, 31 + i, 176 + 12 * i, 258);
    }
    double[] lids = {-25, -9, 9, 25, 9, -9};
    double[] lifts = {0, -8, -8, 0, 8, 8};
    for (int i = 0; i < 6; i++) {
      put(xy, 36 + i, 150 + lids[i], 180 + lifts[i]);
      put(xy, 42 + i, 250 + lids[i], 180 + lifts[i]);
    }
    for (int i = 0; i < 20; i++) {
      put(xy, 48 + i, 200 - 40 * Math.cos(i * Math.PI / 10), 295 - 12 * Math.sin(i * Math.PI / 10));
    }
    return landmarks(LandmarkScheme.DLIB_68, xy);
  }

  /** The points that the region looks at, each from its twin on the other side. */
  private static Landmarks mirrored(Landmarks landmarks) {
    float[] xyz = new float[3 * 68];
    for (int i = 0; i < 68; i++) {
      int twin = twin(i);
      xyz[3 * i] = 400 - landmarks.x(twin);
      xyz[3 * i + 1] = landmarks.y(twin);
    }
    return Landmarks.of(LandmarkScheme.DLIB_68, xyz);
  }

  private static int twin(int i) {
    if (i < 17) {
      return 16 - i;
    }
    if (i < 27) {
      return 43 - i;
    }
    return switch (i) {
      case 36, 37, 38, 39 -> 81 - i;
      case 42, 43, 44, 45 -> 81 - i;
      default -> i;
    };
  }

  private static void put(double[] xy, int i, double x, double y) {
    xy[2 * i] = x;
    xy[2 * i + 1] = y;
  }

  private static Landmarks landmarks(LandmarkScheme scheme, double[] xy) {
    float[] xyz = new float[3 * scheme.size()];
    for (int i = 0; i < scheme.size(); i++) {
      xyz[3 * i] = (float) xy[2 * i];
      xyz[3 * i + 1] = (float) xy[2 * i + 1];
    }
    return Landmarks.of(scheme, xyz);
  }

  private static DetectedFace face(Landmarks landmarks) {
    return new DetectedFace(landmarks.bounds(), 1, landmarks, 1);
  }
}
