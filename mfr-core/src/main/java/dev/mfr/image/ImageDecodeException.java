package dev.mfr.image;

import dev.mfr.MfrException;
import org.jspecify.annotations.Nullable;

/**
 * A picture could not be read: it is missing, empty, cut, of another format, or larger than the
 * limit allows.
 */
public class ImageDecodeException extends MfrException {
  private static final long serialVersionUID = 1L;

  /** Why a picture could not be read. */
  public enum Reason {
    /** No such file, a directory, or no right to read it. */
    UNREADABLE,
    /** No bytes at all. */
    EMPTY,
    /** Not a picture of a supported format. */
    UNSUPPORTED_FORMAT,
    /** The format is known and the content is damaged or ends too early. */
    CORRUPT,
    /** More pixels than the caller allows. */
    TOO_LARGE
  }

  private final String picture;
  private final Reason reason;

  /**
   * @param picture the picture's name: its path as given, or a description such as {@code
   *     "byte[123]"}
   * @param reason the kind of failure
   * @param detail a sentence that completes "cannot read PICTURE: "
   * @param cause the failure below, or null
   */
  public ImageDecodeException(
      String picture, Reason reason, String detail, @Nullable Throwable cause) {
    super("cannot read " + picture + ": " + detail, cause);
    this.picture = picture;
    this.reason = reason;
  }

  /** {@return the picture's name: its path as given, or a description} */
  public String picture() {
    return picture;
  }

  /** {@return the kind of failure} */
  public Reason reason() {
    return reason;
  }
}
