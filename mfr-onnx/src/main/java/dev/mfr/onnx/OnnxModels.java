package dev.mfr.onnx;

import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelManifest;
import java.util.List;

/** The networks inside this library's jar. Stateless and thread-safe. */
public final class OnnxModels {
  private static final String FOLDER = "/dev/mfr/onnx/models/";

  private static final List<String> NAMES =
      List.of(
          "resnet50-periocular-int8",
          "dlib-face-recognition-resnet",
          "dlib-mask-aware",
          "mask-state");

  private OnnxModels() {}

  /**
   * {@return what is known of the bundled networks; the networks themselves are not read}
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static List<ModelManifest> bundled() {
    return NAMES.stream()
        .map(name -> ModelBundle.manifest(OnnxModels.class, FOLDER + name + ".properties"))
        .toList();
  }

  /**
   * {@return the ResNet-50 that embeds the region above a mask, int8, 25 MB}
   *
   * <p>Each call reads it anew.
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static ModelBundle resNet50() {
    return ModelBundle.resource(OnnxModels.class, FOLDER + NAMES.get(0) + ".properties");
  }

  /**
   * {@return dlib's face recognition network, which embeds the aligned whole face, 11 MB}
   *
   * <p>Each call reads it anew.
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static ModelBundle dlib() {
    return ModelBundle.resource(OnnxModels.class, FOLDER + NAMES.get(1) + ".properties");
  }

  /**
   * {@return dlib's network after further training on masked faces, which embeds the aligned whole
   * face, masked or not, 11 MB}
   *
   * <p>Each call reads it anew.
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static ModelBundle maskAware() {
    return ModelBundle.resource(OnnxModels.class, FOLDER + NAMES.get(2) + ".properties");
  }

  /**
   * {@return the network that tells from an aligned face whether it wears a mask, 0.2 MB}
   *
   * <p>Each call reads it anew.
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static ModelBundle maskState() {
    return ModelBundle.resource(OnnxModels.class, FOLDER + NAMES.get(3) + ".properties");
  }
}
