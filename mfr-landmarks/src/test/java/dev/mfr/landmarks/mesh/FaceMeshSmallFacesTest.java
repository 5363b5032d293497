package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceViews;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.SharedData;
import dev.mfr.landmarks.crop.PeriocularCropper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faces that the whole picture is too coarse for, and faces at its border. */
class FaceMeshSmallFacesTest {
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
  void detect_twoPeopleSideBySide_bothMeasuredAsAlone() {
    RgbImage left = Portraits.astronaut();
    RgbImage right = Portraits.graceHopper();

    List<DetectedFace> faces = new ArrayList<>(detector.detect(Mosaic.row(left, right)));

    assertThat(faces).hasSize(2).isSortedAccordingTo(byFallingScore());
    faces.sort(Comparator.comparingDouble(f -> f.box().x()));
    assertThat(distance(faces.get(0).landmarks(), only(left))).isLessThan(.025);
    assertThat(
            distance(
                faces.get(1).landmarks(),
                only(right).transform(Affine.translation(left.width(), 0))))
        .isLessThan(.025);
  }

  @ParameterizedTest
  @CsvSource({"3, 200", "3, 512"})
  void detect_gridOfPortraits_eachOnceInItsCell(int n, int cell) {
    List<RgbImage> portraits = List.of(Portraits.astronaut(), Portraits.graceHopper());

    List<DetectedFace> faces = detector.detect(Mosaic.grid(portraits, n, cell));

    assertThat(faces).hasSize(n * n).isSortedAccordingTo(byFallingScore());
    assertThat(faces.stream().map(f -> cellOf(f.landmarks().point(4), cell)).distinct())
        .hasSize(n * n);
  }

  @Test
  void detect_faceOfATwentiethOfALargePicture_foundInItsPlace() {
    // Given
    RgbImage portrait = Portraits.astronaut();
    Landmarks alone = only(portrait);
    double factor = .05 * 2400 / detector.detect(portrait).get(0).box().width();
    byte[] rgb = Mosaic.noise(2048, 2400, 4);
    Mosaic.paste(rgb, 2048, Mosaic.scale(portrait, factor), 1111, 1555);

    // When
    List<DetectedFace> faces = detector.detect(Mosaic.picture(rgb, 2048, 2400));

    // Then
    Affine place =
        new Affine(factor, 0, .5 * factor - .5 + 1111, 0, factor, .5 * factor - .5 + 1555);
    assertThat(faces).hasSize(1);
    assertThat(distance(faces.get(0).landmarks(), alone.transform(place))).isLessThan(.05);
  }

  @Test
  void detect_thoroughGridOfSixBySix_all() {
    List<RgbImage> portraits = List.of(Portraits.astronaut(), Portraits.graceHopper());
    try (FaceMeshDetector thorough =
        FaceMeshDetector.builder().smallFaces(SmallFaces.THOROUGH).maxFaces(50).open()) {
      assertThat(thorough.detect(Mosaic.grid(portraits, 6, 200))).hasSize(36);
    }
  }

  @Test
  void detect_never_onlyWhatTheWholeShows() {
    try (FaceMeshDetector plain = FaceMeshDetector.builder().smallFaces(SmallFaces.NEVER).open()) {
      RgbImage grid = Mosaic.grid(List.of(Portraits.astronaut()), 4, 256);
      assertThat(plain.detect(grid)).isEmpty();
    }
  }

  @Test
  void detect_maxFacesInAGroup_notMore() {
    try (FaceMeshDetector four = FaceMeshDetector.builder().maxFaces(4).open()) {
      assertThat(four.detect(Mosaic.grid(List.of(Portraits.astronaut()), 3, 300))).hasSize(4);
    }
  }

  @Test
  void detect_largePicturesOfTextures_nothing() {
    Patches patches = new Patches(6, List.of());
    for (int n : new int[] {3, 6}) {
      List<RgbImage> textures = new ArrayList<>();
      for (int i = 0; i < n * n; i++) {
        textures.add(patches.next(1));
      }
      assertThat(detector.detect(Mosaic.grid(textures, n, Patches.SIZE))).isEmpty();
    }
  }

  /** The picture is cut at shares of the face's box: 0 is its left or upper side. */
  @ParameterizedTest
  @CsvSource({
    ".3, 0, 9, 9",
    "-9, 0, .7, 9",
    "-9, -9, 9, .85",
    "-9, .3, 9, 9",
    "0, -9, 9, 9",
    "-9, -9, 9, 1"
  })
  void detect_faceCutByTheBorder_measuredAsInTheFullPictureOrNotFound(
      double x0, double y0, double x1, double y1) {
    for (RgbImage portrait : Portraits.all().values()) {
      for (double factor : new double[] {.45, 1, 2.5}) {
        RgbImage image = Mosaic.scale(portrait, factor);
        DetectedFace whole = detector.detect(image).get(0);
        Box box = whole.box();
        int left = (int) Math.max(0, box.x() + x0 * box.width());
        int top = (int) Math.max(0, box.y() + y0 * box.height());
        int right = (int) Math.min(image.width(), box.x() + x1 * box.width());
        int bottom = (int) Math.min(image.height(), box.y() + y1 * box.height());

        List<DetectedFace> faces =
            detector.detect(image.subImage(left, top, right - left, bottom - top));

        assertThat(faces).hasSizeLessThanOrEqualTo(1);
        for (DetectedFace face : faces) {
          Landmarks back = face.landmarks().transform(Affine.translation(left, top));
          double off = distance(back, whole.landmarks());
          assertThat(off).isLessThan(.25);
        }
      }
    }
  }

