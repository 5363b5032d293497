package dev.mfr.dataset;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/**
 * A data set cannot be read: its folder or table is missing, empty or laid out in another way; or a
 * listing cannot be written.
 */
public class DatasetException extends MfrException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong with which folder or file, and the cure
   * @param cause the failure below, or null
   */
  public DatasetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
