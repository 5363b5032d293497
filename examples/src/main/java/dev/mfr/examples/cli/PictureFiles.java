package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The picture files that a command line names, and names for what is made of them. */
final class PictureFiles {
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "bmp");

  private final Set<String> usedNames = new HashSet<>();

  /** Files as given; folders replaced by the pictures below them, sorted. */
  static List<Path> expand(List<Path> arguments, Console console) {
    List<Path> files = new ArrayList<>();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        List<Path> below = below(argument, console);
        if (below.isEmpty()) {
          console.remark(
              "the folder " + argument + " holds no picture (jpg, jpeg, png, webp, bmp)");
        }
        files.addAll(below);
      } else {
        files.add(argument);
      }
    }
    return files;
  }

  /**
   * The pictures of a folder of people; empty when there is none below it. That is told, and what
   * is in no person's folder.
   */
  static Optional<LabelledPictures> people(Path folder, Console console) {
    if (Files.isDirectory(folder) && below(folder, console).isEmpty()) {
      console.failure("the folder " + folder + " holds no picture (jpg, jpeg, png, webp, bmp)");
      return Optional.empty();
    }
    LabelledPictures pictures = PictureFolder.read(folder);
    for (Path ignored : pictures.ignored()) {
      console.remark("ignored " + ignored + ": no picture in a person's folder");
    }
    return Optional.of(pictures);
  }

  /** The pictures below a folder, told by their extension, sorted; hidden ones are passed over. */
  static List<Path> below(Path folder, Console console) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
              return !dir.equals(folder) && isHidden(dir)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && !isHidden(file) && isPicture(file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (file.equals(folder)) {
                throw e;
              }
              console.failure(
                  "passed over " + file + ": it cannot be read (" + Sentences.reason(e) + ")");
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new MfrException("the folder " + folder + " cannot be read: " + Sentences.reason(e), e);
    }
    Collections.sort(files);
    return files;
  }

  private static boolean isHidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }

  private static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName());
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** A file among the folders above, or what the file system says. */
  private static String obstacle(Path folder, IOException e) {
    for (Path part = folder.toAbsolutePath(); part != null; part = part.getParent()) {
      if (Files.exists(part)) {
        return Files.isDirectory(part)
            ? Sentences.reason(e)
            : part.equals(folder.toAbsolutePath())
                ? "there is a file in its place"
                : part + " is a file and no folder";
      }
    }
    return Sentences.reason(e);
  }

  /** Makes a folder for results, with its parents. */
  static Path outputFolder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new MfrException(
          "the folder " + folder + " cannot be made: " + obstacle(folder, e) + "; name another one",
          e);
    }
  }

  /** The file's name without extension; with a number when an earlier file had the same. */
  String uniqueName(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String unique = stem;
    // Some file systems take "A" and "a" for the same name.
    for (int i = 2; !usedNames.add(unique.toLowerCase(Locale.ROOT)); i++) {
      unique = stem + "-" + i;
    }
    return unique;
  }
}
