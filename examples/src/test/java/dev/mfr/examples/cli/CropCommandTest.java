package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CropCommandTest {
  @TempDir private Path dir;

  @Test
  void run_twoPicturesOfOneName_writesCropsOfTwoNames() {
    Path first = TestPictures.portrait(0, dir.resolve("face.jpg"));
    Path second =
        TestPictures.portrait(1, TestPictures.folder(dir.resolve("b")).resolve("Face.jpg"));
    Path out = dir.resolve("new/crops");

    Cli.Run run = Cli.run("crop", first, second, "--out", out);

    assertThat(run.code()).isZero();
    assertThat(out).isDirectoryContaining(file -> file.endsWith("face-0.png"));
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("face-0.png", "Face-2-0.png");
    RgbImage crop = RgbImage.read(out.resolve("face-0.png"));
    assertThat(crop.width()).isEqualTo(100);
    assertThat(crop.height()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6, 8, 10})
  void run_eachNumberOfPoints_crops(int points) {
    Path portrait = TestPictures.portrait(1, dir.resolve("face.jpg"));

    assertThat(Cli.run("crop", portrait, "--out", dir.resolve("c"), "--points", points).code())
        .isZero();
    assertThat(dir.resolve("c/face-0.png")).exists();
  }

  @Test
  void run_otherNumberOfPoints_isWrongUsage() {
    Cli.Run run = Cli.run("crop", "a.jpg", "--out", dir, "--points", 5);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("4, 6, 8 or 10");
  }

  @Test
  void run_viewChip_writesTheAlignedFaceOfDlib() {
    Path portrait = TestPictures.portrait(0, dir.resolve("face.jpg"));
    RgbImage image = RgbImage.read(portrait);

    Cli.Run run = Cli.run("crop", portrait, "--out", dir.resolve("c"), "--view", "chip");

    assertThat(run.code()).as(run.err()).isZero();
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      RgbImage wanted =
          AlignedFaceCropper.dlib()
              .crop(image, detector.detect(image).get(0))
              .get(AlignedFaceCropper.VIEW)
              .render();
      assertThat(bytes(RgbImage.read(dir.resolve("c/face-0.png")))).isEqualTo(bytes(wanted));
    }
  }

  @Test
  void run_folderOfPeople_keepsPeopleAndNames() {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 2, 1);
    Path out = dir.resolve("out");

    Cli.Run run = Cli.run("crop", "--data", data, "--out", out, "--view", "chip");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("cropped 4 of 4 pictures");
    for (LabelledPicture picture : PictureFolder.read(data).list()) {
      String stem = String.valueOf(Path.of(picture.name()).getFileName()).replaceAll("\\..*", "");
      assertThat(out.resolve(picture.label()).resolve(stem + ".png")).isRegularFile();
    }
  }

  @Test
  void run_places_listsWhereEachViewLiesInItsPicture() throws IOException {
    Path data = TestPictures.people(dir.resolve("people"), List.of(0, 1), 2, 1);
    Path csv = dir.resolve("places.csv");

    Cli.Run run =
        Cli.run(
            "crop", "--data", data, "--out", dir.resolve("c"), "--view", "chip", "--places", csv);

    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(1 + 2 * 4).startsWith("person,picture,view,a,b,c,d,e,f");
    LabelledPicture picture = PictureFolder.read(data).list().get(0);
    RgbImage image = RgbImage.read(Path.of(picture.name()));
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      DetectedFace face = detector.detect(image).get(0);
      assertPlace(lines.get(1), PeriocularCropper.fourPoint().crop(image, face).list().get(0));
      assertPlace(lines.get(2), AlignedFaceCropper.dlib().crop(image, face).list().get(0));
    }
  }

  private static void assertPlace(String line, FaceView wanted) {
    String[] fields = line.split(",", -1);
    assertThat(fields[2]).isEqualTo(wanted.name());
    Affine map =
        new Affine(
            Double.parseDouble(fields[3]),
            Double.parseDouble(fields[4]),
            Double.parseDouble(fields[5]),
            Double.parseDouble(fields[6]),
            Double.parseDouble(fields[7]),
            Double.parseDouble(fields[8]));
    Point lowerRight = new Point(wanted.width() - 1.0, wanted.height() - 1.0);
    assertThat(map.apply(lowerRight).distanceTo(wanted.sourceFromView().apply(lowerRight)))
        .isLessThan(1e-3);
  }

  @Test
  void run_placesOfSinglePictures_isWrongUsage() {
    Cli.Run run =
        Cli.run("crop", "a.jpg", "--out", dir.resolve("c"), "--places", dir.resolve("p.csv"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--data");
  }

  @Test
  void run_picturesAndAFolderOfPeople_isWrongUsage() {
    Cli.Run both = Cli.run("crop", "a.jpg", "--data", dir, "--out", dir.resolve("c"));
    Cli.Run neither = Cli.run("crop", "--out", dir.resolve("c"));

    assertThat(both.code()).isEqualTo(ExitCode.USAGE);
    assertThat(both.err()).contains("--data");
    assertThat(neither.code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void run_fileInPlaceOfTheFolder_fails() {
    Path portrait = TestPictures.portrait(0, dir.resolve("face.jpg"));

    Cli.Run run = Cli.run("crop", portrait, "--out", portrait);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
  }

  @Test
  void run_pictureOfNobody_findsNothing() {
    Cli.Run run =
        Cli.run("crop", TestPictures.landscape(dir.resolve("hill.png")), "--out", dir.resolve("c"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("no face");
  }

  private static byte[] bytes(RgbImage image) {
    byte[] bytes = new byte[3 * image.width() * image.height()];
    image.copyInto(bytes);
    return bytes;
  }
}
