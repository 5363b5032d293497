package dev.mfr.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files that appear whole or not at all: into a hidden file of the same folder first, which
 * then takes the target's place.
 */
public final class WholeFile {
  /*
   * A signal that ends the process skips finally blocks, so unfinished parts are also removed by a shutdown hook. Nothing
   * helps against SIGKILL but the name: parts are hidden and end in .part.
   */

  private static final Set<Path> UNFINISHED = new HashSet<>();
  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(WholeFile::removeUnfinished, "mfr-parts"));
  }

  private WholeFile() {}

  private static void removeUnfinished() {
    synchronized (UNFINISHED) {
      ending = true;
      for (Path part : UNFINISHED) {
        try {
          Files.deleteIfExists(part);
        } catch (IOException e) {
          // The process is ending: there is nobody to tell.
        }
      }
    }
  }

  private static FileChannel create(Path part) throws IOException {
    synchronized (UNFINISHED) {
      if (ending) {
        throw new IOException("the process is ending");
      }
      UNFINISHED.add(part);
      return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }

  private static void remove(Path part) throws IOException {
    synchronized (UNFINISHED) {
      UNFINISHED.remove(part);
      Files.deleteIfExists(part);
    }
  }

  /**
   * Writes a file, over an existing one; a link is followed, so that what it leads to is replaced.
   *
   * @param bytes the content; not modified
   * @param file the file; its folder exists
   * @param durable whether the content must have reached the disk before it takes the target's
   *     place
   * @throws IOException when the file is a device or a pipe, or the file system refuses; then
   *     nothing is left behind
   */
  public static void write(byte[] bytes, Path file, boolean durable) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file;
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new IOException("it is a device or a pipe; name a regular file");
    }
    Path part =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel = create(part)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        if (durable) {
          channel.force(true);
        }
      }
      try {
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      remove(part);
    }
  }
}
