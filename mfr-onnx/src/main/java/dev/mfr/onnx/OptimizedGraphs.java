package dev.mfr.onnx;

import dev.mfr.cache.CacheKey;
import dev.mfr.inference.ModelManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A folder of graphs that ONNX Runtime has optimised. Never fails its user: what is damaged or
 * cannot be written is told, and counts as absent. Thread-safe, also with other processes.
 */
final class OptimizedGraphs {
  /*
   * An entry is a folder NAME-KEY with the graph, its weights beside it (ONNX Runtime maps them into memory instead of
   * copying them), and a seal: the key, and length and CRC-32C of both files. It is made under a hidden name that ends in
   * .part and then renamed, so that an entry is whole or not there; whoever comes second throws his own away. Nothing is
   * ever written in place: another process may have the weights mapped.
   *
   * The checksums find accidents, not attacks: whoever may write the folder can also write the seal.
   */
  private static final String FORMAT = "mfr optimised graph 2";
  static final String GRAPH = "graph.onnx";

  /** The name of the file beside the graph. */
  static final String WEIGHTS = "weights.bin";

  static final String SEAL = "seal.txt";

  /** A part that is older was left by a process that was killed. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private static final System.Logger LOG = System.getLogger(OptimizedGraphs.class.getName());
  private static final Set<Path> UNWRITABLE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Consumer<String> warning;

  OptimizedGraphs(Path folder) {
    this(folder, text -> LOG.log(Level.WARNING, text));
  }

  OptimizedGraphs(Path folder, Consumer<String> warning) {
    this.folder = folder.toAbsolutePath();
    this.warning = warning;
  }

  /** {@return the name of a model's entry: everything that the optimised graph depends on} */
  static String entry(ModelManifest manifest, ExecutionProvider provider, String version) {
    String key =
        CacheKey.builder(FORMAT)
            .text(manifest.sha256())
            .text(version)
            .text(provider.description())
            .text(Processor.description())
            .text(EightBitSums.areExact() ? "8-bit sums" : "exact 8-bit sums")
            .build()
            .hex();
    String name = manifest.name().replaceAll("[^A-Za-z0-9._-]", "_");
    return name.substring(0, Math.min(60, name.length())) + "-" + key.substring(0, 32);
  }

  /** {@return the graph of an entry, its checksums compared, or null when there is none} */
  @Nullable Path find(String entry) {
    Path place = folder.resolve(entry);
    try {
      String expected = Files.readString(place.resolve(SEAL), StandardCharsets.UTF_8);
      if (expected.equals(seal(place, entry))) {
        return place.resolve(GRAPH);
      }
      discard(entry, "its checksum is wrong");
    } catch (NoSuchFileException e) {
      if (Files.exists(place)) {
        discard(entry, "it is not whole");
      }
    } catch (IOException e) {
      discard(entry, "it cannot be read (" + e + ")");
    }
    return null;
  }

  /** Removes an entry that cannot be used. */
  void discard(String entry, String reason) {
    warning.accept(
        "the optimised graph "
            + folder.resolve(entry)
            + " is not used: "
            + reason
            + "; it is made again");
    try {
      // Renamed first: nobody finds half of it, and on Windows a mapped file can be renamed only.
      Path part = part(entry);
      Files.move(folder.resolve(entry), part);
      remove(part);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a damaged graph stays", e);
    }
  }

  /** {@return a place for a new entry, or null when the folder cannot be written} */
  @Nullable Draft draft(String entry) {
    try {
      Files.createDirectories(folder);
      removeAbandoned();
      return new Draft(entry, Files.createDirectory(part(entry)));
    } catch (IOException e) {
      tellUnwritable(e.toString());
      return null;
    }
  }

  private Path part(String entry) {
    return folder.resolve("." + entry + "." + UUID.randomUUID() + ".part");
  }

  private void removeAbandoned() throws IOException {
    FileTime limit = FileTime.from(Instant.now().minus(ABANDONED));
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path part : entries.filter(p -> p.toString().endsWith(".part")).toList()) {
        if (Files.getLastModifiedTime(part).compareTo(limit) < 0) {
          remove(part);
        }
      }
    } catch (UncheckedIOException | NoSuchFileException e) {
      LOG.log(Level.DEBUG, "another process tidies the folder too", e);
    }
  }

  private static void remove(Path part) {
    try (Stream<Path> files = Files.list(part)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(part);
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.DEBUG, "a part stays until it is old", e);
    }
  }

  /** Tells it once a process. */
  void tellUnwritable(String reason) {
    if (UNWRITABLE.add(folder)) {
      warning.accept(
          "optimised graphs cannot be kept in "
              + folder
              + " ("
              + reason
              + "); networks are opened without them, which takes longer. Free space or give it write"
              + " permission, or name another folder");
    }
  }

  static String seal(Path place, String entry) throws IOException {
    List<String> lines = new ArrayList<>(List.of(FORMAT, entry));
    for (String name : List.of(GRAPH, WEIGHTS)) {
      Path file = place.resolve(name);
      // A small graph has all of its weights inside.
      if (name.equals(GRAPH) || Files.exists(file)) {
        lines.add(name + " " + Files.size(file) + " " + Long.toHexString(crc(file)));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static long crc(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    return crc.getValue();
  }

  /** An entry in the making; {@link #keep} or {@link #remove} ends it. */
  final class Draft {
    private final String entry;
    private final Path part;

    private Draft(String entry, Path part) {
      this.entry = entry;
      this.part = part;
    }

    /** Where ONNX Runtime is to write the graph. */
    Path graph() {
      return part.resolve(GRAPH);
    }

    /** Seals it and puts it into its place, unless another process was faster. */
    void keep() {
      try {
        Files.writeString(part.resolve(SEAL), seal(part, entry), StandardCharsets.UTF_8);
        Files.move(part, folder.resolve(entry), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        remove();
        if (!Files.exists(folder.resolve(entry))) {
          tellUnwritable(e.toString());
        }
      }
    }

    void remove() {
      OptimizedGraphs.remove(part);
    }
  }
}
