package dev.mfr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvPicturesTest {
  @TempDir Path root;

  private Path file(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  private Path table(String... lines) throws IOException {
    return Files.writeString(root.resolve("labels.csv"), String.join("\n", lines));
  }

  @Test
  void read_flatFolder_keepsTheTablesOrder() throws IOException {
    Path two = file("2.jpg");
    Path one = file("1, left.jpg");
    Path csv = table("file,person", "2.jpg,Bob", "\"1, left.jpg\",Ada", "");
    LabelledPictures pictures = CsvPictures.of(csv).read();
    assertThat(pictures.list())
        .extracting(LabelledPicture::name)
        .containsExactly(two.toString(), one.toString());
    assertThat(pictures.list())
        .extracting(LabelledPicture::photograph)
        .containsExactly(two.toString(), one.toString());
    assertThat(pictures.people()).containsExactly("Ada", "Bob");
    assertThat(pictures.ignored()).isEmpty();
  }

  @Test
  void read_patternConditionAndOtherRoot_findsThePictures() throws IOException {
    Path masked = file("pictures/Ada/0.jpg");
    file("pictures/Ada/1.jpg");
    Path csv = table("who,n,mask", "Ada,0,masked", "Ada,1,unmasked");
    CsvPictures reader =
        CsvPictures.of(csv).root(root.resolve("pictures")).label("who").file("{who}/{n}.jpg");
    assertThat(reader.read().size()).isEqualTo(2);
    assertThat(reader.where("mask", "masked").read().list())
        .extracting(LabelledPicture::name)
        .containsExactly(masked.toString());
    // The reader itself did not change.
    assertThat(reader.read().size()).isEqualTo(2);
  }

  @Test
  void read_photographs_keepCopiesOnOneSideOfASplit() throws IOException {
    StringBuilder text = new StringBuilder("person,file,original\n");
    for (int i = 0; i < 20; i++) {
      file(i + ".jpg");
      text.append("Ada,").append(i).append(".jpg,photograph-").append(i / 2).append(".jpg\n");
    }
    Path csv = table(text.toString());
    LabelledPictures.Split split = CsvPictures.of(csv).photograph("{original}").read().split(.5, 1);
    assertThat(split.train().size()).isEqualTo(10);
    assertThat(split.train().list())
        .extracting(LabelledPicture::photograph)
        .doesNotContainAnyElementsOf(
            split.test().list().stream().map(LabelledPicture::photograph).toList());
  }

  @Test
  void photograph_inAnotherFolder_isNamedAsThatFolderNamesIt() throws IOException {
    Path original = file("photographs/Ada/1.jpg");
    file("masked/1-n95.jpg");
    Path csv = table("person,file,original", "Ada,1-n95.jpg,1.jpg");
    LabelledPictures masked =
        CsvPictures.of(csv)
            .root(root.resolve("masked"))
            .photograph("../photographs/{person}/{original}")
            .read();
    assertThat(masked.list())
        .extracting(LabelledPicture::photograph)
        .containsExactly(original.toString());
    assertThat(PictureFolder.read(root.resolve("photographs")).list())
        .extracting(LabelledPicture::photograph)
        .containsExactly(original.toString());
  }

  @Test
  void read_missingFiles_areListed() throws IOException {
    file("1.jpg");
    Path csv = table("person,file", "Bob,9.jpg", "Ada,1.jpg", "Ada,8.jpg");
    LabelledPictures pictures = CsvPictures.of(csv).read();
    assertThat(pictures.size()).isEqualTo(1);
    assertThat(pictures.ignored()).containsExactly(root.resolve("9.jpg"), root.resolve("8.jpg"));
  }

  @Test
  void read_nothingThere_saysWhatToCheck() throws IOException {
    Path csv = table("person,file,mask", "Ada,1.jpg,no");
    assertThatThrownBy(() -> CsvPictures.of(csv).read())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("none of the 1 files")
        .hasMessageContaining("check the root and the pattern {file}");
    assertThatThrownBy(() -> CsvPictures.of(csv).where("mask", "yes").read())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("has no row with {mask=yes}");
    Path empty = Files.createFile(root.resolve("empty.csv"));
    assertThatThrownBy(() -> CsvPictures.of(empty).read())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is empty; its first line must name the columns");
  }

  @Test
  void read_malformedTables_saysWhere() throws IOException {
    file("1.jpg");
    assertRefused("needs one column \"person\"", "name,file", "Ada,1.jpg");
    assertRefused("needs one column \"file\"", "person,file,file", "Ada,1.jpg,1.jpg");
    assertRefused("line 3 of", "person,file", "Ada,1.jpg", "Bob");
    assertRefused("has 3 fields and the first line 2", "person,file", "Ada,1, left.jpg");
    assertRefused("line 2 of", "person,file", " ,1.jpg");
    assertRefused("nothing in the column \"file\"", "person,file", "Ada,");
    assertRefused("as line 2 does", "person,file", "Ada,1.jpg", "Bob,./1.jpg");
    assertThatIllegalArgumentException().isThrownBy(() -> CsvPictures.of(root).photograph(" "));
  }

  private void assertRefused(String message, String... lines) throws IOException {
    Path csv = table(lines);
    assertThatThrownBy(() -> CsvPictures.of(csv).read())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("labels.csv");
  }

  @Test
  void read_realMasks_findsEveryPicture() {
    CsvPictures reader =
        CsvPictures.of(SharedData.require("data/real-masks/labels.csv")).file("{person}/{file}");
    LabelledPictures all = reader.read();
    assertThat(all.size()).isEqualTo(993);
    assertThat(all.ignored()).isEmpty();
    assertThat(reader.where("mask", "masked").read().size()).isEqualTo(383);
  }
}
