package dev.mfr.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mfr.internal.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Saves which pictures a set or a split holds, so that others measure with the same ones.
 *
 * <p>A listing is a table of UTF-8 text with commas (RFC 4180). Files are named from a root, which
 * may lie elsewhere when the listing is read; the pictures themselves are not in it.
 *
 * <pre>
 * mfr-listing,1
 * side,person,file,photograph_file,photograph_name
 * train,Ada,Ada/1.jpg,,
 * train,Ada,masked/Ada 1.jpg,Ada/1.jpg,
 * test,Bob,Bob/7.jpg,,
 * </pre>
 *
 * <p>The side is empty where there is no split. A picture that is no photograph of its own has the
 * photograph that it comes from: as a file from the root where it is one below it, otherwise by
 * name.
 *
 * <p>Pictures must be files: list before variants are made. A file is replaced in one step, so
 * readers see the old listing or the new one. Stateless and thread-safe.
 */
public final class PictureListing {
  private static final String MAGIC = "mfr-listing";
  private static final String VERSION = "1";
  private static final List<String> HEADER =
      List.of("side", "person", "file", "photograph_file", "photograph_name");
  private static final String TRAIN = "train";
  private static final String TEST = "test";

  private PictureListing() {}

  /**
   * Saves which pictures a set holds, in order.
   *
   * @param pictures pictures that are files below the root
   * @param file the listing; replaced where it exists
   * @param root the folder that the paths in it start from
   * @throws DatasetException when a picture is no file below the root, or the listing cannot be
   *     written
   */
  public static void write(LabelledPictures pictures, Path file, Path root) {
    StringBuilder text = start();
    append(text, "", pictures, root);
    save(text, file);
  }

  /**
   * Saves a split.
   *
   * @param split two sides of pictures that are files below the root
   * @param file the listing; replaced where it exists
   * @param root the folder that the paths in it start from
   * @throws DatasetException when a picture is no file below the root, or the listing cannot be
   *     written
   */
  public static void write(LabelledPictures.Split split, Path file, Path root) {
    StringBuilder text = start();
    append(text, TRAIN, split.train(), root);
    append(text, TEST, split.test(), root);
    save(text, file);
  }

  /**
   * {@return all pictures of a listing, in its order, whichever side they are on; nothing is
   * decoded yet}
   *
   * @param file the listing
   * @param root the folder that the paths in it start from
   * @throws DatasetException when the listing cannot be read or is of another version or malformed,
   *     or a file that it names is missing
   */
  public static LabelledPictures read(Path file, Path root) {
    return LabelledPictures.of(rows(file, root).stream().map(Entry::picture).toList());
  }

  /**
   * {@return the split of a listing, each side in its order; nothing is decoded yet}
   *
   * @param file the listing
   * @param root the folder that the paths in it start from
   * @throws DatasetException when the listing cannot be read, is of another version or malformed,
   *     or is of pictures that are not split, or a file that it names is missing
   */
  public static LabelledPictures.Split readSplit(Path file, Path root) {
    List<LabelledPicture> train = new ArrayList<>();
    List<LabelledPicture> test = new ArrayList<>();
    for (Entry entry : rows(file, root)) {
      if (entry.side.isEmpty()) {
        throw new DatasetException(
            "line "
                + entry.line
                + " of the listing "
                + file
                + " has no side, train or test; read it as a set and split that",
            null);
      }
      (entry.side.equals(TRAIN) ? train : test).add(entry.picture);
    }
    return new LabelledPictures.Split(LabelledPictures.of(train), LabelledPictures.of(test));
  }

  private record Entry(int line, String side, LabelledPicture picture) {}

  private static StringBuilder start() {
    StringBuilder text = new StringBuilder();
    Csv.append(text, List.of(MAGIC, VERSION));
    Csv.append(text, HEADER);
    return text;
  }

