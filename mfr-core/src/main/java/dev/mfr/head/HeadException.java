package dev.mfr.head;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/**
 * A classification head cannot be used: its file is missing, cut, changed or of a newer format, it
 * belongs to another embedder or crop, or the pictures do not suffice to train it.
 */
public class HeadException extends MfrException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong with which head, and the cure
   * @param cause the failure below, or null
   */
  public HeadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
