package dev.mfr.inference;

import java.util.ServiceLoader;

/**
 * Opens networks: the port to a runtime such as ONNX Runtime.
 *
 * <p>mfr-onnx provides one through {@link ServiceLoader}. Implementations are thread-safe.
 */
public interface InferenceRuntime {

  /**
   * {@return a network, ready to run}
   *
   * @param bundle a verified model
   * @throws ModelException when the bytes are no network that this runtime can run
   * @throws InferenceException when the runtime itself is not available
   */
  InferenceModel open(ModelBundle bundle);

  /**
   * {@return the runtime that is on the class path}
   *
   * @throws InferenceException when there is none
   */
  static InferenceRuntime installed() {
    return ServiceLoader.load(InferenceRuntime.class, InferenceRuntime.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new InferenceException(
                    "no neural-network runtime is on the class path; add the dependency dev.mfr:mfr-onnx",
                    null));
  }
}
