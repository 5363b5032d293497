package dev.mfr.dataset;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads pictures that a table names: a CSV file whose first line names the columns.
 *
 * <pre>{@code
 * person,file,mask          LabelledPictures masked =
 * Ada,0_0_0.jpg,masked          CsvPictures.of(Path.of("labels.csv"))
 * Ada,0_0_1.jpg,unmasked            .file("{person}/{file}")
 * Bob,1_0_0.jpg,masked              .where("mask", "masked")
 *                                   .read();
 * }</pre>
 *
 * <p>Without further words the columns are {@code person} and {@code file}, and the files lie
 * beside the table. The table is UTF-8, with fields in quotes where they hold commas, quotes or
 * line ends (RFC 4180); further columns are allowed.
 *
 * <p>Immutable and thread-safe: each method gives a changed copy.
 */
public final class CsvPictures {
  private static final Pattern COLUMN = Pattern.compile("\\{([^{}]*)}");

  private final Path csv;
  private final Path folder;
  private final String label;
  private final String file;
  private final String photograph;
  private final Map<String, String> conditions;

  private CsvPictures(
      Path csv,
      Path folder,
      String label,
      String file,
      String photograph,
      Map<String, String> conditions) {
    this.csv = csv;
    this.folder = folder;
    this.label = label;
    this.file = file;
    this.photograph = photograph;
    this.conditions = Map.copyOf(conditions);
  }

  /**
   * {@return a reader of a table; nothing is read yet}
   *
   * @param csv the table
   */
  public static CsvPictures of(Path csv) {
    return new CsvPictures(csv, csv.resolveSibling(""), "person", "{file}", "", Map.of());
  }

  /**
   * {@return a reader of files in another folder than the table's}
   *
   * @param root the folder that paths of files start from
   */
  public CsvPictures root(Path root) {
    return new CsvPictures(csv, root, label, file, photograph, conditions);
  }

  /**
   * {@return a reader that takes the person from another column than {@code person}}
   *
   * @param column the column's name
   */
  public CsvPictures label(String column) {
    return new CsvPictures(csv, folder, column, file, photograph, conditions);
  }

  /**
   * {@return a reader that makes the file's path in another way than from the column {@code file}
   * alone}
   *
   * @param pattern a path from the root, with columns in braces, such as <code>{person}/{file}
   *     </code>
   */
  public CsvPictures file(String pattern) {
    return new CsvPictures(csv, folder, label, pattern, photograph, conditions);
  }

  /**
   * {@return a reader of changed copies: pictures with an equal photograph stay on one side of a
   * split}
   *
   * @param pattern the path of the original from the root, with columns in braces, as for {@link
   *     #file}; without its detours ({@code a/../b} is {@code b}) it is the photograph's name, as
   *     {@link PictureFolder} names the original; the file need not be there
   */
  public CsvPictures photograph(String pattern) {
    checkArgument(!pattern.isBlank(), "the pattern of the photograph is blank");
    return new CsvPictures(csv, folder, label, file, pattern, conditions);
  }

  /**
   * {@return a reader of some of the rows}
   *
   * @param column the column's name
   * @param value rows with another value there are passed over; with several conditions a row needs
   *     to meet all
   */
  public CsvPictures where(String column, String value) {
    Map<String, String> all = new HashMap<>(conditions);
    all.put(column, value);
    return new CsvPictures(csv, folder, label, file, photograph, all);
  }

  /**
   * {@return the pictures in the table's order; nothing is decoded yet}
   *
   * <p>Files that are named and not there are listed in {@link LabelledPictures#ignored()}, in the
   * table's order.
   *
   * @throws DatasetException when the table cannot be read, lacks a column, has a row with too few
   *     or too many fields or without a person or file, names a file twice, or none of its files is
   *     there
   */
  public LabelledPictures read() {
    List<Csv.Row> rows = Csv.parse(Csv.text(csv), csv);
    if (rows.isEmpty()) {
      throw new DatasetException(
          csv + " is empty; its first line must name the columns, such as person,file", null);
    }
    List<String> header = rows.get(0).fields();
    requireColumns(header);
    List<LabelledPicture> pictures = new ArrayList<>();
    List<Path> missing = new ArrayList<>();
    Map<Path, Integer> lines = new HashMap<>();
    for (Csv.Row row : rows.subList(1, rows.size())) {
      Map<String, String> values = values(header, row);
      if (!conditions.entrySet().stream()
          .allMatch(c -> c.getValue().equals(values.get(c.getKey())))) {
        continue;
      }
      Path picture = path(file, values, row);
      Integer before = lines.put(picture.normalize(), row.line());
      if (before != null) {
        throw new DatasetException(
            at(row) + " names " + picture + " as line " + before + " does; remove one", null);
      }
      if (!Files.isRegularFile(picture)) {
        missing.add(picture);
        continue;
      }
      LabelledPicture own = LabelledPicture.ofFile(value(label, values, row), picture);
      pictures.add(
          photograph.isEmpty()
              ? own
              : new LabelledPicture(
                  own.label(),
                  own.name(),
                  path(photograph, values, row).normalize().toString(),
                  own.source()));
    }
    if (pictures.isEmpty()) {
      throw new DatasetException(
          missing.isEmpty()
              ? csv + " has no row" + (conditions.isEmpty() ? "" : " with " + conditions)
              : "none of the "
                  + missing.size()
                  + " files that "
                  + csv
                  + " names is there, such as "
                  + missing.get(0)
                  + "; check the root and the pattern "
                  + file,
          null);
    }
    return LabelledPictures.of(pictures, missing);
  }

  private void requireColumns(List<String> header) {
    List<String> needed = new ArrayList<>(conditions.keySet());
    needed.add(label);
    for (String pattern : List.of(file, photograph)) {
      COLUMN.matcher(pattern).results().forEach(column -> needed.add(column.group(1)));
    }
    for (String column : needed) {
      if (header.indexOf(column) < 0 || header.indexOf(column) != header.lastIndexOf(column)) {
        throw new DatasetException(
            csv
                + " needs one column \""
                + column
                + "\", its first line names "
                + header
                + "; name the columns to read with label and file",
            null);
      }
    }
  }

  private String at(Csv.Row row) {
    return "line " + row.line() + " of " + csv;
  }

  private Map<String, String> values(List<String> header, Csv.Row row) {
    if (row.fields().size() != header.size()) {
      throw new DatasetException(
          at(row)
              + " has "
              + row.fields().size()
              + " fields and the first line "
              + header.size()
              + "; put fields that hold commas in quotes",
          null);
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      values.put(header.get(i), row.fields().get(i));
    }
    return values;
  }

  private String value(String column, Map<String, String> values, Csv.Row row) {
    String value = values.getOrDefault(column, "");
    if (value.isBlank()) {
      throw new DatasetException(
          at(row) + " has nothing in the column \"" + column + "\"; fill it or remove the row",
          null);
    }
    return value;
  }

  private Path path(String pattern, Map<String, String> values, Csv.Row row) {
    String path =
        COLUMN
            .matcher(pattern)
            .replaceAll(column -> Matcher.quoteReplacement(value(column.group(1), values, row)));
    try {
      return folder.resolve(path);
    } catch (InvalidPathException e) {
      throw new DatasetException(at(row) + " names \"" + path + "\", which is no path", e);
    }
  }
}
