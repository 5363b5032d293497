package dev.mfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline with parts made of lambdas: what a user of the three interfaces can count on. */
class MaskedFaceRecognizerTest {

  /** A picture of one colour; its red value says how many faces the fake detector finds. */
  private static RgbImage pictureWith(int faces) {
    byte[] rgb = new byte[3 * 100 * 100];
    rgb[0] = (byte) faces;
    return RgbImage.wrap(rgb, 0, 100, 100, 300, PixelFormat.RGB);
  }

  private static DetectedFace face(double x, double size) {
    float[] xyz = new float[3 * 468];
    return new DetectedFace(
        new Box(x, x, size, size), .9, Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz), .8);
  }

  private static final LandmarkDetector DETECTOR =
      image ->
          Collections.nCopies(image.rgb(0, 0) >> 16, null).stream()
              .map(nothing -> face(10, 20))
              .toList();

  private static final RoiCropper CROPPER =
      (image, face) -> FaceViews.of(FaceView.of("roi", "whole", image));

  private static final Classifier ALICE =
      faces ->
          Collections.nCopies(
              faces.size(), Classification.known(List.of(new RankedIdentity("alice", .9))));

  private static MaskedFaceRecognizer.Builder fakes() {
    return MaskedFaceRecognizer.builder().detector(DETECTOR).cropper(CROPPER).classifier(ALICE);
  }

  @Test
  void recognize_lambdas_giveEveryFaceItsIdentity() {
    try (MaskedFaceRecognizer recognizer = fakes().build()) {
      Recognition recognition = recognizer.recognize(pictureWith(2));

      assertThat(recognition.identities()).containsExactly("alice", "alice");
      assertThat(recognition.faces().get(0).probability()).isEqualTo(.9);
      assertThat(recognition.width()).isEqualTo(100);
      assertThat(recognition.timings().total()).isPositive();
    }
  }

  @Test
  void recognize_noFace_isAnEmptyResultAndAsksNoClassifier() {
    Classifier failing =
        faces -> {
          throw new AssertionError("nothing to classify");
        };
    try (MaskedFaceRecognizer recognizer = fakes().classifier(failing).build()) {
      Recognition recognition = recognizer.recognize(pictureWith(0));

      assertThat(recognition.faces()).isEmpty();
      assertThat(recognition.mainFace()).isEmpty();
    }
  }

  @Test
  void recognize_unknown_isAResultWithARanking() {
    Classifier doubtful =
        faces -> List.of(Classification.unknown(List.of(new RankedIdentity("bob", .4)), "too far"));
    try (MaskedFaceRecognizer recognizer = fakes().classifier(doubtful).build()) {
      RecognizedFace face = recognizer.recognize(pictureWith(1)).faces().get(0);

      assertThat(face.identity()).isEmpty();
      assertThat(face.ranking()).extracting(RankedIdentity::identity).containsExactly("bob");
      assertThat(face.classification().explanation()).isEqualTo("too far");
    }
  }

  @Test
  void recognize_rejectedRegion_isReportedAndNotClassified() {
    RoiCropper picky =
        (image, face) ->
            face.box().x() > 50 ? FaceViews.rejected("too far right") : CROPPER.crop(image, face);
    LandmarkDetector two = image -> List.of(face(80, 10), face(10, 10));
    try (MaskedFaceRecognizer recognizer = fakes().detector(two).cropper(picky).build()) {
      Recognition recognition = recognizer.recognize(pictureWith(0));

      assertThat(recognition.faces())
          .singleElement()
          .satisfies(f -> assertThat(f.box().x()).isEqualTo(10));
      assertThat(recognition.rejected())
          .singleElement()
          .satisfies(r -> assertThat(r.reason()).isEqualTo("too far right"));
    }
  }

  @Test
  void recognizeAll_manyFaces_goThroughTheClassifierInBatchesInOrder() {
    List<Integer> batches = new ArrayList<>();
    AtomicInteger counter = new AtomicInteger();
    Classifier counting =
        faces -> {
          batches.add(faces.size());
          return faces.stream()
              .map(
                  f ->
                      Classification.known(
                          List.of(new RankedIdentity("p" + counter.getAndIncrement(), 1))))
              .toList();
        };
    try (MaskedFaceRecognizer recognizer = fakes().classifier(counting).batchSize(4).build()) {
      List<Recognition> all =
          recognizer.recognizeAll(
              List.of(pictureWith(3), pictureWith(0), pictureWith(5), pictureWith(2)));

      assertThat(batches).containsExactly(4, 4, 2);
      assertThat(all).hasSize(4);
      assertThat(all.get(0).identities()).containsExactly("p0", "p1", "p2");
      assertThat(all.get(1).identities()).isEmpty();
      assertThat(all.get(2).identities()).containsExactly("p3", "p4", "p5", "p6", "p7");
      assertThat(all.get(3).identities()).containsExactly("p8", "p9");
    }
  }

  @Test
  void mainFace_twoFaces_isTheLargeCentralOne() {
    LandmarkDetector two = image -> List.of(face(0, 22), face(40, 20));
    try (MaskedFaceRecognizer recognizer = fakes().detector(two).build()) {
      assertThat(recognizer.recognize(pictureWith(0)).mainFace().orElseThrow().box().x())
          .isEqualTo(40);
    }
  }

  @Test
  void recognizeFiles_badFileInTheMiddle_isReportedAndTheRestGoesOn(@TempDir Path dir)
      throws IOException {
    Path good = dir.resolve("good.png");
    ImageIO.write(new BufferedImage(20, 30, BufferedImage.TYPE_3BYTE_BGR), "png", good.toFile());
    Path bad = Files.writeString(dir.resolve("bad.jpg"), "no picture");
    Path missing = dir.resolve("missing.jpg");
    List<PictureOutcome> outcomes = new ArrayList<>();
    try (MaskedFaceRecognizer recognizer = fakes().batchSize(3).build()) {
      recognizer.recognizeFiles(List.of(good, bad, missing, good, dir), outcomes::add);
    }

    assertThat(outcomes)
        .extracting(PictureOutcome::file)
        .containsExactly(good, bad, missing, good, dir);
    assertThat(outcomes.get(0)).isInstanceOf(PictureOutcome.Recognized.class);
    assertThat(((PictureOutcome.Recognized) outcomes.get(3)).recognition().timings().decode())
        .isPositive();
    assertThat(((PictureOutcome.Failed) outcomes.get(1)).failure())
        .isInstanceOf(ImageDecodeException.class)
        .hasMessageContaining("bad.jpg");
    assertThat(((PictureOutcome.Failed) outcomes.get(2)).failure())
        .hasMessageContaining("missing.jpg")
        .hasMessageContaining("no such file");
    assertThat(((PictureOutcome.Failed) outcomes.get(4)).failure())
        .hasMessageContaining("directory");
  }

  private static final class ClosingClassifier implements Classifier, AutoCloseable {
    final AtomicInteger closed = new AtomicInteger();
    final CountDownLatch inside = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public List<Classification> classify(List<FaceViews> faces) {
      inside.countDown();
      try {
        assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      assertThat(closed).hasValue(0);
      return ALICE.classify(faces);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  @Timeout(30)
  void close_whileAnotherThreadRecognises_letsItFinishAndClosesOnce() throws Exception {
    ClosingClassifier classifier = new ClosingClassifier();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      MaskedFaceRecognizer recognizer = fakes().classifier(classifier).build();
      Future<Recognition> running = thread.submit(() -> recognizer.recognize(pictureWith(1)));
      assertThat(classifier.inside.await(20, TimeUnit.SECONDS)).isTrue();

      recognizer.close();
      recognizer.close();
      assertThat(classifier.closed).hasValue(0);
      assertThatThrownBy(() -> recognizer.recognize(pictureWith(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      classifier.goOn.countDown();

      assertThat(running.get().identities()).containsExactly("alice");
      assertThat(classifier.closed).hasValue(1);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void close_aPartFails_closesTheOthersAndTells() {
    AtomicInteger detectorClosed = new AtomicInteger();
    class ClosingDetector implements LandmarkDetector, AutoCloseable {
      @Override
      public List<DetectedFace> detect(RgbImage image) {
        return List.of();
      }

      @Override
      public void close() {
        detectorClosed.incrementAndGet();
      }
    }
    class FailingClassifier implements Classifier, AutoCloseable {
      @Override
      public List<Classification> classify(List<FaceViews> faces) {
        return List.of();
      }

      @Override
      public void close() throws IOException {
        throw new IOException("disk on fire");
      }
    }
    MaskedFaceRecognizer recognizer =
        fakes().detector(new ClosingDetector()).classifier(new FailingClassifier()).build();

    assertThatThrownBy(recognizer::close)
        .isInstanceOf(MfrException.class)
        .hasMessageContaining("disk on fire");
    assertThat(detectorClosed).hasValue(1);
  }

  @Test
  void build_nothingSaysWho_isRefusedWithTheCureAndClosesTheParts() {
    AtomicInteger closed = new AtomicInteger();
    class ClosingDetector implements LandmarkDetector, AutoCloseable {
      @Override
      public List<DetectedFace> detect(RgbImage image) {
        return List.of();
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }

    assertThatThrownBy(() -> MaskedFaceRecognizer.builder().detector(new ClosingDetector()).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("train(…)");
    assertThat(closed).hasValue(1);
  }

  @Test
  void build_noModuleOnTheClassPath_namesTheDependencyToAdd() {
    assertThatThrownBy(() -> MaskedFaceRecognizer.builder().classifier(ALICE).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("dev.mfr:mfr-landmarks");
  }

  @Test
  void save_classifierOfAnotherKind_isRefused(@TempDir Path dir) {
    try (MaskedFaceRecognizer recognizer = fakes().build()) {
      assertThatThrownBy(() -> recognizer.save(dir.resolve("head.mfr")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("softmax head");
    }
  }
}
