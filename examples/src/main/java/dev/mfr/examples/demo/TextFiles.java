package dev.mfr.examples.demo;

import dev.mfr.MfrException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes text files that appear whole or not at all. Stateless and thread-safe. */
public final class TextFiles {
  private TextFiles() {}

  /**
   * Writes a text as UTF-8.
   *
   * @param text the content
   * @param file where to; replaced when it exists
   * @throws MfrException when it cannot be written; then nothing is left behind
   */
  public static void write(String text, Path file) {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try {
        Files.writeString(part, text, StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new MfrException(
          "cannot write " + file + " (" + e + "); check the folder, its rights and free space", e);
    }
  }
}
