package dev.mfr;

import org.jspecify.annotations.Nullable;

/**
 * The unchecked root of every exception that this library throws for a reason that is not a wrong
 * argument.
 *
 * <p>Each subclass stands for one remedy: {@link dev.mfr.image.ImageDecodeException} (another
 * picture), {@link dev.mfr.inference.ModelException} (another model file), {@link
 * dev.mfr.inference.InferenceException} (a runtime failure), {@link dev.mfr.head.HeadException}
 * (another head file, or retraining), {@link dev.mfr.dataset.DatasetException} (another data
 * folder). Wrong arguments are {@link IllegalArgumentException}s and use after close is an {@link
 * IllegalStateException}. A picture without a face and a face of nobody known are results and never
 * exceptions.
 */
public class MfrException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what went wrong, with which thing, and what to do about it
   */
  public MfrException(String message) {
    super(message);
  }

  /**
   * @param message what went wrong, with which thing, and what to do about it
   * @param cause the failure below, or null
   */
  public MfrException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
