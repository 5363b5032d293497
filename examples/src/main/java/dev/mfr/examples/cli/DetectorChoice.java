package dev.mfr.examples.cli;

import java.util.Locale;

/** The landmark detectors. */
enum DetectorChoice {
  /** MediaPipe's face mesh. */
  MESH,
  /** dlib's 68 points, with the model file that the user has. */
  DLIB;

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
