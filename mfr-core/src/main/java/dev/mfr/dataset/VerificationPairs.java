package dev.mfr.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pairs of pictures of one person and of two, from a file as Labeled Faces in the Wild has it.
 *
 * <pre>
 * 10   300                        ten folds; each has 300 pairs of one person,
 * Abel_Pacheco   1   4            pictures 1 and 4 of this person,
 * …
 * Abdul_Rahman   1   Ian_Smith   2    and then 300 of two
 * …
 * </pre>
 *
 * <p>Fields are separated by tabs. A first line with one number, as in {@code pairsDevTest.txt}, is
 * for one fold. Picture 4 of Abel_Pacheco is the file {@code Abel_Pacheco/Abel_Pacheco_0004.jpg}.
 *
 * <p>Immutable and thread-safe.
 */
public final class VerificationPairs {
  private final int folds;
  private final List<Pair> pairs;
  private final LabelledPictures pictures;
  private final List<Path> missing;

  private VerificationPairs(
      int folds, List<Pair> pairs, LabelledPictures pictures, List<Path> missing) {
    this.folds = folds;
    this.pairs = List.copyOf(pairs);
    this.pictures = pictures;
    this.missing = List.copyOf(missing);
  }

  /**
   * Two pictures.
   *
   * @param fold from 1 to the number of folds
   * @param same whether both show one person
   * @param first a picture; the same object in every pair and in {@link #pictures()}
   * @param second another picture
   */
  public record Pair(int fold, boolean same, LabelledPicture first, LabelledPicture second) {}

  /**
   * {@return the pairs of a file; no picture is decoded yet}
   *
   * @param file the list of pairs, UTF-8
   * @param root the folder that holds the people's folders
   * @throws DatasetException when the file cannot be read, a line is not as it must be, or there
   *     are fewer or more pairs than the first line says
   */
  public static VerificationPairs read(Path file, Path root) {
    return new Reader(file, root).read();
  }

  /** {@return how many folds there are} */
  public int folds() {
    return folds;
  }

  /** {@return all pairs in the file's order, those with missing pictures among them} */
  public List<Pair> list() {
    return pairs;
  }

  /**
   * {@return each picture of the pairs once, in the order of first mention, but for those whose
   * file is missing; {@link LabelledPictures#ignored()} is {@link #missing()}}
   */
  public LabelledPictures pictures() {
    return pictures;
  }

  /**
   * {@return the files that the pairs name and that are not there, in the order of first mention;
   * loading such a picture fails}
   */
  public List<Path> missing() {
    return missing;
  }

  /** {@return how many pairs, folds and missing files there are} */
  @Override
  public String toString() {
    return "VerificationPairs[%d pairs in %d folds, %d pictures, %d missing]"
        .formatted(pairs.size(), folds, pictures.size(), missing.size());
  }

  private static final class Reader {
    private final Path file;
    private final Path root;
    private final List<String> lines;
    private final Map<Path, LabelledPicture> pictures = new LinkedHashMap<>();
    private int next;

    Reader(Path file, Path root) {
      this.file = file;
      this.root = root;
      this.lines = new ArrayList<>(Csv.text(file).lines().toList());
      while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
        lines.remove(lines.size() - 1);
      }
    }

    VerificationPairs read() {
      String expected = "the number of folds and of pairs of each kind, such as 10<tab>300, or 300";
      String[] header = fields(expected);
      if (header.length > 2) {
        throw malformed(expected);
      }
      int folds = header.length == 1 ? 1 : number(header[0], expected);
      int size = number(header[header.length - 1], expected);
      List<Pair> pairs = new ArrayList<>();
      for (int fold = 1; fold <= folds; fold++) {
        for (int i = 0; i < size; i++) {
          pairs.add(same(fold));
        }
        for (int i = 0; i < size; i++) {
          pairs.add(different(fold));
        }
      }
      if (next < lines.size()) {
        throw new DatasetException(
            file
                + " goes on at line "
                + (next + 1)
                + " after all "
                + pairs.size()
                + " pairs that its first line speaks of; correct the first line or remove the rest",
            null);
      }
      List<LabelledPicture> present = new ArrayList<>();
      List<Path> missing = new ArrayList<>();
      pictures.forEach(
          (path, picture) -> {
            if (Files.isRegularFile(path)) {
              present.add(picture);
            } else {
              missing.add(path);
            }
          });
      return new VerificationPairs(folds, pairs, LabelledPictures.of(present, missing), missing);
    }

    private Pair same(int fold) {
      String expected =
          "a pair of one person in fold " + fold + ": name<tab>number<tab>another number";
      String[] fields = fields(expected);
      if (fields.length != 3) {
        throw malformed(expected);
      }
      int first = number(fields[1], expected);
      int second = number(fields[2], expected);
      if (first == second) {
        throw malformed(expected);
      }
      return new Pair(
          fold, true, picture(fields[0], first, expected), picture(fields[0], second, expected));
    }

    private Pair different(int fold) {
      String expected =
          "a pair of two people in fold " + fold + ": name<tab>number<tab>another name<tab>number";
      String[] fields = fields(expected);
      if (fields.length != 4 || fields[0].equals(fields[2])) {
        throw malformed(expected);
      }
      return new Pair(
          fold,
          false,
          picture(fields[0], number(fields[1], expected), expected),
          picture(fields[2], number(fields[3], expected), expected));
    }

    /** The next line's; {@link #next} is then its number. */
    private String[] fields(String expected) {
      if (next == lines.size()) {
        throw new DatasetException(
            file
                + " ends after line "
                + next
                + ", where there should be "
                + expected
                + "; correct the first line or complete the file",
            null);
      }
      String[] fields = lines.get(next++).split("\t", -1);
      for (int i = 0; i < fields.length; i++) {
        fields[i] = fields[i].strip();
      }
      return fields;
    }

    private int number(String field, String expected) {
      try {
        int number = Integer.parseInt(field);
        if (number > 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, with the line.
      }
      throw malformed(expected);
    }

    private LabelledPicture picture(String name, int number, String expected) {
      if (name.isEmpty()
          || name.equals(".")
          || name.equals("..")
          || name.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0)) {
        throw malformed(expected);
      }
      Path path =
          root.resolve(name).resolve(String.format(Locale.ROOT, "%s_%04d.jpg", name, number));
      return pictures.computeIfAbsent(path, p -> LabelledPicture.ofFile(name, p));
    }

    private DatasetException malformed(String expected) {
      return new DatasetException(
          "line "
              + next
              + " of "
              + file
              + " is \""
              + lines.get(next - 1)
              + "\"; it should be "
              + expected,
          null);
    }
  }
}
