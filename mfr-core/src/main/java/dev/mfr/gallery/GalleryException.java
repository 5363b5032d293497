package dev.mfr.gallery;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/** A gallery cannot do what was asked: the message says why and what to do. */
public class GalleryException extends MfrException {
  private static final long serialVersionUID = 1;

  /**
   * An exception.
   *
   * @param message why, and what to do
   * @param cause what went wrong below, or null
   */
  public GalleryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
