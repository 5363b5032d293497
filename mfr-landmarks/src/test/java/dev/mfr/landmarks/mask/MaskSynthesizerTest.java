package dev.mfr.landmarks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.mask.SyntheticFace.Pose;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskSynthesizerTest {
  private static final int SIZE = 250;

  private final MaskSynthesizer synthesizer = MaskSynthesizer.create();

  @Test
  void synthesize_sameSeed_sameBytesAndDesign() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);

    for (long seed = 0; seed < 12; seed++) {
      MaskedPicture first = synthesizer.synthesize(image, face, seed);
      MaskedPicture second = MaskSynthesizer.create().synthesize(image, face, seed);

      assertThat(second.design()).isEqualTo(first.design());
      assertThat(bytes(second.image())).isEqualTo(bytes(first.image()));
    }
  }

  @Test
  void synthesize_differentSeeds_differentPictures() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);
    Set<List<Byte>> seen = new HashSet<>();

    for (long seed = 0; seed < 20; seed++) {
      List<Byte> pixels = new ArrayList<>();
      for (byte b : bytes(synthesizer.synthesize(image, face, seed).image())) {
        pixels.add(b);
      }
      assertThat(seen.add(pixels)).as("seed %s", seed).isTrue();
    }
  }

  @Test
  void mask_manyThreads_sameAsOne() throws Exception {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);
    byte[] expected = bytes(synthesizer.synthesize(image, face, 3).image());
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<byte[]>> runs = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        runs.add(pool.submit(() -> bytes(synthesizer.synthesize(image, face, 3).image())));
      }
      for (Future<byte[]> run : runs) {
        assertThat(run.get()).isEqualTo(expected);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(MaskKind.class)
  void mask_anyPose_eyesAndForeheadUntouched(MaskKind kind) {
    for (Pose pose : SyntheticFace.poses()) {
      Landmarks face = SyntheticFace.landmarks(SIZE, pose);
      RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);
      FaceFit fit = fit(face);
      for (double height : new double[] {0, .5, 1}) {
        RgbImage masked = synthesizer.mask(image, face, design(kind, height), 5);

        for (double[] eye : fit.eyes()) {
          assertThat(changedWithin(image, masked, eye, .25 * fit.scale()))
              .as("%s %s height %s", kind, pose, height)
              .isZero();
        }
        Point forehead = face.point(10);
        assertThat(masked.rgb((int) forehead.x(), (int) forehead.y()))
            .isEqualTo(image.rgb((int) forehead.x(), (int) forehead.y()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MaskKind.class)
  void mask_anyPose_lowerFaceCovered(MaskKind kind) {
    for (Pose pose : SyntheticFace.poses()) {
      Landmarks face = SyntheticFace.landmarks(SIZE, pose);
      RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);
      double[] coverage = coverage(image, face, design(kind, .4), 5);

      assertThat(share(coverage, SyntheticFace.lowerFace(SIZE, SIZE, face, 4.3)))
          .as("lips and chin, %s %s", kind, pose)
          .isGreaterThan(.97);
      // A cup's sides end in front of the jaw's corners, which a turned head shows.
      assertThat(share(coverage, SyntheticFace.lowerFace(SIZE, SIZE, face, 9)))
          .as("from jaw to jaw, %s %s", kind, pose)
          .isGreaterThan(kind == MaskKind.N95 ? .8 : .85);
    }
  }

  @ParameterizedTest
  @EnumSource(MaskKind.class)
  void mask_anyPose_staysAtTheHead(MaskKind kind) {
    for (Pose pose : SyntheticFace.poses()) {
      Landmarks face = SyntheticFace.landmarks(SIZE, pose);
      RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);
      double[] coverage = coverage(image, face, design(kind, .9), 5);
      double[] outline = hull(face);
      double scale = fit(face).scale();

      for (int i = 0; i < coverage.length; i++) {
        if (coverage[i] > .5) {
          int x = i % SIZE;
          int y = i / SIZE;
          assertThat(Polygons.distance(outline, x, y))
              .as("%s %s at %s, %s", kind, pose, x, y)
              .isLessThan(2.4 * scale);
        }
      }
    }
  }

  @Test
  void mask_heightOnTheNose_movesTheUpperEdge() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);
    double scale = fit(face).scale();

    int low = topOfColumn(coverage(image, face, design(MaskKind.SURGICAL, 0), 5), SIZE / 2);
    int high = topOfColumn(coverage(image, face, design(MaskKind.SURGICAL, 1), 5), SIZE / 2);

    assertThat((low - high) / scale).isCloseTo(1.9, within(.4));
    assertThat(low).isLessThan((int) face.y(4));
    assertThat(high).isGreaterThan((int) face.y(168));
  }

  @Test
  void mask_twiceTheSize_coversTheSamePlaces() {
    Landmarks face = SyntheticFace.landmarks(SIZE, new Pose(20, 0, 10));
    Landmarks large = SyntheticFace.landmarks(2 * SIZE, new Pose(20, 0, 10));
    MaskDesign design = design(MaskKind.KN95, .6);

    double[] small = coverage(SyntheticFace.picture(SIZE, face, x -> 1), face, design, 5);
    double[] big = coverage(SyntheticFace.picture(2 * SIZE, large, x -> 1), large, design, 5);

    int differ = 0;
    int covered = 0;
    for (int i = 0; i < small.length; i++) {
      boolean here = small[i] > .5;
      boolean there = big[i / SIZE * 2 * 2 * SIZE + i % SIZE * 2] > .5;
      covered += here || there ? 1 : 0;
      differ += here == there ? 0 : 1;
    }
    assertThat(differ / (double) covered).isLessThan(.04);
  }

  @Test
  void mask_pictureTurnedByAQuarter_maskTurnsWithIt() {
    Landmarks face = SyntheticFace.landmarks(SIZE, new Pose(15, 0, 0));
    // (x, y) → (S − 1 − y, x): a quarter clockwise.
    Landmarks turned = face.transform(new Affine(0, -1, SIZE - 1, 1, 0, 0));
    MaskDesign design = design(MaskKind.CLOTH, .6);

    double[] upright = coverage(SyntheticFace.picture(SIZE, face, x -> 1), face, design, 5);
    double[] lying = coverage(SyntheticFace.picture(SIZE, turned, x -> 1), turned, design, 5);

    int differ = 0;
    int covered = 0;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        boolean here = upright[y * SIZE + x] > .5;
        boolean there = lying[x * SIZE + SIZE - 1 - y] > .5;
        covered += here || there ? 1 : 0;
        differ += here == there ? 0 : 1;
      }
    }
    assertThat(differ / (double) covered).isLessThan(.04);
  }

  @Test
  void mask_halfTheLight_maskIsDarkerByAboutAsMuch() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    MaskDesign design = design(MaskKind.SURGICAL, .6);

    double bright =
        meanLight(
            synthesizer.mask(SyntheticFace.picture(SIZE, face, x -> .9), face, design, 5), face);
    double dim =
        meanLight(
            synthesizer.mask(SyntheticFace.picture(SIZE, face, x -> .45), face, design, 5), face);
    double dark =
        meanLight(
            synthesizer.mask(SyntheticFace.picture(SIZE, face, x -> .12), face, design, 5), face);

    assertThat(dim / bright).isBetween(.45, .75);
    assertThat(dark / dim).isBetween(.2, .5);
  }

  @Test
  void mask_lightFromOneSide_maskIsBrighterThere() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1.2 - x);

    // A grey mask: on a white one the brighter side nears the end of the scale.
    MaskDesign grey = MaskDesign.builder(MaskKind.KN95).color(0x909090).straps(false).build();

    RgbImage masked = synthesizer.mask(image, face, grey, 5);

    int y = (int) face.y(0);
    double reach = 3 * fit(face).scale();
    double lit = light(masked, (int) (SIZE / 2 - reach), y);
    double shaded = light(masked, (int) (SIZE / 2 + reach), y);
    assertThat(lit / shaded).isGreaterThan(1.25);
  }

  @Test
  void mask_pictureWithoutColour_maskHasNone() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    byte[] rgb = bytes(SyntheticFace.picture(SIZE, face, x -> 1));
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = rgb[i + 1];
      rgb[i + 2] = rgb[i + 1];
    }
    RgbImage grey = RgbImage.copyOf(rgb, SIZE, SIZE, 3 * SIZE, PixelFormat.RGB);

    RgbImage masked = synthesizer.mask(grey, face, design(MaskKind.SURGICAL, .6), 5);

    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int p = masked.rgb(x, y);
        assertThat(Math.abs(((p >> 16) & 255) - (p & 255))).isLessThanOrEqualTo(6);
      }
    }
  }

  @Test
  void mask_original_notModifiedAndAnyPixelFormatGivesTheSame() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    byte[] rgb = bytes(SyntheticFace.picture(SIZE, face, x -> 1));
    byte[] bgr = new byte[4 * SIZE * SIZE];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        for (int k = 0; k < 3; k++) {
          bgr[y * 4 * SIZE + 3 * x + k] = rgb[3 * (y * SIZE + x) + 2 - k];
        }
      }
    }
    byte[] before = rgb.clone();
    RgbImage shared = RgbImage.wrap(rgb, 0, SIZE, SIZE, 3 * SIZE, PixelFormat.RGB);
    RgbImage strided = RgbImage.wrap(bgr, 0, SIZE, SIZE, 4 * SIZE, PixelFormat.BGR);

    MaskedPicture masked = synthesizer.synthesize(shared, face, 8);

    assertThat(rgb).isEqualTo(before);
    assertThat(bytes(synthesizer.synthesize(strided, face, 8).image()))
        .isEqualTo(bytes(masked.image()));
  }

  @Test
  void mask_dlibsPoints_coverTheMouthAndSpareTheEyes() {
    for (double yaw : new double[] {-30, 0, 30}) {
      Landmarks mesh = SyntheticFace.landmarks(SIZE, new Pose(yaw, 5, 8));
      Landmarks ibug = SyntheticFace.ibug(mesh);
      RgbImage image = SyntheticFace.picture(SIZE, mesh, x -> 1);

      double[] coverage = coverage(image, ibug, design(MaskKind.SURGICAL, .5), 5);
      RgbImage masked = synthesizer.mask(image, ibug, design(MaskKind.SURGICAL, .5), 5);

      assertThat(share(coverage, SyntheticFace.lowerFace(SIZE, SIZE, mesh, 4.3)))
          .as("yaw %s", yaw)
          .isGreaterThan(.97);
      for (double[] eye : fit(mesh).eyes()) {
        assertThat(changedWithin(image, masked, eye, 0)).as("yaw %s", yaw).isZero();
      }
    }
  }

  @Test
  void synthesize_portraitsWithoutDepth_lowerFaceCoveredAndEyesUntouched() {
    for (Map.Entry<String, RgbImage> portrait : Portraits.all().entrySet()) {
      RgbImage image = portrait.getValue();
      double[] xy = Portraits.mediaPipe().get(portrait.getKey());
      float[] xyz = new float[3 * 468];
      for (int i = 0; i < 468; i++) {
        xyz[3 * i] = (float) xy[2 * i];
        xyz[3 * i + 1] = (float) xy[2 * i + 1];
      }
      Landmarks face = Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
      boolean[] lower = SyntheticFace.lowerFace(image.width(), image.height(), face, 4.3);

      for (long seed = 0; seed < 16; seed++) {
        MaskedPicture masked = synthesizer.synthesize(image, face, seed);

        assertThat(share(coverage(image, face, masked.design(), seed), lower)).isGreaterThan(.97);
        for (double[] eye : fit(face).eyes()) {
          assertThat(changedWithin(image, masked.image(), eye, .25 * fit(face).scale())).isZero();
        }
      }
    }
  }

  @Test
  void obstacle_ordinaryFace_none() {
    Landmarks face = SyntheticFace.landmarks(SIZE, new Pose(45, 0, 0));
    assertThat(synthesizer.obstacle(SyntheticFace.picture(SIZE, face, x -> 1), face)).isEmpty();
  }

  @Test
  void obstacle_tinyFace_tooSmall() {
    Landmarks face = SyntheticFace.landmarks(30, SyntheticFace.FRONTAL);
    assertThat(synthesizer.obstacle(SyntheticFace.picture(30, face, x -> 1), face))
        .contains(MaskObstacle.FACE_TOO_SMALL);
  }

  @Test
  void obstacle_faceMostlyOutside_cut() {
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    RgbImage top = SyntheticFace.picture(SIZE, face, x -> 1).subImage(0, 0, SIZE, SIZE / 2 + 10);

    assertThat(synthesizer.obstacle(top, face)).contains(MaskObstacle.FACE_CUT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> synthesizer.synthesize(top, face, 1))
        .withMessageContaining("lies outside the picture");
  }

  @Test
  void obstacle_profile_turnedAway() {
    Landmarks face = SyntheticFace.landmarks(SIZE, new Pose(82, 0, 0));
    assertThat(synthesizer.obstacle(SyntheticFace.picture(SIZE, face, x -> 1), face))
        .contains(MaskObstacle.FACE_TURNED_AWAY);
  }

  @Test
  void obstacle_landmarksInOnePointOrMirrored_noSurface() {
    Landmarks point = Landmarks.of(LandmarkScheme.FACE_MESH_468, new float[3 * 468]);
    Landmarks face = SyntheticFace.landmarks(SIZE, SyntheticFace.FRONTAL);
    float[] mirrored = new float[3 * 468];
    for (int i = 0; i < 468; i++) {
      mirrored[3 * i] = SIZE - face.x(i);
      mirrored[3 * i + 1] = face.y(i);
      mirrored[3 * i + 2] = face.z(i);
    }
    RgbImage image = SyntheticFace.picture(SIZE, face, x -> 1);

    assertThat(synthesizer.obstacle(image, point)).contains(MaskObstacle.NO_SURFACE);
    assertThat(synthesizer.obstacle(image, Landmarks.of(LandmarkScheme.FACE_MESH_468, mirrored)))
        .contains(MaskObstacle.NO_SURFACE);
  }

  private static MaskDesign design(MaskKind kind, double noseHeight) {
    return MaskDesign.builder(kind).noseHeight(noseHeight).straps(false).build();
  }

  private static FaceFit fit(Landmarks face) {
    return Objects.requireNonNull(FaceFit.of(face));
  }

  private static double[] coverage(RgbImage image, Landmarks face, MaskDesign design, long seed) {
    int width = image.width();
    int height = image.height();
    MaskRendering rendering =
        new MaskRendering(bytes(image), width, height, fit(face), design, seed);
    rendering.draw();
    double[] coverage = new double[width * height];
    for (int i = 0; i < coverage.length; i++) {
      coverage[i] = rendering.coverage(i % width, i / width);
    }
    return coverage;
  }

  private static double share(double[] coverage, boolean[] region) {
    int covered = 0;
    int all = 0;
    for (int i = 0; i < region.length; i++) {
      if (region[i]) {
        all++;
        covered += coverage[i] > .5 ? 1 : 0;
      }
    }
    assertThat(all).isPositive();
    return covered / (double) all;
  }

  private static int topOfColumn(double[] coverage, int x) {
    int y = 0;
    while (coverage[y * SIZE + x] < .5) {
      y++;
    }
    return y;
  }

  private static int changedWithin(RgbImage a, RgbImage b, double[] polygon, double margin) {
    int changed = 0;
    for (int y = 0; y < a.height(); y++) {
      for (int x = 0; x < a.width(); x++) {
        if (a.rgb(x, y) != b.rgb(x, y) && Polygons.distance(polygon, x, y) <= margin) {
          changed++;
        }
      }
    }
    return changed;
  }

  private static double[] hull(Landmarks face) {
    return SyntheticFace.polygon(face, convexHull(face));
  }

  private static List<Integer> convexHull(Landmarks face) {
    // Gift wrapping.
    int start = 0;
    for (int i = 1; i < 468; i++) {
      if (face.x(i) < face.x(start)) {
        start = i;
      }
    }
    List<Integer> hull = new ArrayList<>();
    int at = start;
    do {
      hull.add(at);
      int next = at == 0 ? 1 : 0;
      for (int i = 0; i < 468; i++) {
        double cross =
            (face.x(next) - face.x(at)) * (face.y(i) - face.y(at))
                - (face.y(next) - face.y(at)) * (face.x(i) - face.x(at));
        if (cross < 0) {
          next = i;
        }
      }
      at = next;
    } while (at != start && hull.size() < 468);
    return hull;
  }

  private static double meanLight(RgbImage image, Landmarks face) {
    boolean[] region = SyntheticFace.lowerFace(SIZE, SIZE, face, 3);
    double sum = 0;
    int n = 0;
    for (int i = 0; i < region.length; i++) {
      if (region[i]) {
        int p = image.rgb(i % SIZE, i / SIZE);
        sum += Tone.luminance(p >> 16, (p >> 8) & 255, p & 255);
        n++;
      }
    }
    return sum / n;
  }

  private static double light(RgbImage image, int x, int y) {
    double sum = 0;
    for (int dy = -3; dy <= 3; dy++) {
      for (int dx = -3; dx <= 3; dx++) {
        int p = image.rgb(x + dx, y + dy);
        sum += Tone.luminance(p >> 16, (p >> 8) & 255, p & 255);
      }
    }
    return sum / 49;
  }

  private static byte[] bytes(RgbImage image) {
    byte[] rgb = new byte[3 * image.width() * image.height()];
    image.copyInto(rgb);
    return rgb;
  }
}
