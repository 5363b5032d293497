package dev.mfr.onnx;

import dev.mfr.face.FaceEmbedder;

/**
 * Opens the mask-aware network, which looks at the aligned whole face, with or without a mask.
 *
 * <p>It is dlib's network ({@link DlibEmbedder}), trained further so that a face with a mask gets
 * the embedding that the original network gives the uncovered face. Unmasked it recognises about as
 * well as the original, masked far better. It takes views named {@code "chip"} of 150×150 pixels.
 * Features and embedding are made as the original's, and all embeddings lie close together too: two
 * strangers have a similarity of 0.85 or so. Embeddings of the two networks are near each other
 * where the face is uncovered, but the library never mixes them. One face takes a few milliseconds
 * of one processor core.
 */
public final class MaskAwareEmbedder {
  /** The name of the view that it looks at. */
  public static final String VIEW = "chip";

  private MaskAwareEmbedder() {}

  /**
   * {@return the bundled network with {@link OnnxOptions#DEFAULTS}; the caller closes it}
   *
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FaceEmbedder open() {
    return open(OnnxOptions.DEFAULTS);
  }

  /**
   * {@return the bundled network; the caller closes it}
   *
   * @param options threads and places
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded or a required
   *     provider does not work
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FaceEmbedder open(OnnxOptions options) {
    return OnnxEmbedder.builder()
        .model(OnnxModels.maskAware())
        .runtime(OnnxRuntime.create(options))
        .viewName(VIEW)
        .open();
  }
}
