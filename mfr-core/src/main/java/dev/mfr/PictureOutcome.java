package dev.mfr;

import java.nio.file.Path;

/** What became of one file of a batch: a recognition, or the reason why it could not be read. */
public sealed interface PictureOutcome {

  /** {@return the file as it was given} */
  Path file();

  /**
   * A file that was read and looked at.
   *
   * @param file the file as it was given
   * @param recognition its faces, possibly none
   */
  record Recognized(Path file, Recognition recognition) implements PictureOutcome {}

  /**
   * A file that could not be read; the batch went on.
   *
   * @param file the file as it was given
   * @param failure what was wrong with it
   */
  record Failed(Path file, MfrException failure) implements PictureOutcome {}
}
