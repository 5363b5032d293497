package dev.mfr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFolderTest {
  @TempDir Path root;

  private Path file(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void read_lfwLayout_sortsPeopleAndFiles() throws IOException {
    Path b2 = file("Bob/2.PNG");
    Path b1 = file("Bob/1.webp");
    Path a = file("Ada_L/x.jpeg");
    Path c = file("Cid/y.Bmp");
    Path d = file("Cid/z.jpg");
    LabelledPictures pictures = PictureFolder.read(root);
    assertThat(pictures.list())
        .extracting(LabelledPicture::name)
        .containsExactly(a.toString(), b1.toString(), b2.toString(), c.toString(), d.toString());
    assertThat(pictures.people()).containsExactly("Ada_L", "Bob", "Cid");
    assertThat(pictures.byPerson().get("Bob")).hasSize(2);
    assertThat(pictures.size()).isEqualTo(5);
    assertThat(pictures.ignored()).isEmpty();
    // Nothing was decoded so far; these files are empty.
    assertThatThrownBy(() -> pictures.list().get(0).source().load())
        .isInstanceOf(ImageDecodeException.class)
        .hasMessageContaining(a.toString());
  }

  @Test
  void read_otherFiles_areListedAndHiddenOnesAreNot() throws IOException {
    file("Ada/1.jpg");
    file("Ada/.DS_Store");
    file(".git/1.jpg");
    Path loose = file("loose.jpg");
    Path notes = file("Ada/notes.txt");
    Path noExtension = file("Ada/jpg");
    Path folderNamedAsPicture = Files.createDirectories(root.resolve("Ada/2.jpg"));
    Path nothing = Files.createDirectories(root.resolve("Bob"));
    LabelledPictures pictures = PictureFolder.read(root);
    assertThat(pictures.size()).isEqualTo(1);
    assertThat(pictures.people()).containsExactly("Ada");
    assertThat(pictures.ignored())
        .containsExactlyInAnyOrder(loose, notes, noExtension, folderNamedAsPicture, nothing);
  }

  @Test
  void read_noFolder_saysWhatIsExpected() throws IOException {
    assertThatThrownBy(() -> PictureFolder.read(root.resolve("none")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("there is no folder")
        .hasMessageContaining("one folder per person");
    Path file = file("file.jpg");
    assertThatThrownBy(() -> PictureFolder.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is a file and no folder");
    // Only a loose picture, then also an empty person.
    assertThatThrownBy(() -> PictureFolder.read(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no person's folder with pictures");
    Files.createDirectory(root.resolve("Ada"));
    assertThatThrownBy(() -> PictureFolder.read(root)).isInstanceOf(DatasetException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADA é", "ada e\u0301"})
  void read_namesThatDifferInCaseOrEncoding_areNamed(String twin) throws IOException {
    file("ada é/1.jpg");
    file(twin + "/1.jpg");
    // Some file systems hold the two to be one folder.
    try (Stream<Path> folders = Files.list(root)) {
      assumeTrue(folders.count() == 2);
    }
    assertThatThrownBy(() -> PictureFolder.read(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("\"ada é\"")
        .hasMessageContaining("\"" + twin + "\"");
  }

  private static LabelledPictures pictures(int... counts) {
    List<LabelledPicture> all = new ArrayList<>();
    for (int person = 0; person < counts.length; person++) {
      all.addAll(of("person" + person, counts[person]));
    }
    return LabelledPictures.of(all);
  }

  private static List<LabelledPicture> of(String label, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> LabelledPicture.ofFile(label, Path.of(label, i + ".jpg")))
        .toList();
  }

  @Test
  void split_anyShare_keepsItsPromises() {
    LabelledPictures all = pictures(1, 2, 3, 5, 10, 100);
    for (double share : new double[] {.001, .2, .5, .8, .999}) {
      LabelledPictures.Split split = all.split(share, 7);
      assertThat(split.train().size() + split.test().size()).isEqualTo(all.size());
      List<LabelledPicture> both = new ArrayList<>(split.train().list());
      both.addAll(split.test().list());
      assertThat(both).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all.list());
      all.byPerson()
          .forEach(
              (label, own) -> {
                long n = own.size();
                long train = count(split.train(), label);
                long expected = n == 1 ? 1 : Math.max(1, Math.min(n - 1, Math.round(share * n)));
                assertThat(train).as("%s of %s", share, label).isEqualTo(expected);
              });
      // Both sides in the set's order.
      assertThat(split.train().list()).isSubsetOf(all.list());
      assertThat(split.train().list())
          .isEqualTo(all.list().stream().filter(split.train().list()::contains).toList());
    }
  }

  private static long count(LabelledPictures pictures, String label) {
    return pictures.list().stream().filter(p -> p.label().equals(label)).count();
  }

  private static Set<String> names(LabelledPictures pictures, String label) {
    Set<String> names = new TreeSet<>();
    for (LabelledPicture picture : pictures.list()) {
      if (picture.label().equals(label)) {
        names.add(picture.name());
      }
    }
    return names;
  }

  @Test
  void split_otherPeopleComeAndGo_isTheSame() {
    Set<String> alone =
        names(LabelledPictures.of(of("person4", 10)).split(.5, 3).train(), "person4");
    Set<String> together = names(pictures(4, 4, 4, 4, 10).split(.5, 3).train(), "person4");
    assertThat(together).isEqualTo(alone);
  }

  @Test
  void split_seed_decides() {
    LabelledPictures all = pictures(20, 20);
    assertThat(all.split(.5, 1).train().list()).isEqualTo(all.split(.5, 1).train().list());
    assertThat(all.split(.5, 1).train().list()).isNotEqualTo(all.split(.5, 2).train().list());
    List<LabelledPicture> reversed = new ArrayList<>(all.list());
    java.util.Collections.reverse(reversed);
    assertThat(names(LabelledPictures.of(reversed).split(.5, 1).train(), "person0"))
        .isEqualTo(names(all.split(.5, 1).train(), "person0"));
    // People with the same number of pictures are not split alike.
    assertThat(names(all.split(.5, 1).train(), "person0").toString().replace("person0", ""))
        .isNotEqualTo(names(all.split(.5, 1).train(), "person1").toString().replace("person1", ""));
  }

  @Test
  void split_shareOutOfRange_refuses() {
    for (double share : new double[] {0, 1, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> pictures(2).split(share, 0));
    }
  }

  @Test
  void split_copiesOfPhotographs_stayOnOneSide() {
    List<LabelledPicture> all = new ArrayList<>();
    for (LabelledPicture picture : pictures(12).list()) {
      all.add(picture);
      all.add(picture.withVariant("mask-1", image -> image));
      all.add(picture.withVariant("mask-2", image -> image).withVariant("mirror", image -> image));
    }
    LabelledPictures.Split split = LabelledPictures.of(all).split(.75, 3);
    assertThat(split.train().size()).isEqualTo(27);
    assertThat(split.test().size()).isEqualTo(9);
    assertThat(split.train().list().stream().map(LabelledPicture::photograph))
        .doesNotContainAnyElementsOf(
            split.test().list().stream().map(LabelledPicture::photograph).toList());
  }

  @Test
  void withVariant_picture_isChangedWhenLoaded() {
    RgbImage black = RgbImage.copyOf(new byte[3], 1, 1, 3, PixelFormat.RGB);
    RgbImage red = RgbImage.copyOf(new byte[] {-1, 0, 0}, 1, 1, 3, PixelFormat.RGB);
    LabelledPicture original = new LabelledPicture("Ada", "1.jpg", () -> black);
    LabelledPicture variant = original.withVariant("mask", image -> image == black ? red : black);
    assertThat(variant.label()).isEqualTo("Ada");
    assertThat(variant.name()).isEqualTo("1.jpg#mask");
    assertThat(variant.photograph()).isEqualTo("1.jpg");
    assertThat(variant.source().load()).isSameAs(red);
    assertThat(original.source().load()).isSameAs(black);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelledPicture(" ", "1.jpg", () -> black));
  }
}
