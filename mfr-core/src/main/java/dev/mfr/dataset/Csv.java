package dev.mfr.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text files of the data sets, and comma-separated values as RFC 4180 has them. */
final class Csv {
  private Csv() {}

  /**
   * A record of a file.
   *
   * @param line the line, from 1, on which it begins
   * @param fields its fields without quotes
   */
  record Row(int line, List<String> fields) {}

  /** {@return the text of a file, without a byte order mark} */
  static String text(Path file) {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new DatasetException("there is no file " + file + "; check the path", e);
    } catch (CharacterCodingException e) {
      throw new DatasetException("the file " + file + " is not UTF-8; convert it to UTF-8", e);
    } catch (IOException e) {
      throw new DatasetException(
          "the file " + file + " cannot be read (" + e + "); check that it is a readable file", e);
    }
  }

  /**
   * {@return the records of a text, blank lines left out}
   *
   * @param file named in messages
   * @throws DatasetException when a quote is not closed or stands where none may
   */
  static List<Row> parse(String text, Path file) {
    List<Row> rows = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false; // inside quotes
    boolean closed = false; // after the closing quote of a field
    int line = 1;
    int start = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lineEnd =
          c == '\n' || (c == '\r' && !(i + 1 < text.length() && text.charAt(i + 1) == '\n'));
      line += lineEnd ? 1 : 0;
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          quoted = false;
          closed = true;
        }
      } else if (c == '"' && field.isEmpty() && !closed) {
        quoted = true;
      } else if (c == ',') {
        fields.add(field.toString());
        field.setLength(0);
        closed = false;
      } else if (lineEnd) {
        endRow(rows, fields, field, start, closed);
        fields = new ArrayList<>();
        field.setLength(0);
        closed = false;
        start = line;
      } else if (c != '\r') {
        if (closed || c == '"') {
          throw new DatasetException(
              "line "
                  + line
                  + " of "
                  + file
                  + " has a quote inside a field; put the whole field in quotes and double those in it",
              null);
        }
        field.append(c);
      }
    }
    if (quoted) {
      throw new DatasetException(
          "the record that begins on line " + start + " of " + file + " never closes a quote",
          null);
    }
    endRow(rows, fields, field, start, closed);
    return rows;
  }

  private static void endRow(
      List<Row> rows, List<String> fields, StringBuilder field, int line, boolean closed) {
    if (!fields.isEmpty() || !field.isEmpty() || closed) {
      fields.add(field.toString());
      rows.add(new Row(line, List.copyOf(fields)));
    }
  }

  /** Appends a record that {@link #parse} reads again. */
  static void append(StringBuilder text, List<String> fields) {
    String comma = "";
    for (String field : fields) {
      text.append(comma);
      // A record of one empty field would be a blank line.
      boolean quote = field.isEmpty() && fields.size() == 1;
      for (char c : new char[] {',', '"', '\n', '\r'}) {
        quote |= field.indexOf(c) >= 0;
      }
      text.append(quote ? '"' + field.replace("\"", "\"\"") + '"' : field);
      comma = ",";
    }
    text.append('\n');
  }
}
