package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceBuffer;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.inference.ModelBundle;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Oracle: MediaPipe itself, its points for the same pictures. */
class FaceMeshDetectorTest {
  private static FaceMeshDetector detector;

  @BeforeAll
  static void open() {
    detector = FaceMeshDetector.open();
  }

  @AfterAll
  static void close() {
    detector.close();
  }

  @Test
  void detect_portraits_pointsOfMediaPipe() {
    Map<String, double[]> expected = Portraits.mediaPipe();
    Portraits.all()
        .forEach(
            (name, image) -> {
              List<DetectedFace> faces = detector.detect(image);
              assertThat(faces).as(name).hasSize(1);
              DetectedFace face = faces.get(0);
              assertThat(MeshError.of(face.landmarks(), expected.get(name)))
                  .as(name)
                  .isLessThan(.0075);
              assertThat(face.score()).as(name).isGreaterThan(.85);
              assertThat(face.presence()).as(name).isGreaterThan(.95);
              assertThat(face.box().intersectionOverUnion(face.landmarks().bounds()))
                  .as(name)
                  .isGreaterThan(.4);
            });
  }

  @Test
  void detectAllInto_moreThanABatch_equalsOneByOne() {
    RgbImage astronaut = Portraits.astronaut();
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      images.add(astronaut.subImage(10 * i, 5 * i, 250, 240));
      images.add(astronaut.subImage(0, 300 + 10 * i, 100, 100));
    }
    images.add(Portraits.graceHopper());
    List<FaceBuffer> all = images.stream().map(image -> new FaceBuffer()).toList();

    detector.detectAllInto(images, all);

