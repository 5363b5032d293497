package dev.mfr.evaluation.page;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A table of a {@link ReportPage}. Columns that hold nothing but numbers are set to the right.
 *
 * @param title the line above it
 * @param columns the columns' titles, at least one
 * @param rows the cells, in each row as many as there are columns; formatted by the caller, such as
 *     "84.3 % ± 0.4"
 */
public record Table(String title, List<String> columns, List<List<String>> rows) {
  /** A table with more rows scrolls by itself. */
  private static final int LONG = 30;

  private static final Pattern NUMBER = Pattern.compile("[-+−–±<>≤≥≈]?\\s*(\\d.*)?");

  public Table {
    columns = List.copyOf(columns);
    List<List<String>> copies = new ArrayList<>();
    checkArgument(!columns.isEmpty(), "the table \"%s\" has no column", title);
    for (List<String> row : rows) {
      checkArgument(
          row.size() == columns.size(),
          "the table \"%s\" has %s columns and the row %s has %s cells",
          title,
          columns.size(),
          row,
          row.size());
      copies.add(List.copyOf(row));
    }
    rows = List.copyOf(copies);
  }

  /**
   * {@return a collector of rows}
   *
   * @param title the line above the table
   * @param columns the columns' titles, at least one
   */
  public static Builder builder(String title, String... columns) {
    return new Builder(title, List.of(columns));
  }

  /** Collects rows. Not thread-safe. */
  public static final class Builder {
    private final String title;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private Builder(String title, List<String> columns) {
      this.title = title;
      this.columns = columns;
    }

    /**
     * {@return this builder}
     *
     * @param cells as many as there are columns; each is shown as its {@code toString()}
     */
    public Builder row(Object... cells) {
      List<String> row = new ArrayList<>();
      for (Object cell : cells) {
        row.add(cell.toString());
      }
      rows.add(row);
      return this;
    }

    /**
     * {@return the table}
     *
     * @throws IllegalArgumentException when there is no column, or a row has more or fewer cells
     */
    public Table build() {
      return new Table(title, columns, rows);
    }
  }

  Section section() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "table");
    json.put("title", title);
    json.put("columns", columns);
    json.put("rows", rows);
    return new Section(json, number -> html());
  }

  String html() {
    return "<h3>" + Section.escape(title) + "</h3>\n" + cells();
  }

  /** {@return the table behind a line that opens it} */
  String folded() {
    return "<details><summary>" + Section.escape(title) + "</summary>\n" + cells() + "</details>\n";
  }

  private String cells() {
    StringBuilder html = new StringBuilder();
    boolean[] numbers = new boolean[columns.size()];
    for (int c = 0; c < numbers.length; c++) {
      int column = c;
      numbers[c] = rows.stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    }
    html.append(rows.size() > LONG ? "<div class=\"wide long\">" : "<div class=\"wide\">");
    html.append("<table>\n<thead>");
    appendRow(html, "th", columns, numbers);
    html.append("</thead>\n<tbody>\n");
    rows.forEach(row -> appendRow(html, "td", row, numbers));
    return html.append("</tbody>\n</table></div>\n").toString();
  }

  private static void appendRow(
      StringBuilder html, String tag, List<String> cells, boolean[] numbers) {
    html.append("<tr>");
    for (int c = 0; c < cells.size(); c++) {
      html.append('<').append(tag);
      html.append(numbers[c] ? " class=\"number\">" : ">");
      html.append(Section.escape(cells.get(c))).append("</").append(tag).append('>');
    }
    html.append("</tr>\n");
  }
}