  /** The runs of BlazeFace for a picture without a face, each with the size of its batch. */
  @ParameterizedTest
  @CsvSource({
    "LARGE_PICTURES, 479, 479, '1 4'",
    "LARGE_PICTURES, 480, 480, '1 4 9'",
    "LARGE_PICTURES, 480, 100, '1 4 3'",
    "LARGE_PICTURES, 300, 480, '1 4 6'",
    "LARGE_PICTURES, 960, 960, '1 4 9 16 16 16 1'",
    "THOROUGH, 479, 20, '1 4'",
    "NEVER, 960, 960, '1 4'"
  })
  void detect_noFace_networkRuns(SmallFaces smallFaces, int width, int height, String runs) {
    FakeModel faces = new FakeModel(() -> {});
    float[] logits = new float[16 * Anchors.COUNT];
    Arrays.fill(logits, -20);
    faces.outputs.put("classificators", logits);
    faces.outputs.put("regressors", new float[16 * 16 * Anchors.COUNT]);
    List<FakeModel> opened = new ArrayList<>(List.of(new FakeModel(() -> {}), faces));
    InferenceRuntime runtime = bundle -> opened.remove(opened.size() - 1);
    try (FaceMeshDetector blind =
        FaceMeshDetector.builder().runtime(runtime).smallFaces(smallFaces).open()) {
      blind.detect(Mosaic.picture(new byte[3 * width * height], width, height));
    }
    assertThat(faces.batches.stream().map(String::valueOf)).containsExactly(runs.split(" ", -1));
  }

  @Test
  void tiles_anySize_coverThePictureAndShareHalf() {
    for (int[] size : new int[][] {{480, 480}, {1000, 300}, {731, 977}, {960, 481}, {1, 500}}) {
      RgbImage image = Mosaic.picture(new byte[3 * size[0] * size[1]], size[0], size[1]);
      double half = Math.max(size[0], size[1]) / 4.0;
      // Any face of half a tile is whole in a tile.
      Random random = new Random(2);
      List<Letterbox> tiles = Tiles.of(image, 1);
      for (int i = 0; i < 200; i++) {
        double width = Math.min(.94 * half, size[0]);
        double height = Math.min(.94 * half, size[1]);
        Box face =
            new Box(
                random.nextDouble() * (size[0] - width),
                random.nextDouble() * (size[1] - height),
                width,
                height);
        assertThat(tiles).anyMatch(tile -> Tiles.isWhole(face, tile, image));
      }
    }
  }

  @Test
  void isWhole_boxAtTheTilesBorder_onlyWhereItIsThePictures() {
    RgbImage image = Mosaic.picture(new byte[3 * 800 * 800], 800, 800);
    Letterbox corner = new Letterbox(400, 0, 0);
    assertThat(Tiles.isWhole(new Box(-5, -5, 100, 100), corner, image)).isTrue();
    assertThat(Tiles.isWhole(new Box(299, 50, 100, 100), corner, image)).isFalse();
    assertThat(Tiles.isWhole(new Box(50, 50, 290, 100), corner, image)).isFalse();
    Letterbox right = new Letterbox(400, -400, -200);
    assertThat(Tiles.isWhole(new Box(705, 300, 100, 100), right, image)).isTrue();
    assertThat(Tiles.isWhole(new Box(500, 201, 100, 100), right, image)).isFalse();
  }

  @Test
  void merge_sameFaceFromTwoTiles_once() {
    List<FaceCandidate> faces =
        Tiles.merge(
            List.of(candidate(.8, 100, 50), candidate(.9, 102, 50), candidate(.7, 300, 50)),
            List.of(new Box(280, 80, 90, 90)));

    assertThat(faces).hasSize(1);
    assertThat(faces.get(0).score()).isEqualTo(.9);
    assertThat(faces.get(0).box().x()).isCloseTo(101, within(.2));
  }

