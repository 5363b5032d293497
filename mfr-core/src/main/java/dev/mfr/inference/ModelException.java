package dev.mfr.inference;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/**
 * A model cannot be used: its file is missing, cut, changed, of a newer format, or another network
 * than expected.
 */
public class ModelException extends MfrException {
  private static final long serialVersionUID = 1L;

  private final String model;

  /**
   * @param model the model's name or file
   * @param detail a sentence that completes "cannot use model MODEL: "
   * @param cause the failure below, or null
   */
  public ModelException(String model, String detail, @Nullable Throwable cause) {
    super("cannot use model " + model + ": " + detail, cause);
    this.model = model;
  }

  /** {@return the model's name or file} */
  public String model() {
    return model;
  }
}
