package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BundledModelsTest {

  @Test
  void bundled_everyManifest_describesItsModel() {
    assertThat(OnnxModels.bundled())
        .extracting(ModelManifest::name)
        .containsExactly(
            "resnet50-periocular-int8",
            "dlib-face-recognition-resnet",
            "dlib-mask-aware",
            "mask-state");
    assertThat(OnnxModels.bundled().subList(0, 3))
        .allSatisfy(manifest -> assertThat(manifest.similarityThreshold()).isPresent());
    ModelBundle resNet = OnnxModels.resNet50();
    assertThat(resNet.manifest()).isEqualTo(OnnxModels.bundled().get(0));
    assertThat(resNet.manifest().normalization()).isEqualTo(PixelNormalization.SIGNED_UNIT);
    assertThat(resNet.bytes()).hasSizeGreaterThan(25_000_000);
    ModelBundle dlib = OnnxModels.dlib();
    assertThat(dlib.manifest()).isEqualTo(OnnxModels.bundled().get(1));
    assertThat(dlib.manifest().normalization()).isEqualTo(PixelNormalization.RAW);
    ModelBundle maskAware = OnnxModels.maskAware();
    assertThat(maskAware.manifest()).isEqualTo(OnnxModels.bundled().get(2));
    assertThat(maskAware.manifest().normalization()).isEqualTo(PixelNormalization.RAW);
    ModelBundle maskState = OnnxModels.maskState();
    assertThat(maskState.manifest()).isEqualTo(OnnxModels.bundled().get(3));
    assertThat(maskState.manifest().normalization()).isEqualTo(PixelNormalization.SIGNED_UNIT);
    assertThat(maskState.bytes()).hasSizeLessThan(300_000);
  }

  @Test
  void resNet50_open_looksAtTheRegionAboveTheMask() {
    try (FaceEmbedder embedder = ResNet50Embedder.open()) {
      assertThat(embedder.modelId()).isEqualTo("resnet50-periocular-int8:854352eadda1");
      assertThat(embedder.viewNames()).containsExactly("roi");
      assertThat(embedder.featureLength()).isEqualTo(2048);
      assertThat(embedder.embeddingLength()).isEqualTo(128);
      assertThat(embedder.similarityThreshold()).hasValue(.462);
      assertEmbedsBatchesAndThreads(embedder, 100);
    }
  }

  @Test
  void dlib_open_looksAtTheChip() {
    try (FaceEmbedder embedder = DlibEmbedder.open()) {
      assertThat(embedder.modelId()).isEqualTo("dlib-face-recognition-resnet:a8848de0c3a5");
      assertThat(embedder.viewNames()).containsExactly("chip");
      assertThat(embedder.featureLength()).isEqualTo(128);
      assertThat(embedder.embeddingLength()).isEqualTo(128);
      assertThat(embedder.similarityThreshold()).hasValue(.926);
      assertEmbedsBatchesAndThreads(embedder, 150);
    }
  }

  @Test
  void faceNetwork_ofTheRepository_looksAtTheSmallAlignedFace() {
    try (OnnxEmbedder embedder =
        OnnxEmbedder.builder()
            .model(Path.of("models/resnet50-face.onnx"))
            .viewName("face")
            .open()) {
      assertThat(embedder.modelId()).isEqualTo("resnet50-face:450419fd19a8");
      assertThat(embedder.inputWidth()).isEqualTo(112);
      assertThat(embedder.inputHeight()).isEqualTo(112);
      assertThat(embedder.featureLength()).isEqualTo(2048);
      assertThat(embedder.embeddingLength()).isEqualTo(128);
    }
  }

  @Test
  void periocularNetwork_ofTheRepository_isTheOneThatWasQuantised() {
    ModelManifest original =
        ModelBundle.file(Path.of("models/resnet50-periocular.onnx"), PixelNormalization.SIGNED_UNIT)
            .manifest();
    ModelManifest bundled = OnnxModels.resNet50().manifest();
    assertThat(original.id()).isEqualTo("resnet50-periocular:9b62693ef0a7");
    assertThat(original.version()).isEqualTo(bundled.version());
    assertThat(original.normalization()).isEqualTo(bundled.normalization());
  }

  private static void assertEmbedsBatchesAndThreads(FaceEmbedder embedder, int side) {
    List<FaceView> views = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 5; i++) {
      views.add(view(embedder.viewNames().get(0), side, random));
    }
    FaceFeatures batch = embedder.embed(Faces.of(views));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<FaceFeatures>> singles = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        List<FaceView> one = List.of(views.get(i % 5));
        singles.add(threads.submit(() -> embedder.embed(Faces.of(one))));
      }
      for (int i = 0; i < 40; i++) {
        FaceFeatures single = singles.get(i).get(60, TimeUnit.SECONDS);
        assertThat(single.features().row(0))
            .containsExactly(batch.features().row(i % 5), within(1e-4f));
        assertThat(single.embeddings().row(0))
            .containsExactly(batch.embeddings().row(i % 5), within(1e-5f));
        assertThat(norm(single.embeddings().row(0))).isCloseTo(1, within(1e-5));
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Blocks of 10×10 pixels of one colour: noise would leave what networks are made for. */
  static FaceView view(String name, int side, Random random) {
    byte[] blocks = new byte[3 * (side / 10) * (side / 10)];
    random.nextBytes(blocks);
    byte[] rgb = new byte[3 * side * side];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      int block = pixel / side / 10 * (side / 10) + pixel % side / 10;
      rgb[i] = blocks[3 * block + i % 3];
    }
    return FaceView.of(name, "test", RgbImage.copyOf(rgb, side, side, 3 * side, PixelFormat.RGB));
  }

  private static double norm(float[] v) {
    double squares = 0;
    for (float x : v) {
      squares += (double) x * x;
    }
    return Math.sqrt(squares);
  }
}
