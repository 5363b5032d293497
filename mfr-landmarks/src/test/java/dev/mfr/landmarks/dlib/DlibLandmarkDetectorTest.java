package dev.mfr.landmarks.dlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.LandmarkDetector;
import dev.mfr.MfrException;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.SharedData;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Oracles: dlib's own boxes and points, and how a box must follow the eyes. */
class DlibLandmarkDetectorTest {
  @TempDir Path folder;

  @Test
  void detect_referencePictures_nearlyDlibsPoints() throws IOException {
    Map<String, List<DlibReference.Face>> reference = DlibReference.faces();
    List<Double> errors = new ArrayList<>();
    List<Double> detectMillis = new ArrayList<>();
    List<Double> treeMillis = new ArrayList<>();
    int missed = 0;
    DlibShapePredictor predictor = DlibShapePredictor.read(DlibShapePredictorTest.requireModel());
    try (FaceMeshDetector mesh = FaceMeshDetector.open();
        DlibLandmarkDetector detector =
            DlibLandmarkDetector.builder().predictor(predictor).faces(mesh).open()) {
      for (int round = 0; round < 5; round++) {
        errors.clear();
        detectMillis.clear();
        treeMillis.clear();
        missed = 0;
        for (Map.Entry<String, List<DlibReference.Face>> picture : reference.entrySet()) {
          RgbImage image = RgbImage.read(DlibReference.picture(picture.getKey()));
          long start = System.nanoTime();
          List<DetectedFace> faces = detector.detect(image);
          detectMillis.add((System.nanoTime() - start) / 1e6);
          for (DlibReference.Face expected : picture.getValue()) {
            start = System.nanoTime();
            Landmarks same = predictor.predict(image, expected.box());
            treeMillis.add((System.nanoTime() - start) / 1e6);
            DetectedFace face = nearest(faces, same);
            if (face == null) {
              missed++;
            } else {
              addErrors(face.landmarks(), expected.rgb(), errors);
            }
          }
        }
      }
    }
    double mean = errors.stream().mapToDouble(e -> e).average().orElseThrow();
    System.out.printf(
        "dlib's points with our boxes, %d faces, %d missed: off by %.2f %% of the eye distance, 95th percentile %.2f %%;"
            + " %.2f ms a picture, of which the trees take %.2f ms a face (medians)%n",
        errors.size() / 68,
        missed,
        100 * mean,
        100 * quantile(errors, .95),
        quantile(detectMillis, .5),
        quantile(treeMillis, .5));
    assertThat(missed).isZero();
    assertThat(mean).isLessThan(.022);
    assertThat(quantile(errors, .95)).isLessThan(.065);
  }

  private static void addErrors(Landmarks ours, Landmarks dlib, List<Double> errors) {
    for (int i = 0; i < 68; i++) {
      errors.add(ours.point(i).distanceTo(dlib.point(i)) / dlib.eyeDistance());
    }
  }

  private static @Nullable DetectedFace nearest(List<DetectedFace> faces, Landmarks landmarks) {
    Point nose = landmarks.point(30);
    return faces.stream()
        .filter(face -> face.landmarks().point(30).distanceTo(nose) < .5 * landmarks.eyeDistance())
        .findFirst()
        .orElse(null);
  }

  private static double quantile(List<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    return sorted[(int) (share * (sorted.length - 1))];
  }

  @Test
  void box_mediaPipesEyes_dlibsOwnBoxesWithinItsGrid() throws IOException {
    Map<String, double[]> mesh =
        SharedData.mediaPipe(SharedData.require("data/reference/mediapipe-face-mesh-468.json"));
    List<Double> overlaps = new ArrayList<>();
    DlibReference.faces()
        .forEach(
            (name, faces) -> {
              double[] xy = mesh.get(name);
              if (xy == null) {
                return;
              }
              Landmarks landmarks = mesh(xy);
              for (DlibReference.Face face : faces) {
                if (landmarks.rightEye().distanceTo(face.rgb().rightEye())
                    < .4 * landmarks.eyeDistance()) {
                  overlaps.add(DlibBox.of(face(landmarks)).intersectionOverUnion(face.box()));
                }
              }
            });
    double mean = overlaps.stream().mapToDouble(o -> o).average().orElseThrow();
    System.out.printf(
        "our box and dlib's, %d faces: intersection over union %.3f%n", overlaps.size(), mean);
    assertThat(overlaps).hasSizeGreaterThan(50);
    assertThat(mean).isGreaterThan(.8);
  }

