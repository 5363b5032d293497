package dev.mfr.examples.cli;

/** What the process ends with. */
final class ExitCode {
  /** The command did what it was asked for. */
  static final int DONE = 0;

  /** It ran, and there was nothing to work on: no face, no usable picture. */
  static final int NOTHING_FOUND = 1;

  /** The command line was wrong. */
  static final int USAGE = 2;

  /** A file, a folder or a native library did not do what it should. */
  static final int FAILED = 3;

  private ExitCode() {}
}
