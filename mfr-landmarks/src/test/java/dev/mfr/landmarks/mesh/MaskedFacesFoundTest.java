package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** At one setting, the default: masked faces are found, and what is no face is not. */
class MaskedFacesFoundTest {
  private static FaceMeshDetector detector;

  @BeforeAll
  static void open() {
    detector = FaceMeshDetector.open();
  }

  @AfterAll
  static void close() {
    detector.close();
  }

  /** Eyes in the crop's upper two thirds, their distance between 0.2 and 0.6 of its width. */
  private static boolean eyesWhereTheyBelong(RgbImage crop, Landmarks landmarks) {
    for (Point eye : List.of(landmarks.rightEye(), landmarks.leftEye())) {
      if (eye.x() < 0
          || eye.x() >= crop.width()
          || eye.y() < 0
          || eye.y() >= crop.height() * 2 / 3.0) {
        return false;
      }
    }
    double distance = landmarks.eyeDistance() / crop.width();
    return distance >= .2 && distance <= .6;
  }

  private static int[] foundAmongRealCrops(String state) throws IOException {
    Path folder = SharedData.require("data/real-masks");
    int pictures = 0;
    int found = 0;
    for (String line : Files.readAllLines(folder.resolve("labels.csv"))) {
      String[] fields = line.split(",", -1);
      if (fields[2].equals(state)) {
        pictures++;
        RgbImage crop = RgbImage.read(folder.resolve(fields[0]).resolve(fields[1]));
        if (detector.detect(crop).stream()
            .anyMatch(face -> eyesWhereTheyBelong(crop, face.landmarks()))) {
          found++;
        }
      }
    }
    System.out.printf(
        "tight %s crops: %d of %d found, %.1f %%%n",
        state, found, pictures, 100.0 * found / pictures);
    return new int[] {found, pictures};
  }

  @Test
  void detect_tightCropsOfReallyMaskedFaces_nineOfTenWithTheEyesWhereTheyBelong()
      throws IOException {
    int[] found = foundAmongRealCrops("masked");

    assertThat(found[1]).isEqualTo(383);
    assertThat((double) found[0] / found[1]).isGreaterThanOrEqualTo(.9);
  }

  @Test
  @Tag("slow")
  void detect_tightCropsWithoutAMask_nearlyAll() throws IOException {
    int[] found = foundAmongRealCrops("unmasked");

    assertThat((double) found[0] / found[1]).isGreaterThanOrEqualTo(.99);
  }

  @Test
  void detect_picturesMaskedByMaskTheFace_passTheGateAlsoWhereThePresenceIsLow()
      throws IOException {
    int found = 0;
    int faint = 0;
    List<Path> pictures = jpegs(SharedData.require("data/masktheface"));
    for (Path picture : pictures) {
      List<DetectedFace> faces = detector.detect(RgbImage.read(picture));
      found += faces.isEmpty() ? 0 : 1;
      faint += faces.isEmpty() || faces.get(0).presence() >= .5 ? 0 : 1;
    }
    System.out.printf(
        "masked by MaskTheFace: %d of %d found, %d of them with a presence below 0.5%n",
        found, pictures.size(), faint);
    assertThat((double) found / pictures.size()).isGreaterThanOrEqualTo(.985);
    // What a gate on presence alone would throw away.
    assertThat((double) faint / pictures.size()).isGreaterThan(.1);
  }

  @Test
  @Tag("slow")
  void detect_twoThousandPatchesWithoutAFace_atMostOnePercentReported() throws IOException {
    Patches patches = new Patches(2026, jpegs(SharedData.require("data/lfw-pairs/images")));
    int[] reported = new int[3];
    for (int i = 0; i < 2000; i++) {
      reported[i % 3] += detector.detect(patches.next(i)).isEmpty() ? 0 : 1;
    }
    System.out.printf(
        "2000 patches without a face: reported %d corners, %d textures, %d shuffled faces%n",
        reported[0], reported[1], reported[2]);
    assertThat(reported[0] + reported[1] + reported[2]).isLessThanOrEqualTo(20);
  }

  private static List<Path> jpegs(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
  }
}
