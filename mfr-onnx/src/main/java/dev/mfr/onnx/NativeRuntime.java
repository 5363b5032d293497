package dev.mfr.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.mfr.inference.InferenceException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's native library: loaded once, on first use; a failure is kept and told to every
 * caller alike. The environment lives as long as the process, as ONNX Runtime wants it.
 */
final class NativeRuntime {
  private NativeRuntime() {}

  private static final class Loaded {
    static final @Nullable OrtEnvironment ENVIRONMENT;
    static final @Nullable Throwable FAILURE;

    static {
      OrtEnvironment environment = null;
      Throwable failure = null;
      try {
        environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "mfr");
      } catch (LinkageError | RuntimeException e) {
        failure = e;
      }
      ENVIRONMENT = environment;
      FAILURE = failure;
      if (environment != null) {
        try {
          environment.setTelemetry(false);
        } catch (OrtException e) {
          System.getLogger("dev.mfr.onnx")
              .log(Level.WARNING, "ONNX Runtime's telemetry could not be switched off", e);
        }
      }
    }
  }

  /**
   * {@return the environment}
   *
   * @throws InferenceException with the cure, when the native library cannot be loaded
   */
  static OrtEnvironment environment() {
    OrtEnvironment environment = Loaded.ENVIRONMENT;
    if (environment == null) {
      throw new InferenceException(LoadFailure.explain(Loaded.FAILURE), Loaded.FAILURE);
    }
    return environment;
  }

  /** {@return the version of the library, such as {@code "1.28.0"}} */
  static String version() {
    return environment().getVersion();
  }
}
