package dev.mfr.landmarks.dlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.Portraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Oracles: dlib itself, and the cascade written plainly. */
class DlibShapePredictorTest {
  private static final SyntheticModel MODEL = new SyntheticModel(5, 20, 4, 50, 1);

  @TempDir Path folder;

  /** {@return the user's model; the calling test is skipped where there is none} */
  static Path requireModel() {
    Path file = DlibModelFile.find().orElse(Path.of("shape_predictor_68_face_landmarks.dat"));
    assumeTrue(
        Files.exists(file),
        "skipped: dlib's " + file + " is absent; name it with " + DlibModelFile.VARIABLE);
    return file;
  }

  @Test
  void predict_dlibsBoxes_dlibsPoints() throws IOException {
    Map<String, List<DlibReference.Face>> reference = DlibReference.faces();
    Path file = requireModel();
    long start = System.nanoTime();
    DlibShapePredictor predictor = DlibShapePredictor.read(file);
    double load = (System.nanoTime() - start) / 1e6;
    int points = 0;
    int equalGrey = 0;
    int equalRgb = 0;
    for (Map.Entry<String, List<DlibReference.Face>> picture : reference.entrySet()) {
      RgbImage image = RgbImage.read(DlibReference.picture(picture.getKey()));
      for (DlibReference.Face face : picture.getValue()) {
        Landmarks ours = predictor.predict(image, face.box());
        points += 68;
        equalGrey += equal(predictor.predict(grey(image), face.box()), face.grey());
        equalRgb += equal(ours, face.rgb());
      }
    }
    System.out.printf(
        "dlib's points with dlib's boxes: %d of %d equal in grey, %d in colour; model read in %.0f ms%n",
        equalGrey, points, equalRgb, load);
    assertThat(points).isEqualTo(62 * 68);
    assertThat(equalGrey).isGreaterThanOrEqualTo((int) Math.ceil(.999 * points));
    assertThat(equalRgb).isGreaterThanOrEqualTo((int) Math.ceil(.999 * points));
  }

  private static int equal(Landmarks a, Landmarks b) {
    return (int) IntStream.range(0, 68).filter(i -> a.x(i) == b.x(i) && a.y(i) == b.y(i)).count();
  }

  private static RgbImage grey(RgbImage image) {
    byte[] grey = new byte[image.width() * image.height()];
    for (int i = 0; i < grey.length; i++) {
      int rgb = image.rgb(i % image.width(), i / image.width());
      grey[i] = (byte) (((rgb >> 16) + ((rgb >> 8) & 255) + (rgb & 255)) / 3);
    }
    return RgbImage.copyOf(grey, image.width(), image.height(), image.width(), PixelFormat.GREY);
  }

  @Test
  void predict_anyBox_asTheCascadeWrittenPlainly() throws IOException {
    DlibShapePredictor predictor = read(MODEL);
    RgbImage image = Portraits.astronaut();
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      // Boxes of any place and shape, many of them beyond the picture
      Box box =
          new Box(
              -200 + 700 * random.nextDouble(),
              -200 + 700 * random.nextDouble(),
              300 * random.nextDouble(),
              300 * random.nextDouble());

      Landmarks landmarks = predictor.predict(image, box);

      assertThat(landmarks.scheme()).isEqualTo(LandmarkScheme.DLIB_68);
      assertThat(xy(landmarks)).as("round %s", round).isEqualTo(MODEL.predict(image, box));
    }
  }

  @Test
  void predict_pictureAndBoxMoved_pointsMovedAlike() throws IOException {
    DlibShapePredictor predictor = read(MODEL);
    RgbImage whole = Portraits.astronaut();
    RgbImage part = whole.subImage(100, 30, 300, 300);
    // Well inside both, because outside a picture is black
    Box box = new Box(150, 130, 60, 60);

    int[] inPart = xy(predictor.predict(part, box));
    int[] inWhole = xy(predictor.predict(whole, box.translate(100, 30)));

    for (int i = 0; i < inPart.length; i += 2) {
      inPart[i] += 100;
      inPart[i + 1] += 30;
    }
    assertThat(inPart).isEqualTo(inWhole);
  }

  @Test
  void predict_manyThreads_samePoints() throws IOException {
    DlibShapePredictor predictor = read(MODEL);
    RgbImage image = Portraits.astronaut();
    Box box = new Box(180, 60, 100, 100);
    int[] expected = xy(predictor.predict(image, box));

    assertThat(IntStream.range(0, 200).parallel().mapToObj(i -> predictor.predict(image, box)))
        .allSatisfy(landmarks -> assertThat(xy(landmarks)).isEqualTo(expected));
  }

  @Test
  void predict_boxWithoutExtent_allPointsThere() throws IOException {
    Landmarks landmarks = read(MODEL).predict(Portraits.astronaut(), new Box(7, 9, 0, 0));

    assertThat(landmarks.bounds()).isEqualTo(new Box(7, 9, 0, 0));
  }

  private DlibShapePredictor read(SyntheticModel model) throws IOException {
    return DlibShapePredictor.read(Files.write(folder.resolve("model.dat"), model.bytes()));
  }

  private static int[] xy(Landmarks landmarks) {
    int[] xy = new int[2 * 68];
    for (int i = 0; i < 68; i++) {
      xy[2 * i] = (int) landmarks.x(i);
      xy[2 * i + 1] = (int) landmarks.y(i);
    }
    return xy;
  }
}
