package dev.mfr.inference;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import dev.mfr.image.PixelNormalization;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBundleTest {
  private static final byte[] MODEL = "not a real network".getBytes(StandardCharsets.UTF_8);
  private static final String SHA = Hashing.sha256().hashBytes(MODEL).toString();
  private static final String MANIFEST =
      String.join(
          "\n",
          "format = 1",
          "name = tiny",
          "role = a test",
          "version = 3",
          "file = tiny.onnx",
          "sha256 = " + SHA,
          "precision = fp32",
          "input = x, 3×2×2, RGB",
          "normalization.scale = 0.5",
          "normalization.offset = -1",
          "licence = none",
          "provenance = this test",
          "similarityThreshold = 0.25",
          "");

  @TempDir Path folder;

  private static ModelManifest read(String text) throws IOException {
    return ModelManifest.read(new StringReader(text), "tiny.properties");
  }

  @Test
  void read_wholeManifest_hasAllFields() throws IOException {
    ModelManifest manifest = read(MANIFEST);
    assertThat(manifest.name()).isEqualTo("tiny");
    assertThat(manifest.normalization()).isEqualTo(new PixelNormalization(.5f, -1));
    assertThat(manifest.similarityThreshold()).hasValue(.25);
    assertThat(manifest.id()).isEqualTo("tiny:" + SHA.substring(0, 12));
    assertThat(read(MANIFEST.replace("similarityThreshold", "x")).similarityThreshold()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format",
        "name",
        "role",
        "version",
        "file",
        "sha256",
        "precision",
        "input",
        "normalization.scale",
        "normalization.offset",
        "licence",
        "provenance"
      })
  void read_fieldMissing_namesIt(String key) {
    String without =
        MANIFEST.lines().filter(line -> !line.startsWith(key + " ")).collect(joining("\n"));
    assertThatThrownBy(() -> read(without))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tiny.properties")
        .hasMessageContaining("lacks \"" + key + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "format = 1, format = 2, newer version",
    "format = 1, format = x, must be a number",
    "sha256 = , sha256 = F, 64 lower-case hex digits",
    "normalization.scale = 0.5, normalization.scale = 0, scale that is not 0",
    "normalization.offset = -1, normalization.offset = NaN, finite",
    "similarityThreshold = 0.25, similarityThreshold = 2, must lie in",
    "role = a test, role = \\uZZZZ, no properties text"
  })
  void read_fieldWrong_saysSo(String right, String wrong, String message) {
    assertThatThrownBy(() -> read(MANIFEST.replace(right, wrong)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private Path model(byte[] bytes, String manifest) throws IOException {
    Files.writeString(folder.resolve("tiny.properties"), manifest);
    return Files.write(folder.resolve("tiny.onnx"), bytes);
  }

  @Test
  void file_withManifest_isVerified() throws IOException {
    ModelBundle bundle = ModelBundle.file(model(MODEL, MANIFEST), PixelNormalization.RAW);
    assertThat(bundle.bytes()).isEqualTo(MODEL);
    assertThat(bundle.manifest().normalization()).isEqualTo(new PixelNormalization(.5f, -1));
    assertThat(bundle.toString()).contains("tiny:");
  }

  @Test
  void file_cutChangedOrEmpty_refuses() throws IOException {
    byte[] changed = MODEL.clone();
    changed[4] ^= 1;
    for (byte[] bytes : new byte[][] {Arrays.copyOf(MODEL, 5), changed, new byte[0]}) {
      Path file = model(bytes, MANIFEST);
      assertThatThrownBy(() -> ModelBundle.file(file, PixelNormalization.RAW))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("cut or changed")
          .hasMessageContaining(SHA);
    }
  }

  @Test
  void file_withoutManifest_takesItsOwnHash() throws IOException {
    Path file = Files.write(folder.resolve("my.net.onnx"), MODEL);
    ModelBundle bundle = ModelBundle.file(file, PixelNormalization.UNIT);
    assertThat(bundle.manifest().id()).isEqualTo("my.net:" + SHA.substring(0, 12));
    assertThat(bundle.manifest().normalization()).isEqualTo(PixelNormalization.UNIT);
    assertThat(bundle.manifest().similarityThreshold()).isEmpty();
  }

  @Test
  void file_missingEmptyOrDirectory_refuses() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    assertThatThrownBy(() -> ModelBundle.file(empty, PixelNormalization.UNIT))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("0 bytes");
    for (Path none : new Path[] {folder, folder.resolve("none.onnx")}) {
      assertThatThrownBy(() -> ModelBundle.file(none, PixelNormalization.UNIT))
          .isInstanceOfSatisfying(
              ModelException.class, e -> assertThat(e.model()).isEqualTo(none.toString()))
          .hasMessageContaining(none.equals(folder) ? "no regular file" : "no such file");
    }
  }

  @Test
  void file_manifestInAnotherEncoding_refuses() throws IOException {
    Path file = model(MODEL, MANIFEST);
    Files.write(folder.resolve("tiny.properties"), MANIFEST.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ModelBundle.file(file, PixelNormalization.RAW))
        .isInstanceOf(ModelException.class);
  }

  @Test
  void resource_missing_saysThatTheInstallationIsDamaged() {
    assertThatThrownBy(() -> ModelBundle.resource(ModelBundleTest.class, "/none.properties"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("damaged");
  }
}
