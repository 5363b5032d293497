package dev.mfr.inference;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/** The neural-network runtime failed, is missing, or cannot do what was required of it. */
public class InferenceException extends MfrException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what failed and what to do about it
   * @param cause the runtime's own failure, or null
   */
  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