  @Test
  void detect_stronglyTurnedHeads_finiteAndTheRegionMadeOrRefusedWithAReason() throws IOException {
    List<Path> pictures = jpegs(SharedData.require("data/lfw-train"));
    Map<Path, Double> yaw = new HashMap<>();
    for (int i = 0; i < pictures.size(); i += 24) {
      List<DetectedFace> faces = detector.detect(RgbImage.read(pictures.get(i)));
      if (!faces.isEmpty()) {
        yaw.put(pictures.get(i), Math.abs(yaw(faces.get(0).landmarks())));
      }
    }
    List<Path> turned =
        yaw.keySet().stream()
            .sorted(Comparator.comparing((Path p) -> yaw.getOrDefault(p, 0.0)).reversed())
            .limit(5)
            .toList();
    assertThat(turned).hasSize(5);
    for (Path picture : turned) {
      assertThat(yaw.get(picture)).isGreaterThan(25);
      // As they are, and enlarged among others.
      for (int n = 1; n <= 3; n += 2) {
        RgbImage image = Mosaic.grid(List.of(RgbImage.read(picture)), n, 250);
        List<DetectedFace> faces = detector.detect(image);
        assertThat(faces).isNotEmpty();
        for (DetectedFace face : faces) {
          for (int i = 0; i < 468; i++) {
            assertThat(face.landmarks().x(i) + face.landmarks().y(i)).isFinite();
          }
          FaceViews views = PeriocularCropper.fourPoint().crop(image, face);
          if (views.isRejected()) {
            assertThat(views.rejection()).isNotBlank();
          } else {
            assertThat(views.get("roi").render().width()).isEqualTo(PeriocularCropper.SIZE);
          }
        }
      }
    }
  }

  @Test
  @Tag("slow")
  void detect_mosaicsOfPhotographs_everyFaceOnce() throws IOException {
    report("faces", jpegs(SharedData.require("data/lfw-train")), 2, 300, .995);
    report("faces", jpegs(SharedData.require("data/lfw-train")), 4, 40, .99);
    report("masked faces", jpegs(SharedData.require("data/masktheface")), 2, 75, .92);
    report("masked faces", jpegs(SharedData.require("data/masktheface")), 4, 20, .87);
  }

  private static void report(String what, List<Path> from, int n, int mosaics, double least) {
    Random random = new Random(31);
    int found = 0;
    int twice = 0;
    int elsewhere = 0;
    for (int m = 0; m < mosaics; m++) {
      List<RgbImage> pictures = new ArrayList<>();
      for (int i = 0; i < n * n; i++) {
        pictures.add(RgbImage.read(from.get(random.nextInt(from.size()))));
      }
      Map<Integer, Integer> faces = new HashMap<>();
      for (DetectedFace face : detector.detect(Mosaic.grid(pictures, n, 250))) {
        Point centre = face.box().centre();
        double x = Math.floorMod((int) centre.x(), 250) - 125;
        double y = Math.floorMod((int) centre.y(), 250) - 125;
        if (Math.hypot(x, y) < 50) {
          faces.merge(cellOf(centre, 250), 1, Integer::sum);
        } else {
          elsewhere++;
        }
      }
      found += faces.size();
      twice += (int) faces.values().stream().filter(count -> count > 1).count();
    }
    System.out.printf(
        "%d×%d mosaics of %s: %d of %d found, %d twice, %d elsewhere%n",
        n, n, what, found, mosaics * n * n, twice, elsewhere);
    assertThat(twice).isZero();
    assertThat((double) found / (mosaics * n * n)).isGreaterThanOrEqualTo(least);
  }

  @Test
  @Tag("slow")
  void detect_mosaicsOfPatchesWithoutAFace_fewReported() throws IOException {
    Patches patches = new Patches(79, jpegs(SharedData.require("data/lfw-pairs/images")));
    int[] reported = new int[2];
    try (FaceMeshDetector plain = FaceMeshDetector.builder().smallFaces(SmallFaces.NEVER).open()) {
      for (int m = 0; m < 150; m++) {
        List<RgbImage> nine = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
          nine.add(patches.next(9 * m + i));
        }
        RgbImage mosaic = Mosaic.grid(nine, 3, 320);
        reported[0] += plain.detect(mosaic).isEmpty() ? 0 : 1;
        reported[1] += detector.detect(mosaic).isEmpty() ? 0 : 1;
      }
    }
    System.out.printf(
        "150 mosaics of nine patches without a face: reported %d, without the tiled look %d%n",
        reported[1], reported[0]);
    assertThat(reported[1]).isLessThanOrEqualTo(reported[0] + 12);
  }

  private static FaceCandidate candidate(double score, double x, double y) {
    Box box = new Box(x, y, 100, 100);
    return new FaceCandidate(
        score, box, Collections.nCopies(FaceCandidate.KEYPOINTS, box.centre()));
  }

  private static Comparator<DetectedFace> byFallingScore() {
    return Comparator.comparingDouble(DetectedFace::score).reversed();
  }

  private static int cellOf(Point point, int cell) {
    return (int) (point.x() / cell) + 100 * (int) (point.y() / cell);
  }

  private static Landmarks only(RgbImage image) {
    List<DetectedFace> faces = detector.detect(image);
    assertThat(faces).hasSize(1);
    return faces.get(0).landmarks();
  }

  /** The mean distance of two meshes, as a share of the second one's eye distance. */
  private static double distance(Landmarks a, Landmarks b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.point(i).distanceTo(b.point(i));
    }
    return sum / a.size() / b.eyeDistance();
  }

  /** By how much a head is turned, in degrees: the depth of its sides against their distance. */
  private static double yaw(Landmarks mesh) {
    double dx = mesh.point(454).distanceTo(mesh.point(234));
    return Math.toDegrees(Math.atan2(mesh.z(454) - mesh.z(234), dx));
  }

  private static List<Path> jpegs(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
  }
}
