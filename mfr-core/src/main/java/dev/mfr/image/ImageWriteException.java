package dev.mfr.image;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/** A picture could not be written: its folder is missing, not writable, or full. */
public class ImageWriteException extends MfrException {
  private static final long serialVersionUID = 1L;

  private final String file;

  /**
   * @param file the target as given
   * @param detail a sentence that completes "cannot write FILE: "
   * @param cause the failure below, or null
   */
  public ImageWriteException(String file, String detail, @Nullable Throwable cause) {
    super("cannot write " + file + ": " + detail, cause);
    this.file = file;
  }

  /** {@return the target as given} */
  public String file() {
    return file;
  }
}
