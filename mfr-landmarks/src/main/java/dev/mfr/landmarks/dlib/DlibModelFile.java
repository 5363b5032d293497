package dev.mfr.landmarks.dlib;

import dev.mfr.inference.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where dlib's model file lies on this machine. This library never carries it: its licence is the
 * user's to keep.
 *
 * <p>The file is named by the system property {@value #PROPERTY} or the environment variable
 * {@value #VARIABLE}, in this order; without them it is looked for where Debian's package
 * libdlib-data and local installations put it. Stateless and thread-safe.
 */
public final class DlibModelFile {

  /** The system property that names the file. */
  public static final String PROPERTY = "mfr.dlib.model";

  /** The environment variable that names the file. */
  public static final String VARIABLE = "MFR_DLIB_MODEL";

  /** What a user must know before using the file; to be shown with it. */
  public static final String LICENCE_NOTE =
      "dlib's 68-point model was trained on the iBUG 300-W pictures, whose licence excludes commercial use; ask Imperial"
          + " College London before using it in a product. mfr does not carry the file.";

  static final String WHERE_TO_GET =
      "install Debian's libdlib-data, or unpack"
          + " http://dlib.net/files/shape_predictor_68_face_landmarks.dat.bz2, and name the file with "
          + VARIABLE
          + " or -D"
          + PROPERTY;

  private static final String NAME = "shape_predictor_68_face_landmarks.dat";

  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/share/dlib"),
          Path.of("/usr/local/share/dlib"),
          Path.of("/opt/homebrew/share/dlib"));

  private DlibModelFile() {}

  /**
   * {@return the file that the user named, whether it exists or not, or the one found, or empty}
   */
  public static Optional<Path> find() {
    return find(System.getProperty(PROPERTY), System.getenv(VARIABLE), FOLDERS);
  }

  static Optional<Path> find(
      @Nullable String property, @Nullable String variable, List<Path> folders) {
    if (property != null && !property.isBlank()) {
      return Optional.of(Path.of(property));
    }
    if (variable != null && !variable.isBlank()) {
      return Optional.of(Path.of(variable));
    }
    return folders.stream().map(f -> f.resolve(NAME)).filter(Files::isRegularFile).findFirst();
  }

  /**
   * {@return the file of {@link #find}}
   *
   * @throws ModelException when there is none; it says where to get it and under which licence
   */
  public static Path require() {
    return find()
        .orElseThrow(
            () ->
                new ModelException(
                    NAME,
                    "it is not on this machine; " + WHERE_TO_GET + ". " + LICENCE_NOTE,
                    null));
  }
}
