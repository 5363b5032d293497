package dev.mfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The oracle is the result object that the plain call gives. */
class RecognitionBufferTest {

  /** The picture's red says how many faces it has, its green what is special about them. */
  private static RgbImage picture(int faces, int green) {
    byte[] rgb = new byte[3 * 40 * 30];
    rgb[0] = (byte) faces;
    rgb[1] = (byte) green;
    return RgbImage.wrap(rgb, 0, 40, 30, 120, PixelFormat.RGB);
  }

  /** Faces with both schemes of landmarks, so that a place in the buffer changes its scheme. */
  private static List<DetectedFace> faces(RgbImage image) {
    int count = image.rgb(0, 0) >> 16;
    int special = image.rgb(0, 0) >> 8 & 255;
    List<DetectedFace> faces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LandmarkScheme scheme =
          (i + special) % 2 == 0 ? LandmarkScheme.FACE_MESH_468 : LandmarkScheme.DLIB_68;
      float[] xyz = new float[3 * scheme.size()];
      Random random = new Random(31L * i + special);
      for (int k = 0; k < xyz.length; k++) {
        xyz[k] = random.nextFloat() * 30;
      }
      faces.add(
          new DetectedFace(
              new Box(i, special, 10, 12), .9 - .1 * i, Landmarks.of(scheme, xyz), .5));
    }
    return faces;
  }

  private static final RoiCropper CROPPER =
      (image, face) ->
          face.box().x() == 1
              ? FaceViews.rejected("the second is never usable")
              : FaceViews.of(
                  FaceView.window(
                      "roi",
                      "turned",
                      image,
                      Affine.rotation(face.landmarks().roll()),
                      10,
                      8,
                      Border.BLACK));

  private static final Classifier CLASSIFIER =
      views ->
          views.stream()
              .map(
                  view -> {
                    List<RankedIdentity> ranking = List.of(new RankedIdentity("ada", .7));
                    return view.list().get(0).sourceFromView().c() < 0
                        ? Classification.known(ranking)
                        : Classification.unknown(ranking, "too far");
                  })
              .toList();

  private static MaskedFaceRecognizer recognizer(LandmarkDetector detector) {
    return MaskedFaceRecognizer.builder()
        .detector(detector)
        .cropper(CROPPER)
        .classifier(CLASSIFIER)
        .batchSize(2)
        .build();
  }

  private static void assertSame(RecognitionBuffer actual, Recognition expected) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.height()).isEqualTo(expected.height());
    assertThat(actual.size()).isEqualTo(expected.faces().size());
    for (int i = 0; i < actual.size(); i++) {
      RecognizedFace face = expected.faces().get(i);
      assertThat(actual.isKnown(i)).isEqualTo(face.identity().isPresent());
      assertThat(actual.candidate(i)).isEqualTo(face.ranking().get(0).identity());
      assertThat(actual.probability(i)).isEqualTo(face.probability());
      assertThat(actual.similarity(i)).isNaN();
      assertThat(actual.box(i)).isEqualTo(face.box());
      assertThat(actual.score(i)).isEqualTo(face.face().score());
      assertThat(actual.presence(i)).isEqualTo(face.face().presence());
      for (int k = 0; k < face.landmarks().size(); k++) {
        assertThat(actual.landmarks(i)[3 * k]).isEqualTo(face.landmarks().x(k));
        assertThat(actual.landmarks(i)[3 * k + 2]).isEqualTo(face.landmarks().z(k));
      }
    }
    Recognition copy = actual.toRecognition();
    assertThat(copy.rejected())
        .extracting(RejectedFace::reason)
        .isEqualTo(expected.rejected().stream().map(RejectedFace::reason).toList());
    for (int i = 0; i < copy.faces().size(); i++) {
      assertThat(copy.faces().get(i).region()).isEqualTo(expected.faces().get(i).region());
      assertThat(copy.faces().get(i).classification())
          .isEqualTo(expected.faces().get(i).classification());
    }
  }

  @Test
  void recognizeInto_oneBufferForManyPictures_equalsTheOtherCalls() {
    try (MaskedFaceRecognizer recognizer = recognizer(RecognitionBufferTest::faces)) {
      RecognitionBuffer buffer = new RecognitionBuffer();
      List<RgbImage> pictures = new ArrayList<>();
      for (int faces : new int[] {1, 5, 0, 2, 5, 1}) {
        pictures.add(picture(faces, pictures.size()));
      }
      List<Recognition> all = recognizer.recognizeAll(pictures);
      for (int i = 0; i < pictures.size(); i++) {
        recognizer.recognizeInto(pictures.get(i), buffer);

        assertSame(buffer, recognizer.recognize(pictures.get(i)));
        assertSame(buffer, all.get(i));
        assertSame(buffer, recognizer.recognize(pictures.get(i), faces(pictures.get(i))));
      }
    }
  }

  @Test
  void recognizeInto_detectorFails_leavesNobody() {
    LandmarkDetector failing =
        image -> {
          if (image.rgb(0, 0) >> 16 == 9) {
            throw new IllegalArgumentException("nine");
          }
          return faces(image);
        };
    try (MaskedFaceRecognizer recognizer = recognizer(failing)) {
      RecognitionBuffer buffer = new RecognitionBuffer();
      recognizer.recognizeInto(picture(3, 0), buffer);
      assertThat(buffer.size()).isEqualTo(2);

      assertThatThrownBy(() -> recognizer.recognizeInto(picture(9, 0), buffer)).hasMessage("nine");

      assertThat(buffer.size()).isZero();
      assertThatThrownBy(() -> buffer.isKnown(0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(buffer.toRecognition().faces()).isEmpty();
    }
  }

  @Test
  void recognizeInto_afterClose_leavesNobody() {
    MaskedFaceRecognizer recognizer = recognizer(RecognitionBufferTest::faces);
    RecognitionBuffer buffer = new RecognitionBuffer();
    recognizer.recognizeInto(picture(3, 0), buffer);
    recognizer.close();
    assertThatThrownBy(() -> recognizer.recognizeInto(picture(3, 0), buffer))
        .isInstanceOf(IllegalStateException.class);
    assertThat(buffer.size()).isZero();
  }

  @Test
  void recognizeInto_classifierForgetsAnAnswer_isRefused() {
    Classifier lazy =
        new Classifier() {
          @Override
          public List<Classification> classify(List<FaceViews> faces) {
            return CLASSIFIER.classify(faces);
          }

          @Override
          public void classifyInto(List<FaceViews> faces, ClassificationBuffer target) {
            target.reset(faces.size());
            target.set(0, Classification.unknown(List.of(), "only the first"));
          }
        };
    try (MaskedFaceRecognizer recognizer =
        MaskedFaceRecognizer.builder()
            .detector(RecognitionBufferTest::faces)
            .cropper(CROPPER)
            .classifier(lazy)
            .build()) {
      RecognitionBuffer buffer = new RecognitionBuffer();
      recognizer.recognizeInto(picture(3, 0), buffer);
      assertThat(buffer.isKnown(0)).isFalse();
      assertThatThrownBy(() -> buffer.isKnown(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("face 1 has no answer");
    }
  }

  @Test
  @Timeout(60)
  void recognizeInto_afterwards_holdsOnToNoPicture() throws InterruptedException {
    try (MaskedFaceRecognizer recognizer = recognizer(RecognitionBufferTest::faces)) {
      RecognitionBuffer buffer = new RecognitionBuffer();
      RgbImage image = picture(3, 0);
      recognizer.recognizeInto(image, buffer);
      recognizer.recognize(image);
      WeakReference<RgbImage> gone = new WeakReference<>(image);
      image = null;
      while (gone.get() != null) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(buffer.size()).isEqualTo(2);
    }
  }
}