  @Test
  void box_faceMovedTurnedAndScaled_centreAndSideAlike() {
    Landmarks landmarks = mesh(Portraits.mediaPipe().get("astronaut.png"));
    Box box = DlibBox.of(face(landmarks));
    Random random = new Random(2);
    for (int round = 0; round < 30; round++) {
      double scale = .1 + 3 * random.nextDouble();
      Affine move =
          Affine.rotation(6 * random.nextDouble())
              .then(Affine.scaling(scale, scale))
              .then(Affine.translation(900 * random.nextDouble(), -500 * random.nextDouble()));

      Box moved = DlibBox.of(face(landmarks.transform(move)));

      assertThat(moved.centre().distanceTo(move.apply(box.centre()))).isLessThan(.01);
      assertThat(moved.width()).isCloseTo(scale * box.width(), within(.01));
      assertThat(moved.height()).isEqualTo(moved.width());
    }
  }

  @Test
  void box_uprightFace_aSquareThatHoldsEyesAndMouth() {
    Landmarks landmarks = mesh(Portraits.mediaPipe().get("grace_hopper.jpg"));
    Box box = DlibBox.of(face(landmarks));

    for (int vertex : List.of(33, 263, 61, 291, 1)) {
      Point p = landmarks.point(vertex);
      assertThat(p.x()).isBetween(box.x(), box.x() + box.width());
      assertThat(p.y()).isBetween(box.y(), box.y() + box.height());
    }
  }

  @Test
  void detect_severalFaces_theFindersFacesWithDlibsPoints() throws IOException {
    RgbImage image = Portraits.astronaut();
    Landmarks landmarks = mesh(Portraits.mediaPipe().get("astronaut.png"));
    DetectedFace one = new DetectedFace(new Box(1, 2, 3, 4), .9, landmarks, .3);
    DetectedFace two =
        new DetectedFace(
            new Box(5, 6, 7, 8), .8, landmarks.transform(Affine.translation(-60, 9)), 1);
    DlibShapePredictor predictor = synthetic();
    try (DlibLandmarkDetector detector =
        DlibLandmarkDetector.builder()
            .predictor(predictor)
            .faces(picture -> List.of(one, two))
            .open()) {

      List<DetectedFace> faces = detector.detect(image);

      assertThat(faces).extracting(DetectedFace::box).containsExactly(one.box(), two.box());
      assertThat(faces).extracting(DetectedFace::score).containsExactly(.9, .8);
      assertThat(faces).extracting(DetectedFace::presence).containsExactly(.3, 1.0);
      for (int i = 0; i < 2; i++) {
        Landmarks points = faces.get(i).landmarks();
        Landmarks expected = predictor.predict(image, DlibBox.of(List.of(one, two).get(i)));
        assertThat(points.scheme()).isEqualTo(LandmarkScheme.DLIB_68);
        assertThat(points.point(30)).isEqualTo(expected.point(30));
        assertThat(points.bounds()).isEqualTo(expected.bounds());
      }
    }
  }

  @Test
  void detect_noFace_empty() throws IOException {
    try (DlibLandmarkDetector detector =
        DlibLandmarkDetector.builder().predictor(synthetic()).faces(image -> List.of()).open()) {
      assertThat(detector.detect(Portraits.astronaut())).isEmpty();
    }
  }

  @Test
  void close_twice_closesTheFinderOnceAndRefusesFurtherCalls() throws IOException {
    Finder finder = new Finder(null);
    DlibLandmarkDetector detector =
        DlibLandmarkDetector.builder().predictor(synthetic()).faces(finder).open();
    assertThat(finder.closed).hasValue(0);

    detector.close();
    detector.close();

    assertThat(finder.closed).hasValue(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> detector.detect(Portraits.astronaut()))
        .withMessageContaining("closed");
  }

  @Test
  void close_finderFails_saysSo() throws IOException {
    Finder finder = new Finder(new IOException("disk"));
    DlibLandmarkDetector detector =
        DlibLandmarkDetector.builder().predictor(synthetic()).faces(finder).open();

    assertThatExceptionOfType(MfrException.class)
        .isThrownBy(detector::close)
        .withMessageContaining("disk");
  }

  private static final class Finder implements LandmarkDetector, AutoCloseable {
    final AtomicInteger closed = new AtomicInteger();
    private final @Nullable IOException failure;

    Finder(@Nullable IOException failure) {
      this.failure = failure;
    }

    @Override
    public List<DetectedFace> detect(RgbImage image) {
      return List.of();
    }

    @Override
    public void close() throws IOException {
      closed.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
    }
  }

  private DlibShapePredictor synthetic() throws IOException {
    byte[] bytes = new SyntheticModel(2, 3, 2, 9, 3).bytes();
    return DlibShapePredictor.read(Files.write(folder.resolve("model.dat"), bytes));
  }

  private static Landmarks mesh(double @Nullable [] xy) {
    assertThat(xy).isNotNull();
    float[] xyz = new float[3 * 468];
    for (int i = 0; i < 468; i++) {
      xyz[3 * i] = (float) xy[2 * i];
      xyz[3 * i + 1] = (float) xy[2 * i + 1];
    }
    return Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
  }

  private static DetectedFace face(Landmarks landmarks) {
    return new DetectedFace(landmarks.bounds(), 1, landmarks, 1);
  }
}
