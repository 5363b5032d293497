package dev.mfr.landmarks;

import dev.mfr.MfrException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;

/**
 * The native library: loaded once, with one thread. When it cannot be loaded the reason is kept and
 * told each time.
 */
final class OpenCv {

  private OpenCv() {}

  private static final class Probe {
    static final String FAILURE = attempt(OpenCv::load);
  }

  /**
   * Makes sure that the library can be called.
   *
   * @throws MfrException when it cannot, with the cure
   */
  static void require() {
    if (!Probe.FAILURE.isEmpty()) {
      throw unavailable(Probe.FAILURE);
    }
  }

  static MfrException unavailable(String failure) {
    return new MfrException(
        "OpenCV, which reads and writes pictures, cannot be loaded on this machine ("
            + failure
            + "); add the native artefact org.bytedeco:opencv (and javacpp, openblas) with the classifier of this"
            + " platform, and if the files cannot be unpacked set -Dorg.bytedeco.javacpp.cachedir to a writable"
            + " folder that allows execution; on the module path also add --add-modules ALL-MODULE-PATH");
  }

  /** {@return why loading fails, its innermost cause; empty when it does not} */
  static String attempt(Runnable load) {
    try {
      load.run();
      return "";
    } catch (LinkageError | RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root.toString();
    }
  }

  private static void load() {
    Loader.load(opencv_imgcodecs.class);
    opencv_core.setNumThreads(1);
  }
}
