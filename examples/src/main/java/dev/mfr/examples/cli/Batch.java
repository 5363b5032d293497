package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import dev.mfr.image.ImageDecodeException;

/** Counts what a batch of pictures came to, for its exit code. */
final class Batch {
  private int usable;
  private int unreadable;

  /** A picture, a face, a crop: something came out. */
  void usable() {
    usable++;
  }

  /** A picture could not be decoded; one that is not there at all is a failure. Returns why. */
  String failed(MfrException e) {
    if (e instanceof ImageDecodeException decode
        && decode.reason() == ImageDecodeException.Reason.UNREADABLE) {
      unreadable++;
    }
    return Sentences.of(e);
  }

  int exitCode() {
    return usable > 0 ? ExitCode.DONE : unreadable > 0 ? ExitCode.FAILED : ExitCode.NOTHING_FOUND;
  }
}