  private static void append(
      StringBuilder text, String side, LabelledPictures pictures, Path root) {
    for (LabelledPicture picture : pictures.list()) {
      String path = below(root, picture.name());
      if (path.isEmpty() || !Files.isRegularFile(root.resolve(path))) {
        throw new DatasetException(
            "the picture "
                + picture.name()
                + " is no file below "
                + root
                + "; give the folder that holds all pictures, and list before making variants",
            null);
      }
      boolean own = picture.photograph().equals(picture.name());
      String photograph = own ? "" : below(root, picture.photograph());
      String name = own || !photograph.isEmpty() ? "" : picture.photograph();
      Csv.append(text, List.of(side, picture.label(), path, photograph, name));
    }
  }

  /** A path from the root with slashes; empty for what does not lie below it. */
  private static String below(Path root, String name) {
    Path base = root.toAbsolutePath().normalize();
    try {
      Path path = Path.of(name).toAbsolutePath().normalize();
      if (!path.startsWith(base) || path.equals(base)) {
        return "";
      }
      List<String> parts = new ArrayList<>();
      base.relativize(path).forEach(part -> parts.add(part.toString()));
      return String.join("/", parts);
    } catch (InvalidPathException e) {
      return "";
    }
  }

  private static void save(StringBuilder text, Path file) {
    try {
      WholeFile.write(text.toString().getBytes(UTF_8), file, false);
    } catch (IOException e) {
      throw new DatasetException(
          "cannot write the listing to "
              + file
              + " ("
              + e
              + "); check that its folder exists, its permissions and free space",
          e);
    }
  }

  private static List<Entry> rows(Path file, Path root) {
    List<Csv.Row> rows = Csv.parse(Csv.text(file), file);
    if (rows.size() < 2 || !rows.get(0).fields().get(0).equals(MAGIC)) {
      throw new DatasetException(
          file + " is no listing: it does not begin with " + MAGIC + "," + VERSION, null);
    }
    if (!rows.get(0).fields().equals(List.of(MAGIC, VERSION))) {
      throw new DatasetException(
          "the listing "
              + file
              + " is of another version, "
              + rows.get(0).fields()
              + "; this library reads version "
              + VERSION,
          null);
    }
    if (!rows.get(1).fields().equals(HEADER)) {
      throw new DatasetException(
          "line 2 of the listing "
              + file
              + " should be "
              + String.join(",", HEADER)
              + ", it is "
              + rows.get(1).fields(),
          null);
    }
    List<Entry> entries = new ArrayList<>();
    List<Path> missing = new ArrayList<>();
    for (Csv.Row row : rows.subList(2, rows.size())) {
      Entry entry = entry(row, file, root);
      entries.add(entry);
      Path path = Path.of(entry.picture.name());
      if (!Files.isRegularFile(path)) {
        missing.add(path);
      }
    }
    if (!missing.isEmpty()) {
      throw new DatasetException(
          missing.size()
              + " of the "
              + entries.size()
              + " files in the listing "
              + file
              + " are missing, the first is "
              + missing.get(0)
              + "; check the root or bring the files",
          null);
    }
    return entries;
  }

  private static Entry entry(Csv.Row row, Path file, Path root) {
    List<String> fields = row.fields();
    boolean valid =
        fields.size() == HEADER.size()
            && List.of("", TRAIN, TEST).contains(fields.get(0))
            && !fields.get(1).isBlank()
            && (fields.get(3).isEmpty() || fields.get(4).isEmpty());
    Path picture = valid ? resolve(root, fields.get(2)) : root;
    Path photograph = valid && !fields.get(3).isEmpty() ? resolve(root, fields.get(3)) : picture;
    if (picture.equals(root) || photograph.equals(root)) {
      throw new DatasetException(
          "line "
              + row.line()
              + " of the listing "
              + file
              + " should have a side (train, test or nothing), a person, a file below the root and at"
              + " most one photograph, it has "
              + fields,
          null);
    }
    LabelledPicture own = LabelledPicture.ofFile(fields.get(1), picture);
    String from = fields.get(4).isEmpty() ? photograph.toString() : fields.get(4);
    return new Entry(
        row.line(),
        fields.get(0),
        new LabelledPicture(own.label(), own.name(), from, own.source()));
  }

  /** The root itself for what does not lie below it. */
  private static Path resolve(Path root, String path) {
    try {
      Path resolved = root.resolve(path);
      return below(root, resolved.toString()).isEmpty() ? root : resolved;
    } catch (InvalidPathException e) {
      return root;
    }
  }
}
