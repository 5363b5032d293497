package dev.mfr.landmarks.dlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mfr.inference.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Oracle: the numbers that went into the file. */
class DlibModelReaderTest {
  private static final SyntheticModel MODEL = new SyntheticModel(2, 3, 2, 9, 3);

  @TempDir Path folder;

  @Test
  void read_syntheticModel_everyNumber() throws IOException {
    ShapeModel model = ShapeModelReader.read(file(MODEL.bytes()));

    assertThat(model.meanShape).isEqualTo(MODEL.mean);
    assertThat(model.splits).isEqualTo(3);
    assertThat(model.stages).hasSize(2);
    ShapeModel.Stage stage = model.stages.get(1);
    assertThat(stage.trees.count).isEqualTo(3);
    SyntheticModel.Tree last = MODEL.stages.get(1).get(2);
    assertThat(List.of(stage.trees.pixels[12], stage.trees.pixels[13]))
        .containsExactly(last.first(), last.second());
    assertThat(stage.trees.thresholds[6]).isEqualTo(last.threshold());
    List<Float> leaf = last.children().get(1).children().get(1).leaf();
    for (int i = 0; i < 136; i++) {
      assertThat(stage.trees.leaves[11 * 136 + i]).isEqualTo(leaf.get(i));
    }
    SyntheticModel.Pixel pixel = MODEL.pixels.get(1).get(8);
    assertThat(stage.anchors[8]).isEqualTo(pixel.anchor());
    assertThat(List.of(stage.deltas[16], stage.deltas[17])).containsExactly(pixel.dx(), pixel.dy());
  }

  @Test
  void read_cutAnywhere_saysAtWhichByte() throws IOException {
    byte[] whole = MODEL.bytes();
    Pattern offset = Pattern.compile(" at byte (\\d+)");
    for (int length = 0; length < whole.length; length += 41) {
      int cut = length;
      refused(Arrays.copyOf(whole, length))
          .withMessageContaining("cut")
          .satisfies(
              e -> {
                Matcher at = offset.matcher(e.getMessage());
                assertThat(at.find()).isTrue();
                // Where a list is announced that no longer fits, or at the end
                assertThat(Integer.parseInt(at.group(1))).isLessThanOrEqualTo(cut);
              });
    }
    int last = whole.length - 1;
    refused(Arrays.copyOf(whole, last)).withMessageContaining("ends at byte " + last);
    refused(Arrays.copyOf(whole, 100)).withMessageContaining("ends at byte 100");
  }

