package dev.mfr.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the layout of Labeled Faces in the Wild: a folder a person, named as the person, with the
 * person's pictures in it.
 *
 * <pre>
 * root/Ada_Lovelace/Ada_Lovelace_0001.jpg
 * root/Ada_Lovelace/Ada_Lovelace_0002.jpg
 * root/Alan_Turing/anything.png
 * </pre>
 */
public final class PictureFolder {
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "bmp");

  private static final String LAYOUT =
      "; expected one folder per person with that person's pictures (jpg, jpeg, png, webp, bmp) in it,"
          + " such as root/Ada_Lovelace/0001.jpg";

  private PictureFolder() {}

  /**
   * {@return the pictures of a folder, people and files sorted by name; nothing is decoded yet}
   *
   * <p>Pictures are told by their extension: jpg, jpeg, png, webp, bmp, in either case. Hidden
   * files and folders are passed over in silence; everything else that is no picture of a person is
   * listed in {@link LabelledPictures#ignored()}.
   *
   * @param root the folder that holds the people's folders
   * @throws DatasetException when there is no such folder, no person's folder in it, or two
   *     people's folders whose names differ only in case or in the way that accents are encoded
   */
  public static LabelledPictures read(Path root) {
    List<LabelledPicture> pictures = new ArrayList<>();
    List<Path> ignored = new ArrayList<>();
    Map<String, Path> names = new HashMap<>();
    for (Path person : entries(root)) {
      if (!Files.isDirectory(person)) {
        ignored.add(person);
        continue;
      }
      String label = String.valueOf(person.getFileName());
      int before = pictures.size();
      List<Path> others = new ArrayList<>();
      for (Path file : entries(person)) {
        if (isPicture(file)) {
          pictures.add(LabelledPicture.ofFile(label, file));
        } else {
          others.add(file);
        }
      }
      if (pictures.size() == before) {
        ignored.add(person);
        continue;
      }
      ignored.addAll(others);
      Path same = names.put(folded(label), person);
      if (same != null) {
        throw new DatasetException(
            "the folders \""
                + same.getFileName()
                + "\" and \""
                + label
                + "\" in "
                + root
                + " have the same name but for case or the encoding of accents; join them if they are one"
                + " person, otherwise rename one",
            null);
      }
    }
    if (pictures.isEmpty()) {
      throw new DatasetException(
          "the folder " + root + " holds no person's folder with pictures" + LAYOUT, null);
    }
    return LabelledPictures.of(pictures, ignored);
  }

  /** What lies in a folder and is not hidden, sorted by name. */
  private static List<Path> entries(Path folder) {
    if (!Files.exists(folder)) {
      throw new DatasetException(
          "there is no folder " + folder + "; check the path" + LAYOUT, null);
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
          .sorted(Comparator.comparing(path -> String.valueOf(path.getFileName())))
          .toList();
    } catch (NotDirectoryException e) {
      throw new DatasetException(folder + " is a file and no folder" + LAYOUT, e);
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new DatasetException(
          "the folder " + folder + " cannot be read (" + e + "); check its permissions", e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName());
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return name.indexOf('.') > 0 && EXTENSIONS.contains(extension) && Files.isRegularFile(file);
  }

  private static String folded(String label) {
    return Normalizer.normalize(label, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }
}
