package dev.mfr.onnx;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FusedEmbedder;

/**
 * Opens the embedder that is used unless another is asked for: the ResNet-50, which looks at the
 * region above a mask, and the mask-aware network, which looks at the whole face, fused.
 *
 * <p>It takes the views {@code "roi"} and {@code "chip"}. The two networks fail on different
 * pictures, so that together they recognise more masked people than either alone and about as many
 * unmasked ones. The shares were chosen by cross-validation on training photographs ({@code
 * docs/evaluation.md}).
 */
public final class DefaultEmbedder {
  private static final double ROI_SHARE = .3;
  private static final double ROI_WEIGHT = .05;

  /*
   * Single pictures, masked and not, against the mean of each of 417 people's pictures and their masked copies, the probe's
   * photograph left out (LFW folds 1 to 3, without the 33 people who are also among the 100 with most photographs; masks of our
   * synthesiser). Unmasked strangers reach 0.915 in 1 % of the comparisons and 0.931 in 0.1 %, masked ones 0.930 in 1 % and
   * 0.945 in 0.1 %. At 0.93, 91 % of the people themselves are accepted unmasked and 93 % masked.
   */
  private static final double SIMILARITY_THRESHOLD = .93;

  private DefaultEmbedder() {}

  /**
   * {@return both bundled networks with {@link OnnxOptions#DEFAULTS}; the caller closes it}
   *
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FusedEmbedder open() {
    return open(OnnxOptions.DEFAULTS);
  }

  /**
   * {@return both bundled networks; the caller closes it}
   *
   * @param options threads and places
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded or a required
   *     provider does not work
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FusedEmbedder open(OnnxOptions options) {
    FaceEmbedder roi = ResNet50Embedder.open(options);
    try {
      return fuse(roi, MaskAwareEmbedder.open(options));
    } catch (RuntimeException | Error e) {
      roi.close();
      throw e;
    }
  }

  /**
   * {@return the fusion of two embedders in the shares and weights of the default; it owns them}
   *
   * @param roi the bundled ResNet-50, opened in some way
   * @param face the bundled mask-aware network, opened in some way
   */
  public static FusedEmbedder fuse(FaceEmbedder roi, FaceEmbedder face) {
    return FusedEmbedder.builder()
        .add(roi, ROI_SHARE, ROI_WEIGHT)
        .add(face, 1 - ROI_SHARE, 1 - ROI_WEIGHT)
        .similarityThreshold(SIMILARITY_THRESHOLD)
        .build();
  }
}
