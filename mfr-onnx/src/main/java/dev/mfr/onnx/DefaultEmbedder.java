package dev.mfr.onnx;

import dev.mfr.face.FusedEmbedder;

/**
 * Opens the embedder that is used unless another is asked for: the ResNet-50, which looks at the
 * region above a mask, and dlib's network, which looks at the whole face, fused.
 *
 * <p>It takes the views {@code "roi"} and {@code "chip"}. The first network does not mind a mask,
 * the second knows an uncovered face best; together they recognise more masked people than either
 * and hardly fewer unmasked ones than the second. The weights were chosen by cross-validation on
 * training photographs: {@code docs/evaluation.md}.
 */
public final class DefaultEmbedder {
  private static final double ROI_SHARE = .3;
  private static final double ROI_WEIGHT = .05;

  /*
   * Single pictures, masked and not, against the mean of each of 410 people's pictures and their two masked copies each (LFW
   * folds 1 to 3, without the 33 people who are also among the 100 with most photographs). Strangers reach 0.908 in 1 % of the
   * comparisons and 0.925 in 0.1 % unmasked; masked, 0.927 in 1 %. Of the people themselves 93 % (unmasked, 0.908) and 81 %
   * (masked, 0.927) reach it.
   */
  private static final double SIMILARITY_THRESHOLD = .92;

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
    var roi = ResNet50Embedder.open(options);
    try {
      return FusedEmbedder.builder()
          .add(roi, ROI_SHARE, ROI_WEIGHT)
          .add(DlibEmbedder.open(options), 1 - ROI_SHARE, 1 - ROI_WEIGHT)
          .similarityThreshold(SIMILARITY_THRESHOLD)
          .build();
    } catch (RuntimeException | Error e) {
      roi.close();
      throw e;
    }
  }
}
