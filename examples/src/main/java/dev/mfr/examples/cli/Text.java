package dev.mfr.examples.cli;

import dev.mfr.face.MaskState;
import dev.mfr.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words and tables for people. */
final class Text {
  private Text() {}

  /** Such as "1 face", "2 faces", "no face". */
  static String count(long number, String noun) {
    return number == 0
        ? "no " + noun
        : number == 1 ? "1 " + noun : String.format(Locale.ROOT, "%,d %ss", number, noun);
  }

  /** Such as "98.3 %"; "–" for NaN. */
  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A similarity, such as "0.713". */
  static String similarity(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** Where a face is, in whole pixels: "box 12,34 100×120". */
  static String box(Box box) {
    return String.format(
        Locale.ROOT, "box %.0f,%.0f %.0f×%.0f", box.x(), box.y(), box.width(), box.height());
  }

  /** Whether a face wears a mask. */
  static String mask(MaskState state) {
    return switch (state) {
      case UNMASKED -> "no mask";
      case MASKED -> "masked";
      case NOT_SURE -> "mask unknown";
    };
  }

  /** Control characters, which a terminal would obey, as question marks. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\u0080-\u009F\u2028\u2029]", "?");
  }

  /** Such as "35 s", "12 min", "3 h 5 min". */
  static String time(long nanos) {
    long seconds = Math.round(nanos / 1e9);
    long minutes = Math.round(nanos / 60e9);
    return seconds < 120
        ? seconds + " s"
        : minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  /** Lines of columns, the first row underlined; all columns but the first are right-aligned. */
  static List<String> table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String gap = " ".repeat(widths[c] - row.get(c).length());
        line.append(c == 0 ? "" : "  ");
        line.append(c == 0 ? row.get(c) + gap : gap + row.get(c));
      }
      lines.add(line.toString().stripTrailing());
      if (lines.size() == 1) {
        int width = 2 * (columns - 1);
        for (int w : widths) {
          width += w;
        }
        lines.add("─".repeat(width));
      }
    }
    return lines;
  }
}
