package dev.mfr.gallery.lucene;

import dev.mfr.gallery.GalleryException;
import dev.mfr.internal.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A gallery's folder as seen from outside, without Lucene: is it one, of which format, and what
 * went wrong with it.
 */
final class GalleryFolder {
  /** The format that this version writes, and the newest that it reads. */
  static final int FORMAT = 1;

  /** The file that says what the folder is. */
  static final String LABEL = "gallery.properties";

  private static final Pattern FORMAT_LINE = Pattern.compile("(?m)^format=(\\d{1,9})$");

  private static final String TEXT =
      """
      # This folder is a gallery of mfr (masked face recognition): names and templates of enrolled people.
      # It is biometric data; guard it as the pictures themselves, and copy or delete it as a whole.
      # Other files here are an Apache Lucene index. Do not edit any.
      format=%d
      """;

  // What is there when a process was killed before it had made the first commit.
  private static final Set<String> UNBORN = Set.of("write.lock", "pending_segments_1");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;

  GalleryFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  /** The folder beside this one in which a repair works. */
  Path repaired() {
    return beside("repaired");
  }

  /** A path beside the folder that has its name and a word more. */
  Path beside(String word) {
    return path.resolveSibling(path.getFileName() + "." + word);
  }

  /** {@return whether nothing was ever kept here, so that a gallery may begin} */
  boolean isEmpty() {
    try (Stream<Path> files = Files.list(path)) {
      return files.allMatch(file -> UNBORN.contains(file.getFileName().toString()));
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw failure("cannot be listed", e);
    }
  }

  /** {@return whether the index of a gallery, or of another program, is here} */
  boolean hasIndex() {
    return listing().stream().anyMatch(name -> name.startsWith("segments_"));
  }

  private List<String> listing() {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw failure("cannot be listed", e);
    }
  }

  /** Throws when the folder is missing. */
  void checkExists() {
    checkNoRepair();
    if (!Files.exists(path)) {
      throw new GalleryException("the gallery %s is missing".formatted(path), null);
    }
  }

  /** Makes the folder if it is missing, for its owner only where the file system knows owners. */
  void create() {
    checkNoRepair();
    if (Files.isDirectory(path)) {
      return;
    }
    try {
      Path parent = path.getParent();
      if (parent == null || !hasOwners(Files.createDirectories(parent))) {
        Files.createDirectories(path);
        return;
      }
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (IOException e) {
      if (e instanceof FileAlreadyExistsException && Files.isDirectory(path)) {
        return; // made by another process meanwhile
      }
      throw failure("cannot be made", e);
    }
  }

  private static boolean hasOwners(Path folder) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class);
  }

  /** Gives this folder the rights of another one, where the file system knows them. */
  void takeRights(GalleryFolder other) throws IOException {
    if (hasOwners(path)) {
      Files.setPosixFilePermissions(path, Files.getPosixFilePermissions(other.path));
    }
  }

  private void checkNoRepair() {
    if (Files.exists(repaired()) && !Files.exists(path)) {
      throw new GalleryException(
          "the repair of the gallery %s was interrupted; rename %s to %s"
              .formatted(path, repaired(), path),
          null);
    }
  }

  /**
   * {@return the format that the label says, or empty when there is no label or it is damaged}
   *
   * @throws GalleryException when the format is newer than this version
   */
  Optional<Integer> format() {
    String text;
    try {
      text = new String(Files.readAllBytes(path.resolve(LABEL)), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure("cannot be read", e);
    }
    Matcher line = FORMAT_LINE.matcher(text);
    if (!line.find()) {
      return Optional.empty();
    }
    int format = Integer.parseInt(line.group(1));
    checkFormat(format);
    return Optional.of(format);
  }

  /** Throws when a format is newer than this version. */
  void checkFormat(int format) {
    if (format > FORMAT) {
      throw new GalleryException(
          "the gallery %s has the format %d, and this version of mfr knows formats up to %d; use a newer version"
              .formatted(path, format, FORMAT),
          null);
    }
  }

  /** Writes the label. */
  void label() throws IOException {
    byte[] text = TEXT.formatted(FORMAT).getBytes(StandardCharsets.US_ASCII);
    WholeFile.write(text, path.resolve(LABEL), true);
  }

  /** {@return the exception for a folder that is something else} */
  GalleryException foreign() {
    return new GalleryException(
        "the folder %s is not empty and holds no gallery; choose another folder".formatted(path),
        null);
  }

  /**
   * {@return an exception that says what an operator can do}
   *
   * @param what the folder "cannot be …"
   * @param e why
   */
  GalleryException failure(String what, IOException e) {
    String why = String.valueOf(e.getMessage());
    if (e instanceof FileSystemException file && file.getReason() != null) {
      why = file.getReason();
    }
    String cure;
    if (why.contains("No space left") || why.contains("not enough space")) {
      cure = "the disk is full; make room and try again";
    } else if (why.contains("quota exceeded")) {
      cure = "the disk quota is used up; make room and try again";
    } else if (why.contains("Read-only file system") || e instanceof AccessDeniedException) {
      cure =
          "this process may not; grant it the right, or open the gallery read-only if it has only to be read";
    } else if (Files.exists(path) && !Files.isDirectory(path)) {
      cure = "it is a file; name a folder";
    } else {
      cure = e.getClass().getSimpleName() + ": " + why;
    }
    return new GalleryException("the gallery %s %s: %s".formatted(path, what, cure), e);
  }
}
