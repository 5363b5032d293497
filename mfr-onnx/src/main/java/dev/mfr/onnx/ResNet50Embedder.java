package dev.mfr.onnx;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.inference.ModelBundle;
import java.nio.file.Path;

/**
 * Opens the paper's embedder: a ResNet-50 that looks at the region above a mask.
 *
 * <p>It takes views named {@code "roi"} of 100×100 pixels and gives 2048 features and an embedding
 * of 128 numbers. One face takes a few milliseconds of one processor core.
 *
 * <pre>{@code
 * try (FaceEmbedder embedder = ResNet50Embedder.open()) {
 *   FaceFeatures features = embedder.embed(views);
 * }
 * }</pre>
 */
public final class ResNet50Embedder {
  /** The name of the view that it looks at. */
  public static final String VIEW = "roi";

  private ResNet50Embedder() {}

  /**
   * {@return the bundled int8 network with {@link OnnxOptions#DEFAULTS}; the caller closes it}
   *
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FaceEmbedder open() {
    return open(OnnxOptions.DEFAULTS);
  }

  /**
   * {@return the bundled int8 network; the caller closes it}
   *
   * @param options threads and places
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded or a required
   *     provider does not work
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static FaceEmbedder open(OnnxOptions options) {
    return OnnxEmbedder.builder()
        .model(OnnxModels.resNet50())
        .runtime(OnnxRuntime.create(options))
        .viewName(VIEW)
        .open();
  }

  /**
   * {@return another network for the same view, such as the fp32 version; the caller closes it}
   *
   * @param model an ONNX file of one input [N,3,H,W] whose values are {@code x / 127.5 − 1}, unless
   *     a manifest beside it says otherwise
   * @param options threads and places
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded or a required
   *     provider does not work
   * @throws dev.mfr.inference.ModelException when the file is missing or cannot be used
   */
  public static FaceEmbedder open(Path model, OnnxOptions options) {
    return OnnxEmbedder.builder()
        .model(model)
        .runtime(OnnxRuntime.create(options))
        .viewName(VIEW)
        .open();
  }

  /**
   * {@return another network for the same view, such as {@link NetworkChoice#chosen}; the caller
   * closes it}
   *
   * <p>A head belongs to the network that it was trained with and refuses another one: the features
   * of the int8 and the fp32 file point in nearly the same direction (cosine 0.999 on average), but
   * they are not the same, and thresholds are those of the manifest.
   *
   * @param model a network of one input [N,3,H,W]
   * @param options threads and places
   * @throws dev.mfr.inference.InferenceException when ONNX Runtime cannot be loaded or a required
   *     provider does not work
   * @throws dev.mfr.inference.ModelException when the network cannot be used
   */
  public static FaceEmbedder open(ModelBundle model, OnnxOptions options) {
    return OnnxEmbedder.builder()
        .model(model)
        .runtime(OnnxRuntime.create(options))
        .viewName(VIEW)
        .open();
  }
}
