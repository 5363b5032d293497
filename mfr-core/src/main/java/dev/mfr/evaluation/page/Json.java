package dev.mfr.evaluation.page;

import java.util.List;
import java.util.Map;

/** JSON text of maps, lists, strings, numbers, booleans and, in place of NaN, null. */
final class Json {
  private Json() {}

  /** {@return the text; it holds no {@code <}, so that it may stand inside an HTML script} */
  static String text(Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, Object value) {
    if (value instanceof Map<?, ?> map) {
      String comma = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(comma);
        string(text, (String) entry.getKey());
        text.append(':');
        append(text, entry.getValue());
        comma = ",";
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      String comma = "[";
      for (Object item : list) {
        text.append(comma);
        append(text, item);
        comma = ",";
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof String string) {
      string(text, string);
    } else if (value instanceof Double number) {
      number(text, number);
    } else if (value instanceof Integer || value instanceof Boolean) {
      text.append(value);
    } else {
      throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static void number(StringBuilder text, double value) {
    if (!Double.isFinite(value)) {
      text.append("null");
    } else if (value == (int) value) {
      text.append((int) value);
    } else {
      text.append(value);
    }
  }

  private static void string(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || c == '<' || Character.isSurrogate(c)) {
        // Half a surrogate pair has no UTF-8.
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
