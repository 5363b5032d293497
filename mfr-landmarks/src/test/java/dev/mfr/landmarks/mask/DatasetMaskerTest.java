package dev.mfr.landmarks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.LandmarkDetector;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mask.MaskingOutcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetMaskerTest {
  private static final int SIZE = 120;
  private static final Landmarks FACE =
      SyntheticFace.landmarks(SIZE, new SyntheticFace.Pose(10, 0, 0));

  /** Finds the face in pictures of 120 pixels, one outside in those of 60, none in others. */
  private static final LandmarkDetector DETECTOR =
      image ->
          image.width() == SIZE || image.width() == SIZE / 2
              ? List.of(new DetectedFace(FACE.bounds(), 1, FACE, 1))
              : List.of();

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writePictures() throws IOException {
    input = Files.createDirectory(folder.resolve("in"));
    RgbImage face = SyntheticFace.picture(SIZE, FACE, x -> 1);
    for (int i = 1; i <= 5; i++) {
      ImageFiles.writeJpeg(
          face, 90, person("Ada_Lovelace").resolve("Ada_Lovelace_000" + i + ".jpg"));
    }
    ImageFiles.writeJpeg(face, 90, person("Zoë Ångström, Ph.D.").resolve("été 1.JPEG"));
    ImageFiles.writePng(face, person("Zoë Ångström, Ph.D.").resolve("b \"quoted\".png"));
    Files.copy(
        input.resolve("Zoë Ångström, Ph.D.").resolve("b \"quoted\".png"),
        person("Zoë Ångström, Ph.D.").resolve("really-a-png.bmp"));
    ImageFiles.writePng(face.subImage(0, 0, 40, 40), person("Nobody").resolve("empty.png"));
    ImageFiles.writePng(face.subImage(0, 0, 60, 50), person("Nobody").resolve("cut.png"));
    Files.write(person("Nobody").resolve("broken.jpg"), new byte[] {1, 2, 3});
  }

  private Path person(String name) throws IOException {
    return Files.createDirectories(input.resolve(name));
  }

  @Test
  void run_wholeFolder_masksAllAndReportsTheRest() throws IOException {
    Path output = folder.resolve("out");

    MaskingReport report = DatasetMasker.builder(DETECTOR).build().run(input, output);

    assertThat(report.count(Status.MASKED)).isEqualTo(8);
    assertThat(files(output).keySet())
        .containsExactlyInAnyOrder(
            "Ada_Lovelace/Ada_Lovelace_0001.jpg",
            "Ada_Lovelace/Ada_Lovelace_0002.jpg",
            "Ada_Lovelace/Ada_Lovelace_0003.jpg",
            "Ada_Lovelace/Ada_Lovelace_0004.jpg",
            "Ada_Lovelace/Ada_Lovelace_0005.jpg",
            "Zoë Ångström, Ph.D./été 1.JPEG",
            "Zoë Ångström, Ph.D./b \"quoted\".png",
            "Zoë Ångström, Ph.D./really-a-png.bmp.png");
    assertThat(report.notMasked())
        .extracting(MaskingOutcome::person, MaskingOutcome::file, MaskingOutcome::status)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Nobody", "broken.jpg", Status.UNREADABLE),
            org.assertj.core.groups.Tuple.tuple("Nobody", "cut.png", Status.NO_FIT),
            org.assertj.core.groups.Tuple.tuple("Nobody", "empty.png", Status.NO_FACE));
    assertThat(report.notMasked()).allSatisfy(o -> assertThat(o.detail()).isNotBlank());
    assertThat(PictureFolder.read(output).size()).isEqualTo(8);
    assertThat(RgbImage.read(output.resolve("Ada_Lovelace/Ada_Lovelace_0001.jpg")).width())
        .isEqualTo(SIZE);
    assertThat(report.toString()).contains("8 masked", "1 unreadable");
  }

  @Test
  void run_again_touchesNothingAndSaysSo() throws IOException {
    Path output = folder.resolve("out");
    DatasetMasker masker = DatasetMasker.builder(DETECTOR).build();
    MaskingReport first = masker.run(input, output);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    for (String file : files(output).keySet()) {
      Files.setLastModifiedTime(output.resolve(file), old);
    }
    Path lost = output.resolve("Ada_Lovelace/Ada_Lovelace_0003.jpg");
    byte[] before = Files.readAllBytes(lost);
    Files.delete(lost);
    Files.writeString(output.resolve("Ada_Lovelace/.Ada_Lovelace_0003.jpg.1234.part"), "half");

    MaskingReport second = masker.run(input, output);

    assertThat(second.count(Status.MASKED)).isEqualTo(1);
    assertThat(second.count(Status.ALREADY_THERE)).isEqualTo(7);
    assertThat(Files.readAllBytes(lost)).isEqualTo(before);
    for (String file : files(output).keySet()) {
      if (!output.resolve(file).equals(lost)) {
        assertThat(Files.getLastModifiedTime(output.resolve(file))).isEqualTo(old);
      }
    }
    assertThat(second.outcomes().stream().map(MaskingOutcome::design))
        .isEqualTo(first.outcomes().stream().map(MaskingOutcome::design).toList());
    assertThat(hidden(output)).containsExactly(".mfr-masks");
  }

  @Test
  void run_oneAndTwoThreads_sameFiles() throws IOException {
    DatasetMasker.builder(DETECTOR).jobs(1).build().run(input, folder.resolve("one"));
    DatasetMasker.builder(DETECTOR).jobs(2).build().run(input, folder.resolve("two"));

    Map<String, byte[]> one = files(folder.resolve("one"));
    Map<String, byte[]> two = files(folder.resolve("two"));
    assertThat(two.keySet()).isEqualTo(one.keySet());
    one.forEach((name, bytes) -> assertThat(two.get(name)).as(name).isEqualTo(bytes));
  }

  @Test
  void run_otherSeed_otherFilesAndNotIntoTheSameFolder() throws IOException {
    DatasetMasker.builder(DETECTOR).seed(1).build().run(input, folder.resolve("one"));
    DatasetMasker.builder(DETECTOR).seed(2).build().run(input, folder.resolve("two"));

    Map<String, byte[]> two = files(folder.resolve("two"));
    files(folder.resolve("one"))
        .forEach((name, bytes) -> assertThat(two.get(name)).as(name).isNotEqualTo(bytes));
    assertThatThrownBy(
            () -> DatasetMasker.builder(DETECTOR).seed(2).build().run(input, folder.resolve("one")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("other settings");
  }

  @Test
  void run_someOfEachPerson_thatManyAndMoreLater() throws IOException {
    Path output = folder.resolve("out");

    MaskingReport two = DatasetMasker.builder(DETECTOR).perPerson(2).build().run(input, output);
    List<String> first = new ArrayList<>(files(output).keySet());
    MaskingReport three = DatasetMasker.builder(DETECTOR).perPerson(3).build().run(input, output);

    assertThat(two.count(Status.MASKED)).isEqualTo(4);
    assertThat(first).filteredOn(name -> name.startsWith("Ada")).hasSize(2);
    assertThat(first).filteredOn(name -> name.startsWith("Zo")).hasSize(2);
    assertThat(three.count(Status.ALREADY_THERE)).isEqualTo(4);
    assertThat(three.count(Status.MASKED)).isEqualTo(2);
    assertThat(files(output).keySet()).containsAll(first);
    // All three of nobody's pictures were tried, since none can be masked.
    assertThat(two.notMasked()).hasSize(3);
  }

  @Test
  void run_detectorFailsHalfWay_wholeFilesOnlyAndTheNextRunGoesOn() throws IOException {
    Path output = folder.resolve("out");
    AtomicInteger calls = new AtomicInteger();
    LandmarkDetector failing =
        image -> {
          if (calls.incrementAndGet() == 4) {
            throw new IllegalStateException("the detector broke");
          }
          return DETECTOR.detect(image);
        };

    assertThatThrownBy(() -> DatasetMasker.builder(failing).build().run(input, output))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the detector broke");

    Map<String, byte[]> half = files(output);
    assertThat(half).hasSize(3);
    for (String file : half.keySet()) {
      assertThat(RgbImage.read(output.resolve(file)).width()).isEqualTo(SIZE);
    }
    DatasetMasker.builder(DETECTOR).build().run(input, output);
    DatasetMasker.builder(DETECTOR).build().run(input, folder.resolve("whole"));
    Map<String, byte[]> whole = files(folder.resolve("whole"));
    files(output).forEach((name, bytes) -> assertThat(whole.get(name)).isEqualTo(bytes));
    assertThat(files(output)).hasSameSizeAs(whole);
  }

  @Test
  void run_interrupted_stopsWithWholeFiles() throws IOException {
    Path output = folder.resolve("out");
    Thread runner = Thread.currentThread();
    DatasetMasker masker =
        DatasetMasker.builder(DETECTOR)
            .listener((done, wanted, outcome) -> runner.interrupt())
            .build();

    assertThatThrownBy(() -> masker.run(input, output)).isInstanceOf(CancellationException.class);

    assertThat(Thread.interrupted()).isTrue();
    for (String file : files(output).keySet()) {
      assertThat(RgbImage.read(output.resolve(file)).width()).isEqualTo(SIZE);
    }
    assertThat(hidden(output)).containsExactly(".mfr-masks");
  }

  @Test
  void run_listener_hearsOfEveryPictureUpToTheEnd() {
    List<Integer> done = new ArrayList<>();
    List<MaskingOutcome> heard = new ArrayList<>();

    MaskingReport report =
        DatasetMasker.builder(DETECTOR)
            .jobs(2)
            .listener(
                (settled, wanted, outcome) -> {
                  assertThat(wanted).isEqualTo(11);
                  done.add(settled);
                  heard.add(outcome);
                })
            .build()
            .run(input, folder.resolve("out"));

    assertThat(done).isSorted().endsWith(11);
    assertThat(heard).containsExactlyInAnyOrderElementsOf(report.outcomes());
  }

  @Test
  void run_overlappingFolders_areRefused() {
    DatasetMasker masker = DatasetMasker.builder(DETECTOR).build();
    for (Path output : List.of(input, input.resolve("masked"), folder)) {
      assertThatThrownBy(() -> masker.run(input, output))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("overlaps");
    }
  }

  @Test
  void toCsv_oddNames_areQuoted() {
    MaskingReport report =
        DatasetMasker.builder(DETECTOR).build().run(input, folder.resolve("out"));

    List<String> lines = report.toCsv().lines().toList();
    assertThat(lines).hasSize(12);
    assertThat(lines.get(0)).isEqualTo("person,file,status,kind,pattern,colour,nose_height,detail");
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("\"Zoë Ångström, Ph.D.\",\"b \"\"quoted\"\".png\",MASKED,"))
        .anySatisfy(
            line -> assertThat(line).isEqualTo("Nobody,empty.png,NO_FACE,,,,,no face was found"));
  }

  private static Map<String, byte[]> files(Path root) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!String.valueOf(file.getFileName()).startsWith(".")) {
          files.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  private static List<String> hidden(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("."))
          .toList();
    }
  }
}
