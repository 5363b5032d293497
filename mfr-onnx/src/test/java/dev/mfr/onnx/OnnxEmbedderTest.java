package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * On a graph of 4×2 pictures whose features are the six channel values of the first column, so that
 * a mirrored picture gives the last column.
 */
class OnnxEmbedderTest {

  @Test
  void embed_twoOutputs_givesFeaturesAndUnitLengthEmbeddings() {
    FaceView view = view(1);
    try (OnnxEmbedder embedder = open("embedder")) {
      FaceFeatures result = embedder.embed(Faces.of(view));
      assertThat(result.features().row(0)).containsExactly(column(view.render(), 0));
      assertThat(result.embeddings().row(0)).containsExactly(unit(column(view.render(), 0)), EPS);
      assertThat(embedder.featureLength()).isEqualTo(6);
      assertThat(embedder.embeddingLength()).isEqualTo(6);
      assertThat(embedder.inputWidth()).isEqualTo(4);
      assertThat(embedder.inputHeight()).isEqualTo(2);
    }
  }

  @Test
  void embed_oneOutput_servesAsBoth() {
    FaceView view = view(2);
    try (OnnxEmbedder embedder = open("embedder-one-output")) {
      FaceFeatures result = embedder.embed(Faces.of(view));
      assertThat(result.features().row(0)).containsExactly(column(view.render(), 0));
      assertThat(result.embeddings().row(0)).containsExactly(unit(column(view.render(), 0)), EPS);
    }
  }

