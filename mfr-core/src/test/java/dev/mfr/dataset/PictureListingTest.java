package dev.mfr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureListingTest {
  @TempDir Path folder;
  private Path root = Path.of("");
  private Path listing = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    root = Files.createDirectories(folder.resolve("pictures"));
    listing = folder.resolve("listing.csv");
  }

  private LabelledPicture picture(String label, String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return LabelledPicture.ofFile(label, Files.createFile(file));
  }

  private static LabelledPicture copyOf(LabelledPicture original, LabelledPicture copy) {
    return new LabelledPicture(copy.label(), copy.name(), original.name(), copy.source());
  }

  private static List<List<String>> words(LabelledPictures pictures) {
    return pictures.list().stream().map(p -> List.of(p.label(), p.name(), p.photograph())).toList();
  }

  @Test
  void write_awkwardNames_areReadAgain() throws IOException {
    LabelledPicture quotes = picture("Ada \"the\" first", "Ada/\"1\", left.jpg");
    LabelledPicture lines = picture("two\nlines\r\nand\rmore", "a\nb.jpg");
    LabelledPicture unicode = picture("王小明 é 😷", "王/é 😷.jpg");
    LabelledPicture spaces = picture(" spaces ", " 1 .jpg");
    LabelledPicture copy = copyOf(quotes, picture("Ada \"the\" first", "masked/1.jpg"));
    LabelledPicture named =
        new LabelledPicture(
            "Bob",
            picture("Bob", "Bob/1.jpg").name(),
            "/film, roll 7",
            () -> {
              throw new AssertionError("not loaded");
            });
    LabelledPictures pictures =
        LabelledPictures.of(List.of(spaces, unicode, lines, quotes, copy, named));
    PictureListing.write(pictures, listing, root);
    assertThat(words(PictureListing.read(listing, root))).isEqualTo(words(pictures));
  }

  @Test
  void write_plainNames_isTheTableOfTheDocumentation() throws IOException {
    LabelledPicture ada = picture("Ada", "Ada/1.jpg");
    LabelledPicture masked = copyOf(ada, picture("Ada", "masked/Ada 1.jpg"));
    LabelledPicture bob = picture("Bob", "Bob/7.jpg");
    LabelledPictures.Split split =
        new LabelledPictures.Split(
            LabelledPictures.of(List.of(ada, masked)), LabelledPictures.of(List.of(bob)));
    PictureListing.write(split, listing, root);
    assertThat(listing)
        .hasContent(
            """
            mfr-listing,1
            side,person,file,photograph_file,photograph_name
            train,Ada,Ada/1.jpg,,
            train,Ada,masked/Ada 1.jpg,Ada/1.jpg,
            test,Bob,Bob/7.jpg,,
            """);
    // As a set it is both sides.
    assertThat(PictureListing.read(listing, root).size()).isEqualTo(3);
  }

  @Test
  void readSplit_movedPictures_isTheSameSplit() throws IOException {
    List<LabelledPicture> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      LabelledPicture original = picture("Ada", "Ada/" + i + ".jpg");
      all.add(original);
      all.add(copyOf(original, picture("Ada", "masked/Ada/" + i + ".jpg")));
    }
    LabelledPictures.Split split = LabelledPictures.of(all).split(.5, 3);
    PictureListing.write(split, listing, root);
    LabelledPictures.Split same = PictureListing.readSplit(listing, root);
    assertThat(words(same.train())).isEqualTo(words(split.train()));
    assertThat(words(same.test())).isEqualTo(words(split.test()));

    Path elsewhere = Files.move(root, folder.resolve("elsewhere"));
    LabelledPictures.Split moved = PictureListing.readSplit(listing, elsewhere);
    assertThat(moved.train().list())
        .extracting(LabelledPicture::name)
        .containsExactlyElementsOf(
            split.train().list().stream()
                .map(p -> elsewhere.resolve(root.relativize(Path.of(p.name()))).toString())
                .toList());
    // Originals and copies still belong together: a split of one side leaves pairs whole.
    assertThat(moved.train().list().stream().map(LabelledPicture::photograph).distinct())
        .hasSize(6);
  }

  @Test
  void write_overAListing_replacesItAndLeavesNothingBehind() throws IOException {
    LabelledPictures one = LabelledPictures.of(List.of(picture("Ada", "1.jpg")));
    LabelledPictures two = LabelledPictures.of(List.of(picture("Ada", "2.jpg")));
    PictureListing.write(one, listing, root);
    PictureListing.write(two, listing, root);
    assertThat(words(PictureListing.read(listing, root))).isEqualTo(words(two));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(root, listing);
    }
  }

  @Test
  void write_whatCannotBeReadAgain_isRefusedAndTheOldListingStays() throws IOException {
    LabelledPicture ada = picture("Ada", "1.jpg");
    PictureListing.write(LabelledPictures.of(List.of(ada)), listing, root);
    String before = Files.readString(listing);
    LabelledPicture variant = ada.withVariant("dark", image -> image);
    LabelledPicture outside =
        LabelledPicture.ofFile("Ada", Files.createFile(folder.resolve("o.jpg")));
    LabelledPicture drawn = new LabelledPicture("Ada", "drawn", () -> RgbImage.read(root));
    for (LabelledPicture picture : List.of(variant, outside, drawn)) {
      assertThatThrownBy(
              () -> PictureListing.write(LabelledPictures.of(List.of(ada, picture)), listing, root))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("the picture " + picture.name() + " is no file below");
    }
    assertThat(listing).hasContent(before);
    assertThatThrownBy(
            () ->
                PictureListing.write(
                    LabelledPictures.of(List.of(ada)), folder.resolve("none/l.csv"), root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot write the listing")
        .hasMessageContaining("check that its folder exists");
  }

  @Test
  void read_missingFiles_saysHowMany() throws IOException {
    LabelledPicture ada = picture("Ada", "1.jpg");
    LabelledPicture bob = picture("Bob", "2.jpg");
    PictureListing.write(LabelledPictures.of(List.of(ada, bob)), listing, root);
    Files.delete(Path.of(bob.name()));
    assertThatThrownBy(() -> PictureListing.read(listing, root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("1 of the 2 files in the listing")
        .hasMessageContaining(bob.name());
  }

  @Test
  void read_otherFiles_saysWhatIsWrong() throws IOException {
    picture("Ada", "1.jpg");
    String header = "mfr-listing,1\nside,person,file,photograph_file,photograph_name\n";
    assertRefused("person,file\nAda,1.jpg\n", "is no listing: it does not begin with");
    assertRefused("", "is no listing");
    assertRefused(header.replace(",1", ",2"), "of another version, [mfr-listing, 2]");
    assertRefused("mfr-listing,1\nperson,file\n", "line 2 of the listing");
    assertRefused(header + "train,Ada,1.jpg\n", "line 3 of the listing");
    assertRefused(header + "valid,Ada,1.jpg,,\n", "line 3 of the listing");
    assertRefused(header + ",,1.jpg,,\n", "line 3 of the listing");
    assertRefused(header + ",Ada,,,\n", "line 3 of the listing");
    assertRefused(header + ",Ada,1.jpg,,\n,Ada,../secret.jpg,,\n", "line 4 of the listing");
    assertRefused(header + ",Ada,/etc/hosts,,\n", "line 3 of the listing");
    assertRefused(header + ",Ada,1.jpg,a.jpg,b\n", "line 3 of the listing");
    Files.writeString(listing, header + ",Ada,1.jpg,,\n");
    assertThatThrownBy(() -> PictureListing.readSplit(listing, root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("has no side, train or test; read it as a set");
    assertThatThrownBy(() -> PictureListing.read(folder.resolve("none.csv"), root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("there is no file");
  }

  private void assertRefused(String text, String message) throws IOException {
    Files.writeString(listing, text);
    assertThatThrownBy(() -> PictureListing.read(listing, root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_relativeRoot_isFollowed() throws IOException {
    Path relative = Files.createDirectories(Path.of("target", "listing-test"));
    Path file = relative.resolve("1.jpg");
    Files.write(file, new byte[0]);
    for (Path start : List.of(Path.of(""), Path.of("."), relative)) {
      PictureListing.write(
          LabelledPictures.of(List.of(LabelledPicture.ofFile("Ada", file))), listing, start);
      Path read = Path.of(PictureListing.read(listing, start).list().get(0).name());
      assertThat(read.normalize()).isEqualTo(file);
    }
  }
}
