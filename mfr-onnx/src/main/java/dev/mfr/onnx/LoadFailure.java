package dev.mfr.onnx;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why ONNX Runtime does not start, in words. Refers to none of its classes, which may be missing.
 */
final class LoadFailure {
  private LoadFailure() {}

  /** {@return what keeps the library from loading, as one sentence with the cure} */
  static String explain(@Nullable Throwable failure) {
    String start = "ONNX Runtime cannot be loaded: ";
    String all = "";
    boolean files = false;
    boolean absent = false;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      all += t + " ";
      files |= t instanceof IOException;
      absent |= t instanceof NoClassDefFoundError || t instanceof ClassNotFoundException;
    }
    String text = all.toLowerCase(Locale.ROOT);
    String platform = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    String temporary = System.getProperty("java.io.tmpdir");
    if (text.contains("operation not permitted") || text.contains("failed to map segment")) {
      return start
          + "programs may not run from the temporary folder "
          + temporary
          + " (mounted noexec); name another one with -Djava.io.tmpdir=FOLDER";
    }
    if (text.contains("musl")
        || text.contains("glibc")
        || text.contains("ld-linux")
        || text.contains("symbol not found")
        || text.contains("error relocating")) {
      return start
          + "this Linux lacks the GNU C library that it needs (Alpine has musl instead, old systems"
          + " an older one); run on a current Debian, Ubuntu or Red Hat based image";
    }
    if (text.contains("libstdc++") || text.contains("libgcc")) {
      return start + "libstdc++ is missing; install the package libstdc++6";
    }
    if (text.contains("msvcp") || text.contains("dependent libraries")) {
      return start
          + "a library that it depends on is missing; install the current Visual C++"
          + " Redistributable";
    }
    if (text.contains("not found at")) {
      return start
          + "the folder of -Donnxruntime.native.path, "
          + System.getProperty("onnxruntime.native.path")
          + ", does not hold its library; correct it, or leave the setting out to use the one in the"
          + " jar";
    }
    if (files || text.contains("temp")) {
      return start
          + "its library cannot be written to the temporary folder "
          + temporary
          + "; make it writable, name another one with -Djava.io.tmpdir=FOLDER, or unpack the library"
          + " and name its folder with -Donnxruntime.native.path=FOLDER";
    }
    if (absent && text.contains("ai/onnxruntime") && !text.contains("could not initialize")) {
      return start
          + "its classes are not on the class path; add the dependency"
          + " com.microsoft.onnxruntime:onnxruntime";
    }
    if (text.contains("java.library.path") || text.contains("unsupported")) {
      return start
          + "its jar has no library for "
          + platform
          + "; use a supported platform (Linux and macOS on 64-bit ARM, Linux and Windows on x86-64),"
          + " or build it and name its folder with -Donnxruntime.native.path=FOLDER";
    }
    return start
        + "its library does not start on "
        + platform
        + " ("
        + all.strip()
        + "); check that it matches the system, or name the folder of another build with"
        + " -Donnxruntime.native.path=FOLDER";
  }
}
