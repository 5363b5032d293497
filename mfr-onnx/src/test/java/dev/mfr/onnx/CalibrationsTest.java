package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.MaskPairing;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CalibrationsTest {
  private static final List<Supplier<? extends FaceEmbedder>> BUNDLED =
      List.of(
          GalleryEmbedder::open,
          DefaultEmbedder::open,
          MaskAwareEmbedder::open,
          DlibEmbedder::open,
          ResNet50Embedder::open);

  @Test
  void calibrationOf_everyBundledEmbedder_isItsOwn() {
    for (Supplier<? extends FaceEmbedder> open : BUNDLED) {
      try (FaceEmbedder embedder = open.get()) {
        Calibration calibration =
            new OnnxComponents().calibrationOf(embedder.modelId()).orElseThrow();

        assertThat(calibration.model().embedderId()).isEqualTo(embedder.modelId());
        assertThat(calibration.model().embeddingLength()).isEqualTo(embedder.embeddingLength());
        assertThat(calibration.isSingle()).isFalse();
        double last = 0;
        for (MaskPairing pairing : MaskPairing.values()) {
          double threshold = calibration.verification(1e-3, pairing).threshold();
          assertThat(threshold).isBetween(0., 1.);
          assertThat(calibration.verification(1e-4, pairing).threshold()).isGreaterThan(threshold);
          last = Math.max(last, threshold);
        }
        for (MaskState state : MaskState.values()) {
          assertThat(calibration.identification(.01, 100, state).threshold())
              .isGreaterThan(calibration.identification(.05, 100, state).threshold())
              .isLessThan(calibration.identification(.01, 10_000, state).threshold());
        }
        assertThat(last).isLessThan(1);
      }
    }
  }

  @Test
  void calibrationOf_unknownEmbedder_isEmpty() {
    assertThat(new OnnxComponents().calibrationOf("somebody's:000000000000")).isEmpty();
  }

  @Test
  void galleryEmbedder_unmaskedAndMaskedProbes_weighTheirOwnNetworks() {
    try (FaceEmbedder embedder = GalleryEmbedder.open()) {
      Calibration calibration =
          new OnnxComponents().calibrationOf(embedder.modelId()).orElseThrow();

      assertThat(embedder.viewNames()).containsExactly("chip", "roi");
      assertThat(calibration.blocks()).hasSize(3);
      assertThat(calibration.blocks().get(0).factor(MaskState.MASKED)).isZero();
      assertThat(calibration.blocks().get(2).factor(MaskState.UNMASKED)).isZero();
    }
  }
}
