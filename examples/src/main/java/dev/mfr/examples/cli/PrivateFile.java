package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A file of lines that appears whole or not at all, and that only its owner may read. */
final class PrivateFile {
  private PrivateFile() {}

  /**
   * Writes lines as UTF-8, in place of a file that is there.
   *
   * @param what what it holds, such as "the export"
   * @param lines read while they are written
   * @throws MfrException when it cannot be written; then nothing is left behind
   */
  static void write(String what, Stream<String> lines, Path file) {
    Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try {
        write(lines, part);
        try {
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
          Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new MfrException(
          what
              + " cannot be written to "
              + file
              + ": "
              + Sentences.reason(e)
              + "; check the folder, its rights and free space",
          e);
    }
  }

  private static void write(Stream<String> lines, Path part) throws IOException {
    // Private from the beginning: rights that are taken away afterwards come too late.
    FileAttribute<?>[] rights =
        part.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
            FileChannel.open(
                part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights);
        BufferedWriter out =
            new BufferedWriter(
                new OutputStreamWriter(
                    Channels.newOutputStream(channel), StandardCharsets.UTF_8.newEncoder()))) {
      for (String line : (Iterable<String>) lines::iterator) {
        out.write(line);
        out.write('\n');
      }
      out.flush();
      channel.force(true);
    }
  }
}
