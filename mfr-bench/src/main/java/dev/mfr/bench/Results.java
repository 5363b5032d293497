package dev.mfr.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mfr.MfrException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Measures and where they were taken, as one JSON file.
 *
 * @param machine the machine
 * @param measures in the order of the table
 */
record Results(Machine machine, List<Measure> measures) {
  static final ObjectMapper MAPPER = new ObjectMapper();

  Results {
    measures = List.copyOf(measures);
  }

  /** Writes the file, whole or not at all; its folder is made. */
  void write(Path file) {
    try {
      write(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n", file);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers are always writable", e);
    }
  }

  /** Writes a text file, whole or not at all; its folder is made. */
  static void write(String text, Path file) {
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      Path part = Files.createTempFile(target.getParent(), ".part", "");
      try {
        Files.write(part, text.getBytes(StandardCharsets.UTF_8));
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new MfrException("cannot write " + file + " (" + e + "); check the folder", e);
    }
  }
}
