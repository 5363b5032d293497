package dev.mfr.dataset;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The photographs that the project may not ship. They lie at the system property {@code
 * mfr.shared}, or in {@code ../shared} beside the project's root; tests that need them are skipped
 * where they are absent.
 */
final class SharedData {
  private SharedData() {}

  /** {@return a folder or file of the shared data; the calling test is skipped without it} */
  static Path require(String path) {
    String given = System.getProperty("mfr.shared");
    Path root = given == null ? Path.of("..", "..", "shared") : Path.of(given);
    Path file = root.resolve(path);
    assumeTrue(
        Files.exists(file),
        "skipped: "
            + file.toAbsolutePath().normalize()
            + " is absent; point -Dmfr.shared at the shared data");
    return file;
  }
}
