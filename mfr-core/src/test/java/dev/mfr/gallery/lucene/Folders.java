package dev.mfr.gallery.lucene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a folder as a value. */
final class Folders {
  private Folders() {}

  static Map<String, byte[]> contents(Path folder) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  static void replace(Path folder, Map<String, byte[]> contents) throws IOException {
    if (Files.exists(folder)) {
      for (String name : contents(folder).keySet()) {
        Files.delete(folder.resolve(name));
      }
    }
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
