package dev.mfr.onnx;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FusedEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Opens the embedder of galleries: dlib's network, the mask-aware network and the ResNet-50, fused.
 *
 * <p>It takes the views {@code "chip"} and {@code "roi"}. Faces without masks are best compared by
 * the first two and masked ones by the last two; the {@linkplain
 * dev.mfr.ComponentProvider#calibrationOf calibration} that belongs to it weighs each probe so. The
 * weights here are a compromise, for where nothing is known of masks.
 */
public final class GalleryEmbedder {
  private static final double DLIB_WEIGHT = .2;
  private static final double MASK_AWARE_WEIGHT = .76;
  private static final double ROI_WEIGHT = .04;

  private GalleryEmbedder() {}

  /**
   * {@return the three bundled networks with {@link OnnxOptions#DEFAULTS}; the caller closes it}
   *
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FusedEmbedder open() {
    return open(OnnxOptions.DEFAULTS);
  }

  /**
   * {@return the three bundled networks; the caller closes it}
   *
   * @param options threads and places
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded or a required
   *     provider does not work
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FusedEmbedder open(OnnxOptions options) {
    List<Supplier<FaceEmbedder>> parts =
        List.of(
            () -> DlibEmbedder.open(options),
            () -> MaskAwareEmbedder.open(options),
            () -> ResNet50Embedder.open(options));
    List<FaceEmbedder> opened = new ArrayList<>();
    try {
      parts.forEach(part -> opened.add(part.get()));
      return FusedEmbedder.builder()
          .add(opened.get(0), DLIB_WEIGHT, DLIB_WEIGHT)
          .add(opened.get(1), MASK_AWARE_WEIGHT, MASK_AWARE_WEIGHT)
          .add(opened.get(2), ROI_WEIGHT, ROI_WEIGHT)
          .build();
    } catch (RuntimeException | Error e) {
      opened.forEach(FaceEmbedder::close);
      throw e;
    }
  }
}
