package dev.mfr.onnx;

import dev.mfr.face.FaceEmbedder;

/**
 * Opens dlib's face recognition network, which looks at the aligned whole face.
 *
 * <p>It takes views named {@code "chip"} of 150×150 pixels. The features are the 128 numbers that
 * dlib gives, two pictures of one person being closer than 0.6 (Euclidean); the embedding is the
 * same at unit length. All embeddings lie close together: two strangers have a similarity of 0.84
 * on average. One face takes a few milliseconds of one processor core.
 */
public final class DlibEmbedder {
  /** The name of the view that it looks at. */
  public static final String VIEW = "chip";

  private DlibEmbedder() {}

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
        .model(OnnxModels.dlib())
        .runtime(OnnxRuntime.create(options))
        .viewName(VIEW)
        .open();
  }
}
