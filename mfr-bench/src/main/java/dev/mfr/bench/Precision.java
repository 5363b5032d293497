package dev.mfr.bench;

import dev.mfr.MfrException;
import dev.mfr.image.PixelNormalization;
import dev.mfr.inference.ModelBundle;
import dev.mfr.onnx.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** In which numbers the ResNet-50 computes; the two landmark networks are always fp32. */
enum Precision {
  /** The bundled file. */
  INT8,
  /** A file that does not travel with the library, named by a system property. */
  FP32;

  /** The system property that names the fp32 file. */
  static final String FP32_FILE = "mfr.bench.resnet50Fp32";

  /** {@return the precision of a benchmark's parameter, {@code int8} or {@code fp32}} */
  static Precision of(String parameter) {
    try {
      return valueOf(parameter.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new MfrException("the precision is int8 or fp32, not " + parameter, e);
    }
  }

  /** {@return why this precision cannot be measured here, or an empty string} */
  String absence() {
    if (this == INT8) {
      return "";
    }
    String file = System.getProperty(FP32_FILE, "");
    if (file.isEmpty()) {
      return "fp32 needs the ResNet-50 as an fp32 file, which the library does not ship: name it with -D"
          + FP32_FILE
          + "=FILE";
    }
    return Files.isRegularFile(Path.of(file))
        ? ""
        : "fp32 needs the file " + file + ", and there is none; check -D" + FP32_FILE;
  }

  /** {@return the ResNet-50 in this precision} */
  ModelBundle resNet50() {
    String absence = absence();
    if (!absence.isEmpty()) {
      throw new MfrException(absence);
    }
    return this == INT8
        ? OnnxModels.resNet50()
        : ModelBundle.file(
            Path.of(System.getProperty(FP32_FILE, "")), PixelNormalization.SIGNED_UNIT);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