  @Test
  void read_randomDamage_readsOrRefusesButNothingElse() throws IOException {
    Random random = new Random(8);
    for (int round = 0; round < 400; round++) {
      byte[] bytes = MODEL.bytes();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        ShapeModelReader.read(file(bytes));
      } catch (ModelException e) {
        assertThat(e).hasMessageContaining("byte ");
      }
    }
  }

  @Test
  void read_otherFiles_refusedWithAReason() throws IOException {
    refused(new byte[0]).withMessageContaining("at byte 0").withMessageContaining("version");
    refused("BZh91AY&SY and more".getBytes(StandardCharsets.US_ASCII))
        .withMessageContaining("bunzip2");
    refused("a text about faces".getBytes(StandardCharsets.US_ASCII))
        .withMessageContaining("at byte 0")
        .withMessageContaining("version");
    refused(new DlibOutput().integer(2).column(MODEL.mean).bytes()).withMessageContaining("got 2");
    refused(new DlibOutput().integer(1).column(new float[10]).bytes())
        .withMessageContaining("at byte 2 ")
        .withMessageContaining("68 points, got 10 numbers");
    refused(new DlibOutput().integer(1).integer(-68).integer(-2).bytes())
        .withMessageContaining("got 68×2");
  }

  @Test
  void read_absurdSizes_refusedBeforeMemoryIsTaken() throws IOException {
    // Each count alone would ask for more memory than there is
    refused(start().integer(1L << 40).bytes()).withMessageContaining("number of stages");
    refused(start().integer(-1).bytes()).withMessageContaining("number of stages");
    byte[] padding = new byte[20_000];
    refused(padded(start().integer(1).integer(1L << 30), padding))
        .withMessageContaining("number of trees")
        .withMessageContaining("got 1073741824");
    refused(padded(start().integer(1).integer(2).integer(Long.MIN_VALUE + 1), padding))
        .withMessageContaining("number of splits");
    refused(padded(start().integer(1).integer(2).integer(4), padding))
        .withMessageContaining("complete binary tree");
    refused(padded(start().integer(1).integer(5).integer(1023), padding))
        .withMessageContaining("do not fit");
  }

  @Test
  void read_numbersOutOfPlace_refused() throws IOException {
    // How dlib writes infinity
    refused(new DlibOutput().integer(1).integer(-136).integer(-1).integer(0).integer(32000).bytes())
        .withMessageContaining("not a finite number");

    SyntheticModel fewPixels = new SyntheticModel(1, 8, 3, 9, 3);
    List<SyntheticModel.Pixel> pixels = fewPixels.pixels.get(0);
    pixels.subList(2, pixels.size()).clear();
    refused(fewPixels.bytes()).withMessageContaining("a stage of 2");

    SyntheticModel anchor = new SyntheticModel(1, 1, 1, 2, 3);
    anchor.pixels.get(0).set(0, new SyntheticModel.Pixel(68, 0, 0));
    refused(anchor.bytes()).withMessageContaining("an anchor must lie in 0…67, got 68");

    SyntheticModel stages = new SyntheticModel(2, 1, 1, 2, 3);
    stages.pixels.remove(1);
    refused(stages.bytes()).withMessageContaining("2 stages of anchors expected, got 1");

    SyntheticModel depths = new SyntheticModel(1, 2, 2, 2, 3);
    depths.stages.get(0).set(1, new SyntheticModel(1, 1, 1, 2, 3).stages.get(0).get(0));
    refused(depths.bytes()).withMessageContaining("3 splits expected");

    byte[] longer = Arrays.copyOf(MODEL.bytes(), MODEL.bytes().length + 5);
    refused(longer)
        .withMessageContaining("at byte " + MODEL.bytes().length)
        .withMessageContaining("5 bytes follow");
  }

  @Test
  void read_noFile_saysWhereToGetIt() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> DlibShapePredictor.read(folder.resolve("absent.dat")))
        .withMessageContaining("absent.dat")
        .withMessageContaining("libdlib-data")
        .withMessageContaining(DlibModelFile.VARIABLE);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> DlibShapePredictor.read(folder))
        .withMessageContaining("directory");
  }

  @Test
  void find_propertyThenVariableThenFolders() throws IOException {
    Path installed =
        Files.write(folder.resolve("shape_predictor_68_face_landmarks.dat"), new byte[1]);
    List<Path> folders = List.of(folder.resolve("none"), folder);

    assertThat(DlibModelFile.find("a.dat", "b.dat", folders)).contains(Path.of("a.dat"));
    assertThat(DlibModelFile.find(" ", "b.dat", folders)).contains(Path.of("b.dat"));
    assertThat(DlibModelFile.find(null, null, folders)).contains(installed);
    assertThat(DlibModelFile.find(null, "", List.of(folder.resolve("none")))).isEmpty();
    assertThat(DlibModelFile.LICENCE_NOTE).contains("300-W").contains("commercial");
  }

  private static DlibOutput start() {
    return new DlibOutput().integer(1).column(MODEL.mean);
  }

  private static byte[] padded(DlibOutput out, byte[] padding) {
    byte[] bytes = out.bytes();
    byte[] all = Arrays.copyOf(bytes, bytes.length + padding.length);
    System.arraycopy(padding, 0, all, bytes.length, padding.length);
    return all;
  }

  private ThrowableAssertAlternative<ModelException> refused(byte[] bytes) throws IOException {
    Path file = file(bytes);
    return assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> DlibShapePredictor.read(file))
        .withMessageContaining(file.toString());
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.dat"), bytes);
  }
}
