package dev.mfr.landmarks;

import dev.mfr.MfrException;
import java.util.Properties;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The native library: loaded once, with one thread. When it cannot be loaded the reason is kept and
 * told each time.
 */
final class OpenCv {
  private static final String EXTENSION = "platform.extension";
  private static final System.Logger LOG = System.getLogger(OpenCv.class.getName());

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

  /** Loads the library now; what fails is told by {@link #require()}. */
  static void prepare() {
    if (!Probe.FAILURE.isEmpty()) {
      LOG.log(System.Logger.Level.DEBUG, "OpenCV is not there: {0}", Probe.FAILURE);
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

  /*
   * JavaCPP looks for OpenCV's build for graphics cards and some thirty CUDA libraries in every jar and library path, unless a
   * platform extension is set: a third of the time that loading takes. Whoever has that build on the class path, or has set an
   * extension himself, is left alone. The extension is taken back, since the properties are those of the whole process.
   */
  private static void load() {
    Properties platform = Loader.loadProperties();
    String gpu =
        "/org/bytedeco/opencv/"
            + Loader.getPlatform()
            + "-gpu/"
            + System.mapLibraryName("jniopencv_core");
    boolean plain =
        platform.getProperty(EXTENSION) == null && OpenCv.class.getResource(gpu) == null;
    if (plain) {
      platform.setProperty(EXTENSION, "");
    }
    try {
      Loader.load(opencv_imgcodecs.class);
      // Each class looks for the libraries again when it is first used.
      new Mat().close();
      new IntPointer(1).close();
    } finally {
      if (plain) {
        platform.remove(EXTENSION, "");
      }
    }
    opencv_core.setNumThreads(1);
  }
}
