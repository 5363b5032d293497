package dev.mfr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
  private static final Path FILE = Path.of("table.csv");

  private static List<List<String>> fields(String text) {
    return Csv.parse(text, FILE).stream().map(Csv.Row::fields).toList();
  }

  @Test
  void parse_examplesOfRfc4180_areItsRecords() {
    assertThat(fields("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"))
        .containsExactly(List.of("aaa", "bbb", "ccc"), List.of("zzz", "yyy", "xxx"));
    assertThat(fields("aaa,bbb,ccc\r\nzzz,yyy,xxx"))
        .containsExactly(List.of("aaa", "bbb", "ccc"), List.of("zzz", "yyy", "xxx"));
    assertThat(fields("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx"))
        .containsExactly(List.of("aaa", "b\r\nbb", "ccc"), List.of("zzz", "yyy", "xxx"));
    assertThat(fields("\"aaa\",\"b\"\"bb\",\"ccc\""))
        .containsExactly(List.of("aaa", "b\"bb", "ccc"));
  }

  @Test
  void parse_emptyFieldsAndBlankLines_areTold() {
    assertThat(fields("")).isEmpty();
    assertThat(fields("\n\r\n\n")).isEmpty();
    assertThat(fields(",\n\na,\n\"\"\n,\"\""))
        .containsExactly(List.of("", ""), List.of("a", ""), List.of(""), List.of("", ""));
  }

  @Test
  void parse_recordsOfSeveralLines_beginWhereTheyBegin() {
    assertThat(Csv.parse("a\n\n\"b\n\nb\"\r\nc\rd", FILE))
        .containsExactly(
            new Csv.Row(1, List.of("a")),
            new Csv.Row(3, List.of("b\n\nb")),
            new Csv.Row(6, List.of("c")),
            new Csv.Row(7, List.of("d")));
  }

  @Test
  void parse_strayQuotes_saysWhere() {
    assertThatThrownBy(() -> fields("a,b\nx\"y\",z"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("line 2 of table.csv has a quote inside a field");
    assertThatThrownBy(() -> fields("a\n\"b\" c"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("line 2 of table.csv");
    assertThatThrownBy(() -> fields("a\n\"b\nc"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("begins on line 2 of table.csv never closes a quote");
  }

  @Test
  void append_anyFields_areReadAgain() {
    Random random = new Random(6);
    String[] parts = {",", "\"", "\n", "\r", "\r\n", " ", "a", "é", "王", "😷", "\uFEFF"};
    List<List<String>> rows = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < 300; row++) {
      List<String> fields = new ArrayList<>();
      int count = 1 + random.nextInt(4);
      for (int f = 0; f < count; f++) {
        StringBuilder field = new StringBuilder();
        for (int length = random.nextInt(5); length > 0; length--) {
          field.append(parts[random.nextInt(parts.length)]);
        }
        fields.add(field.toString());
      }
      rows.add(fields);
      Csv.append(text, fields);
    }
    assertThat(fields(text.toString())).isEqualTo(rows);
  }

  @Test
  void text_unreadableFiles_saysWhy(@TempDir Path folder) throws IOException {
    Path bom = Files.writeString(folder.resolve("bom.csv"), "\uFEFFa,b");
    assertThat(Csv.text(bom)).isEqualTo("a,b");
    Path latin = Files.write(folder.resolve("latin.csv"), new byte[] {'J', 'o', 's', (byte) 0xE9});
    assertThatThrownBy(() -> Csv.text(latin))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is not UTF-8");
    assertThatThrownBy(() -> Csv.text(folder.resolve("none.csv")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("there is no file");
    assertThatThrownBy(() -> Csv.text(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot be read");
  }
}
