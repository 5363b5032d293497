package dev.mfr.examples.cli;

import java.util.Locale;

/** What is cut out of a picture. */
enum ViewChoice {
  /** The region above a mask. */
  ROI,
  /** The whole face, aligned as dlib does. */
  CHIP;

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
