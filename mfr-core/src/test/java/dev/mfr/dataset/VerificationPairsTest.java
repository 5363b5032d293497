package dev.mfr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationPairsTest {
  @TempDir Path root;

  private VerificationPairs read(String... lines) throws IOException {
    return VerificationPairs.read(
        Files.writeString(root.resolve("pairs.txt"), String.join("\n", lines)), root);
  }

  private Path picture(String person, String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(person));
    return Files.createFile(folder.resolve(name));
  }

  @Test
  void read_twoFolds_hasPairsInOrder() throws IOException {
    Path ada1 = picture("Ada_L", "Ada_L_0001.jpg");
    Path ada2 = picture("Ada_L", "Ada_L_0012.jpg");
    Path bob = picture("Bob", "Bob_0003.jpg");
    VerificationPairs pairs =
        read("2\t1", "Ada_L\t1\t12", "Ada_L\t12\tBob\t3", "Cid\t1\t2", "Bob\t3\tAda_L\t1", "");
    assertThat(pairs.folds()).isEqualTo(2);
    assertThat(pairs.list()).extracting(VerificationPairs.Pair::fold).containsExactly(1, 1, 2, 2);
    assertThat(pairs.list())
        .extracting(VerificationPairs.Pair::same)
        .containsExactly(true, false, true, false);
    VerificationPairs.Pair first = pairs.list().get(0);
    assertThat(first.first().label()).isEqualTo("Ada_L");
    assertThat(first.first().name()).isEqualTo(ada1.toString());
    assertThat(first.second().name()).isEqualTo(ada2.toString());
    VerificationPairs.Pair second = pairs.list().get(1);
    assertThat(second.first()).isSameAs(first.second());
    assertThat(second.second().label()).isEqualTo("Bob");

    assertThat(pairs.pictures().list())
        .extracting(LabelledPicture::name)
        .containsExactly(ada1.toString(), ada2.toString(), bob.toString());
    assertThat(pairs.missing())
        .containsExactly(root.resolve("Cid/Cid_0001.jpg"), root.resolve("Cid/Cid_0002.jpg"));
    assertThat(pairs.pictures().ignored()).isEqualTo(pairs.missing());
    assertThat(pairs).hasToString("VerificationPairs[4 pairs in 2 folds, 3 pictures, 2 missing]");
  }

  @Test
  void read_headerOfOneNumber_isOneFold() throws IOException {
    VerificationPairs pairs =
        read("2\r", "Ada\t1\t2\r", "Bob\t1\t2\r", "Ada\t1\tBob\t1\r", "Ada\t2\tBob\t10000\r");
    assertThat(pairs.folds()).isEqualTo(1);
    assertThat(pairs.list()).hasSize(4).allMatch(pair -> pair.fold() == 1);
    assertThat(pairs.list().get(3).second().name()).endsWith("Bob_10000.jpg");
    assertThat(pairs.missing()).hasSize(5);
  }

  @Test
  void read_malformedLines_saysWhichAndWhatItShouldBe() throws IOException {
    String same = "Ada\t1\t2";
    String different = "Ada\t1\tBob\t1";
    assertRefused("ends after line 0, where there should be the number of folds");
    assertRefused("line 1 of", "ten\t300");
    assertRefused("line 1 of", "1\t1\t1", same, different);
    assertRefused("line 1 of", "1\t-1", same, different);
    assertRefused("line 2 of", "1\t1", "Ada 1 2", different);
    assertRefused("name<tab>number<tab>another number", "1\t1", different, same);
    assertRefused("line 2 of", "1\t1", "Ada\t1\t1", different);
    assertRefused("line 2 of", "1\t1", "Ada\t0\t1", different);
    assertRefused("line 2 of", "1\t1", "../Ada\t1\t2", different);
    assertRefused("line 2 of", "1\t1", "..\t1\t2", different);
    assertRefused("line 3 of", "1\t1", same, "");
    assertRefused("line 3 of", "1\t1", same, "Ada\t1\tAda\t2");
    assertRefused("a pair of two people in fold 1", "1\t1", same, "Ada\t1\tBob\tone");
    assertRefused(
        "ends after line 3, where there should be a pair of one person in fold 2",
        "2\t1",
        same,
        different);
    assertRefused("goes on at line 4 after all 2 pairs", "1\t1", same, different, same);
  }

  private void assertRefused(String message, String... lines) {
    // An empty line at the end is no line; a full one after it keeps it.
    String[] all = lines;
    if (lines.length > 0 && lines[lines.length - 1].isEmpty()) {
      all = Arrays.copyOf(lines, lines.length + 1);
      all[lines.length] = "Ada\t1\tBob\t1";
    }
    String[] text = all;
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("pairs.txt");
  }

  @Test
  void read_labeledFacesInTheWild_has1800PairsInThreeFolds() {
    Path data = SharedData.require("data/lfw-pairs");
    VerificationPairs pairs =
        VerificationPairs.read(data.resolve("pairs.txt"), data.resolve("images"));
    assertThat(pairs.folds()).isEqualTo(3);
    assertThat(pairs.list()).hasSize(1800);
    for (int fold = 1; fold <= 3; fold++) {
      int number = fold;
      assertThat(pairs.list().stream().filter(p -> p.fold() == number && p.same())).hasSize(300);
      assertThat(pairs.list().stream().filter(p -> p.fold() == number && !p.same())).hasSize(300);
    }
    assertThat(pairs.list())
        .allMatch(p -> p.first().label().equals(p.second().label()) == p.same());
    assertThat(pairs.missing()).isEmpty();
    assertThat(pairs.pictures().people()).hasSizeGreaterThan(1000);
  }
}
