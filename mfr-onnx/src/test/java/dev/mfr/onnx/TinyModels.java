package dev.mfr.onnx;

import dev.mfr.image.PixelNormalization;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.ModelBundle;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The graphs that src/test/python/tiny_models.py made. */
final class TinyModels {
  private TinyModels() {}

  static Path file(String name) {
    URL url = Objects.requireNonNull(TinyModels.class.getResource(name + ".onnx"), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static ModelBundle bundle(String name) {
    return ModelBundle.file(file(name), PixelNormalization.RAW);
  }

  static InferenceModel open(String name) {
    return OnnxRuntime.create().open(bundle(name));
  }

  /** Runs a graph of one input "x" and one output "y". */
  static float[] run(InferenceModel model, int batch, float... x) {
    return model.run(
        batch,
        buffers -> buffers.input("x").put(x),
        buffers -> {
          float[] y = new float[batch * model.outputs().get(0).elements()];
          buffers.output("y").get(y);
          return y;
        });
  }
}