  @Test
  void embed_batch_equalsSingleRunsInOrder() {
    List<FaceView> views = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      views.add(view(i));
    }
    for (int maxBatch : new int[] {1, 4, 11, 32}) {
      try (OnnxEmbedder embedder =
          builder("embedder").maxBatch(maxBatch).normalization(PixelNormalization.RAW).open()) {
        FaceFeatures all = embedder.embed(Faces.of(views));
        assertThat(all.size()).isEqualTo(11);
        for (int i = 0; i < views.size(); i++) {
          FaceFeatures one = embedder.embed(Faces.of(views.get(i)));
          assertThat(all.features().row(i)).containsExactly(one.features().row(0));
          assertThat(all.embeddings().row(i)).containsExactly(one.embeddings().row(0), EPS);
        }
      }
    }
  }

  @Test
  void embed_emptyList_givesEmptyMatrices() {
    try (OnnxEmbedder embedder = open("embedder")) {
      FaceFeatures none = embedder.embed(Faces.of());
      assertThat(none.size()).isZero();
      assertThat(none.features().columns()).isEqualTo(6);
    }
  }

  @Test
  void embed_flipAverage_averagesWithTheMirrorImage() {
    List<FaceView> views = List.of(view(3), view(4));
    try (OnnxEmbedder embedder =
        builder("embedder").normalization(PixelNormalization.RAW).flipAverage(true).open()) {
      FaceFeatures result = embedder.embed(Faces.of(views));
      for (int i = 0; i < 2; i++) {
        float[] first = column(views.get(i).render(), 0);
        float[] last = column(views.get(i).render(), 3);
        assertThat(result.features().row(i)).containsExactly(mean(first, last), EPS);
        assertThat(result.embeddings().row(i))
            .containsExactly(unit(mean(unit(first), unit(last))), EPS);
      }
      assertThat(embedder.modelId()).endsWith("+flip");
    }
  }

  @Test
  void embed_normalization_isAppliedToThePixels() {
    FaceView view = view(5);
    try (OnnxEmbedder embedder =
        builder("embedder").normalization(new PixelNormalization(2, -3)).open()) {
      assertThat(embedder.embed(Faces.of(view)).features().get(0, 0))
          .isEqualTo(2 * column(view.render(), 0)[0] - 3);
    }
  }

  @Test
  void embed_blackPicture_givesZerosAndNotNan() {
    FaceView black = FaceView.of("roi", "test", picture(new byte[24]));
    try (OnnxEmbedder embedder = open("embedder-one-output")) {
      assertThat(embedder.embed(Faces.of(black)).embeddings().row(0)).containsOnly(0);
    }
  }

  @Test
  void embed_notFinite_isAFailure() {
    try (OnnxEmbedder embedder =
        builder("embedder-one-output")
            .normalization(new PixelNormalization(Float.MAX_VALUE, 0))
            .open()) {
      assertThatThrownBy(() -> embedder.embed(Faces.of(view(6))))
          .isInstanceOf(InferenceException.class)
          .hasMessageContaining("not finite on CPU");
    }
  }

  @Test
  void embed_otherViewOrSize_namesBoth() {
    try (OnnxEmbedder embedder = open("embedder")) {
      FaceView chip = FaceView.of("chip", "test", view(1).render());
      assertThatThrownBy(() -> embedder.embed(Faces.of(view(1), chip)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the cropper gave no view \"roi\"")
          .hasMessageContaining("FaceView[chip, test, 4×2]");
      FaceView small = FaceView.of("roi", "test", view(1).render().subImage(0, 0, 3, 2));
      assertThatThrownBy(() -> embedder.embed(Faces.of(small)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3×2");
    }
  }

  @Test
  void close_twice_isHarmlessAndRefusesFurtherFaces() {
    OnnxEmbedder embedder = open("embedder");
    embedder.close();
    assertThatCode(embedder::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> embedder.embed(Faces.of(view(1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void open_noEmbedder_saysWhatOneIs() {
    assertThatThrownBy(() -> builder("line").open())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("an embedder has one input of planar RGB pictures, [N,3,H,W]");
  }

  @Test
  void open_unknownOutput_namesTheKnownOnes() {
    assertThatThrownBy(() -> builder("embedder").features("pool5").open())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("it has no output \"pool5\"")
        .hasMessageContaining("name=features");
  }

  @Test
  void open_withoutModel_saysSo() {
    assertThatThrownBy(() -> OnnxEmbedder.builder().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("model(file)");
  }

  @Test
  void open_defaults_areThoseOfTheDocumentation() {
    try (OnnxEmbedder embedder = builder("embedder").open()) {
      assertThat(embedder.viewNames()).containsExactly("roi");
      assertThat(embedder.similarityThreshold()).isEmpty();
      assertThat(embedder.device()).isEqualTo("CPU");
      assertThat(embedder.modelId()).startsWith("embedder:").doesNotContain("+");
      assertThat(embedder.embed(Faces.of(view(1))).features().get(0, 0))
          .isCloseTo(column(view(1).render(), 0)[0] / 127.5f - 1, within(1e-6f));
    }
  }

  @Test
  void similarityThreshold_given_isKept() {
    try (OnnxEmbedder embedder = builder("embedder").similarityThreshold(.4).open()) {
      assertThat(embedder.similarityThreshold()).hasValue(.4);
    }
  }

  private static final org.assertj.core.data.Offset<Float> EPS = within(1e-6f);

  private static OnnxEmbedder.Builder builder(String graph) {
    return OnnxEmbedder.builder().model(TinyModels.file(graph));
  }

  private static OnnxEmbedder open(String graph) {
    return OnnxEmbedder.builder().model(TinyModels.bundle(graph)).open();
  }

  private static FaceView view(int seed) {
    byte[] rgb = new byte[24];
    new Random(seed).nextBytes(rgb);
    return FaceView.of("roi", "test", picture(rgb));
  }

  private static RgbImage picture(byte[] rgb) {
    return RgbImage.copyOf(rgb, 4, 2, 12, PixelFormat.RGB);
  }

  /** Red of both rows, then green, then blue. */
  private static float[] column(RgbImage image, int x) {
    float[] values = new float[6];
    for (int i = 0; i < 6; i++) {
      values[i] = image.rgb(x, i % 2) >> (16 - 8 * (i / 2)) & 255;
    }
    return values;
  }

  private static float[] unit(float[] v) {
    double squares = 0;
    for (float x : v) {
      squares += x * x;
    }
    float[] unit = new float[v.length];
    for (int i = 0; i < v.length; i++) {
      unit[i] = (float) (v[i] / Math.sqrt(squares));
    }
    return unit;
  }

  private static float[] mean(float[] a, float[] b) {
    float[] mean = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      mean[i] = (a[i] + b[i]) / 2;
    }
    return mean;
  }
}
