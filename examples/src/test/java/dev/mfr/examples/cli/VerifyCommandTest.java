package dev.mfr.examples.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mfr.dataset.PictureVariants;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.onnx.GalleryEmbedder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  @TempDir private Path dir;

  /** A variant of a portrait, where LFW has it. */
  private Path picture(int person, int number) {
    String label = TestPictures.label(person);
    RgbImage image = Portrait.ALL.get(person).load();
    Path file =
        TestPictures.folder(dir.resolve("people").resolve(label))
            .resolve(label + "_000" + number + ".jpg");
    ImageFiles.writeJpeg(PictureVariants.variant(image, number), 92, file);
    return file;
  }

  @Test
  void run_twoPictures_saysWhetherTheyShowOnePerson() {
    Path a = picture(1, 1);
    Path b = picture(1, 2);
    Path c = picture(0, 1);

    Cli.Run same = Cli.run("verify", a, b);
    Cli.Run different = Cli.run("verify", "--json", a, c);

    assertThat(same.code()).as(same.err()).isZero();
    assertThat(same.out()).startsWith("one person  similarity 0.").contains("no mask and no mask");
    assertThat(different.code()).isZero();
    JsonNode line = different.json().get(0);
    assertThat(line.get("first").asText()).isEqualTo(a.toString());
    assertThat(line.get("same").asBoolean()).isFalse();
    assertThat(line.get("similarity").asDouble()).isLessThan(line.get("threshold").asDouble());
    assertThat(line.get("masks")).hasSize(2);
  }

  @Test
  void run_calibration_decidesBetweenTheSamePictures() {
    Path a = picture(1, 1);
    Path b = picture(1, 2);
    GalleryModel model;
    try (Gallery gallery = Gallery.openReadOnly(TestPictures.gallery())) {
      model = gallery.model().orElseThrow();
    }
    Path lenient = dir.resolve("lenient.properties");
    Path strict = dir.resolve("strict.properties");
    Path other = dir.resolve("other.properties");
    Calibration.single(model, -.5).write(lenient);
    Calibration.single(model, 1).write(strict);
    Calibration.single(new GalleryModel("another-network", "x", 8), 0).write(other);

    JsonNode same = Cli.run("verify", "--json", "--calibration", lenient, a, b).json().get(0);
    JsonNode not = Cli.run("verify", "--json", "--calibration", strict, a, b).json().get(0);
    Cli.Run wrong = Cli.run("verify", "--calibration", other, a, b);
    Cli.Run missing = Cli.run("verify", "--calibration", dir.resolve("no.properties"), a, b);

    assertThat(same.get("threshold").asDouble()).isEqualTo(-.5);
    assertThat(same.get("same").asBoolean()).isTrue();
    assertThat(not.get("threshold").asDouble()).isEqualTo(1);
    assertThat(not.get("same").asBoolean()).isFalse();
    assertThat(not.get("similarity")).isEqualTo(same.get("similarity"));
    assertThat(wrong.code()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.err()).contains("another-network");
    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).contains("there is no calibration");
  }

  @Test
  void run_aPictureOfNobodyOrNone_isTold() {
    Path a = picture(1, 1);
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));

    Cli.Run nobody = Cli.run("verify", a, hill);
    Cli.Run json = Cli.run("verify", a, hill, "--json");
    Cli.Run missing = Cli.run("verify", a, dir.resolve("missing.jpg"));

    assertThat(nobody.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(nobody.errLines()).containsExactly(hill + ": no face that can be used was found");
    assertThat(json.json().get(0).get("error").asText()).contains("hill.png");
    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void run_pairs_tellsEachAndHowManyAreRight() throws IOException {
    picture(0, 1);
    picture(0, 2);
    picture(1, 1);
    picture(1, 2);
    String a = TestPictures.label(0);
    String b = TestPictures.label(1);
    TestPictures.text(dir.resolve("people").resolve(b).resolve(b + "_0002.jpg"));
    Path list =
        Files.write(
            dir.resolve("pairs.txt"),
            List.of(
                "2", a + "\t1\t2", b + "\t1\t2", a + "\t1\t" + b + "\t1", a + "\t3\t" + b + "\t1"));

    Cli.Run json =
        Cli.run("verify", "--json", "--pairs", list, "--data", dir.resolve("people"), "--jobs", 2);
    Cli.Run text = Cli.run("verify", "--pairs", list, "--data", dir.resolve("people"));

    assertThat(json.code()).as(json.err()).isZero();
    List<JsonNode> lines = json.json();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0).get("same").asBoolean()).isTrue();
    assertThat(lines.get(0).get("samePerson").asBoolean()).isTrue();
    assertThat(lines.get(0).get("right").asBoolean()).isTrue();
    assertThat(lines.get(1).get("error").asText()).contains("_0002.jpg");
    assertThat(lines.get(2).get("same").asBoolean()).isFalse();
    assertThat(lines.get(2).get("right").asBoolean()).isTrue();
    assertThat(lines.get(3).get("error").asText()).contains(a + "_0003.jpg");
    assertThat(json.err())
        .contains("pairs      2 of 4 compared, 2 left out")
        .contains("right      2 of 2 (100.0 %); of one person 1 of 1");
    assertThat(text.out().lines()).hasSize(6);
    assertThat(text.out()).contains(": left out, cannot read").contains(", right\n");
  }

  /** The shipped thresholds, but only those of two bare faces. */
  private Path bareCalibration() throws IOException {
    Path file = dir.resolve("bare.properties");
    try (InputStream in =
        GalleryEmbedder.class.getResourceAsStream("calibrations/gallery.properties")) {
      String text = new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      Files.write(
          file,
          text.lines()
              .filter(line -> !line.startsWith("one-masked") && !line.startsWith("both-masked"))
              .toList());
    }
    return file;
  }

  @Test
  void run_pairingThatWasNotMeasured_isToldAndTheOtherPairsAreCompared() throws IOException {
    Path a = picture(0, 1);
    picture(0, 2);
    String label = TestPictures.label(0);
    Path masked = TestPictures.masked(0, a.resolveSibling(label + "_0003.jpg"));
    Path calibration = bareCalibration();
    Path list =
        Files.write(
            dir.resolve("pairs.txt"),
            List.of(
                "2", label + "\t1\t3", label + "\t1\t2", label + "\t1\tX\t1", label + "\t2\tX\t1"));

    Cli.Run two = Cli.run("verify", "--calibration", calibration, a, masked);
    Cli.Run all =
        Cli.run(
            "verify",
            "--calibration",
            calibration,
            "--pairs",
            list,
            "--data",
            dir.resolve("people"));

    assertThat(two.code()).isEqualTo(ExitCode.FAILED);
    assertThat(two.err()).contains("no comparisons with one mask").contains("calibrate with more");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out())
        .contains("left out, this calibration has no comparisons with one mask")
        .contains("pairs      1 of 4 compared, 3 left out");
  }

  @Test
  void run_twoPicturesThatCannotBeRead_areBothNamed() {
    Cli.Run run = Cli.run("verify", "--json", dir.resolve("a.jpg"), dir.resolve("b.jpg"));

    assertThat(run.json().get(0).get("error").asText())
        .contains("a.jpg")
        .contains("; cannot read")
        .contains("b.jpg");
  }

  @Test
  void run_wrongUsage_isTold() {
    List<Object> pairs = List.of("--pairs", dir.resolve("p"), "--data", dir);
    assertUsage("name two pictures", List.of("a.jpg"));
    List<Object> both = new ArrayList<>(pairs);
    both.add("a.jpg");
    assertUsage("exclude each other", both);
    assertUsage("--pairs and --data go together", pairs.subList(0, 2));
    assertUsage(
        "a false-accept rate lies between 0 and 1",
        List.of("--false-accepts", 0, "a.jpg", "b.jpg"));
    Cli.Run missing = Cli.run("verify", "--pairs", dir.resolve("p"), "--data", dir);
    assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.errLines()).hasSize(1);
  }

  private static void assertUsage(String sentence, List<Object> args) {
    List<Object> all = new ArrayList<>(List.of("verify"));
    all.addAll(args);
    Cli.Run run = Cli.run(all.toArray());
    assertThat(run.code()).as(sentence).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(sentence);
  }
}