    int found = 0;
    FaceBuffer one = new FaceBuffer();
    for (int i = 0; i < images.size(); i++) {
      detector.detectInto(images.get(i), one);
      assertThat(all.get(i).size()).as("faces of picture %s", i).isEqualTo(one.size());
      for (int k = 0; k < one.size(); k++) {
        assertThat(all.get(i).score(k)).isCloseTo(one.score(k), within(1e-5));
        Landmarks expected = one.get(k).landmarks();
        for (int point = 0; point < 468; point++) {
          assertThat(all.get(i).get(k).landmarks().point(point).distanceTo(expected.point(point)))
              .isLessThan(.01);
        }
        found++;
      }
    }
    assertThat(found).isBetween(8, images.size());
  }

  @Test
  void detect_referencePictures_pointsOfMediaPipe() throws IOException {
    Path reference = SharedData.require("data/reference");
    Map<String, double[]> expected =
        SharedData.mediaPipe(reference.resolve("mediapipe-face-mesh-468.json"));
    List<Double> errors = new ArrayList<>();
    expected.forEach(
        (name, points) -> {
          List<DetectedFace> faces =
              detector.detect(RgbImage.read(reference.resolve("images").resolve(name)));
          // MediaPipe answers for one face, the test takes the one that it means.
          errors.add(
              faces.stream()
                  .mapToDouble(f -> MeshError.of(f.landmarks(), points))
                  .min()
                  .orElse(Double.NaN));
        });
    assertThat(errors).hasSize(60).doesNotContain(Double.NaN);
    Collections.sort(errors);
    double mean = errors.stream().mapToDouble(e -> e).average().orElseThrow();
    System.out.printf(
        "face mesh against MediaPipe, %d pictures: mean %.3f %%, worst but one %.3f %%, worst %.3f %% of the outer-eye"
            + " distance%n",
        errors.size(), 100 * mean, 100 * errors.get(58), 100 * errors.get(59));
    assertThat(mean).isLessThanOrEqualTo(.0035);
    assertThat(errors.get(58)).isLessThanOrEqualTo(.012);
  }

  @Test
  void detect_twoFacesSideBySide_bothInTheirPlaces() {
    // Given: the same portrait twice in one picture
    RgbImage one = Portraits.graceHopper();
    RgbImage two = besideItself(one);

    // When
    List<DetectedFace> faces = new ArrayList<>(detector.detect(two));

    // Then
    assertThat(faces).hasSize(2);
    faces.sort((a, b) -> Double.compare(a.box().x(), b.box().x()));
    double shift = faces.get(1).landmarks().x(4) - faces.get(0).landmarks().x(4);
    assertThat(shift).isCloseTo(one.width(), within(8.0));
    assertThat(faces.get(0).landmarks().y(4)).isCloseTo(faces.get(1).landmarks().y(4), within(8f));
  }

  @Test
  void detect_maxFacesOne_onlyTheBest() {
    try (FaceMeshDetector one = FaceMeshDetector.builder().maxFaces(1).open()) {
      assertThat(one.detect(besideItself(Portraits.graceHopper()))).hasSize(1);
    }
  }

  @Test
  void detect_tightCrop_foundWithABorderAndInTheCropsFrame() {
    // Given: nothing but eyes, nose and mouth
    RgbImage image = Portraits.graceHopper();
    double[] expected = Portraits.mediaPipe().get("grace_hopper.jpg");
    int x = (int) expected[2 * 127] - 5;
    int y = (int) expected[2 * 10 + 1] + 10;
    int w = (int) (expected[2 * 356] - expected[2 * 127]) + 10;
    int h = (int) (expected[2 * 152 + 1] - expected[2 * 10 + 1]) - 20;

    // When
    List<DetectedFace> faces = detector.detect(image.subImage(x, y, w, h));

    // Then
    assertThat(faces).hasSize(1);
    assertThat(MeshError.of(faces.get(0).landmarks().transform(Affine.translation(x, y)), expected))
        .isLessThan(.06);
  }

  @Test
  void detect_turnedPicture_turnedMesh() {
    RgbImage image = Portraits.astronaut();
    Affine turn =
        Affine.translation(-224, -120)
            .then(Affine.rotation(Math.toRadians(25)))
            .then(Affine.translation(256, 256));
    RgbImage turned = Warp.render(image, turn.inverse(), 512, 512, Border.REPLICATE);

    List<DetectedFace> upright = detector.detect(image);
    List<DetectedFace> faces = detector.detect(turned);

    assertThat(faces).hasSize(1);
    double off = 0;
    for (int i = 0; i < 468; i++) {
      off +=
          faces
              .get(0)
              .landmarks()
              .point(i)
              .distanceTo(turn.apply(upright.get(0).landmarks().point(i)));
    }
    assertThat(off / 468 / upright.get(0).landmarks().eyeDistance()).isLessThan(.05);
    assertThat(Math.toDegrees(faces.get(0).landmarks().roll() - upright.get(0).landmarks().roll()))
        .isCloseTo(25, within(3.0));
  }

  @Test
  void detect_noFace_empty() {
    byte[] noise = new byte[3 * 200 * 150];
    new Random(1).nextBytes(noise);

    assertThat(detector.detect(RgbImage.copyOf(noise, 200, 150, 600, PixelFormat.RGB))).isEmpty();
    assertThat(detector.detect(RgbImage.copyOf(new byte[3], 1, 1, 3, PixelFormat.RGB))).isEmpty();
    assertThat(detector.detect(RgbImage.copyOf(new byte[15000], 1, 5000, 3, PixelFormat.RGB)))
        .isEmpty();
  }

  @Test
  void detect_manyThreads_sameAnswer() throws Exception {
    RgbImage image = Portraits.astronaut();
    DetectedFace expected = detector.detect(image).get(0);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<DetectedFace>> calls =
          Collections.nCopies(24, () -> detector.detect(image).get(0));
      for (Future<DetectedFace> answer : pool.invokeAll(calls)) {
        assertThat(answer.get().score()).isEqualTo(expected.score());
        for (int i = 0; i < 468; i++) {
          assertThat(answer.get().landmarks().point(i)).isEqualTo(expected.landmarks().point(i));
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void detect_afterClose_illegalState() {
    FaceMeshDetector closed = FaceMeshDetector.open();
    closed.close();
    closed.close();

    assertThatThrownBy(() -> closed.detect(Portraits.astronaut()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void open_secondNetworkFails_firstIsClosed() {
    AtomicInteger open = new AtomicInteger();
    InferenceRuntime failing =
        new InferenceRuntime() {
          @Override
          public InferenceModel open(ModelBundle bundle) {
            if (open.incrementAndGet() == 2) {
              open.decrementAndGet();
              throw new IllegalStateException("no room");
            }
            return new FakeModel(open::decrementAndGet);
          }
        };

    assertThatThrownBy(() -> FaceMeshDetector.builder().runtime(failing).open())
        .hasMessage("no room");
    assertThat(open).hasValue(0);
  }

  @Test
  void builder_impossibleOptions_refused() {
    FaceMeshDetector.Builder builder = FaceMeshDetector.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.minScore(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.minScore(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.minPresence(1.5));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maxFaces(0));
  }

  private static RgbImage besideItself(RgbImage one) {
    int w = one.width();
    int h = one.height();
    byte[] single = new byte[3 * w * h];
    one.copyInto(single);
    byte[] both = new byte[6 * w * h];
    for (int y = 0; y < h; y++) {
      System.arraycopy(single, 3 * w * y, both, 6 * w * y, 3 * w);
      System.arraycopy(single, 3 * w * y, both, 6 * w * y + 3 * w, 3 * w);
    }
    return RgbImage.copyOf(both, 2 * w, h, 6 * w, PixelFormat.RGB);
  }
}
