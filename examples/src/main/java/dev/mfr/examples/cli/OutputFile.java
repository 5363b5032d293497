package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file that a command will write. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Better now than after an hour of work.
   *
   * @param what what it will hold, such as "the model"
   * @throws MfrException when the file cannot be written
   */
  static void check(String what, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null) {
      throw unwritable(what, file, "it is a folder; give a file name", null);
    }
    if (!Files.exists(folder)) {
      throw unwritable(what, file, "there is no folder " + folder + "; make it first", null);
    }
    if (!Files.isDirectory(folder)) {
      throw unwritable(what, file, folder + " is a file and no folder; give another place", null);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw unwritable(what, file, "it is a device or a pipe; give the name of a file", null);
    }
    Path trial = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.createFile(trial);
      Files.delete(trial);
    } catch (IOException e) {
      throw unwritable(
          what,
          file,
          "the folder " + folder + " takes no file of that name (" + Sentences.reason(e) + ")",
          e);
    }
  }

  private static MfrException unwritable(
      String what, Path file, String why, @Nullable Throwable cause) {
    return new MfrException(what + " cannot be written to " + file + ": " + why, cause);
  }
}
