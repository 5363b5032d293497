package dev.mfr.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.VerificationPairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairsSelectionTest {
  private static final String PAIRS = "2\t1\nann\t1\t2\nann\t1\tbob\t1\nbob\t1\t2\ncy\t1\tbob\t2\n";

  @TempDir private Path dir;

  private VerificationPairs read(String pairs) throws IOException {
    for (String person : new String[] {"ann", "bob", "cy"}) {
      Files.createDirectories(dir.resolve(person));
      for (int i = 1; i <= 2; i++) {
        Files.writeString(dir.resolve(person).resolve(person + "_000" + i + ".jpg"), "");
      }
    }
    return VerificationPairs.read(Files.writeString(dir.resolve("pairs.txt"), pairs), dir);
  }

  private static LabelledPicture renamed(LabelledPicture picture) {
    return new LabelledPicture(
        picture.label(), "as " + Path.of(picture.name()).getFileName(), picture.source());
  }

  @Test
  void of_nobodyLeftOut_keepsAllAndPairsHoldTheTakenPictures() throws IOException {
    PairsSelection selection =
        PairsSelection.of(read(PAIRS), Set.of("somebody else"), PairsSelectionTest::renamed);

    assertThat(selection.pairs()).hasSize(4);
    assertThat(selection.leftOutPairs()).isZero();
    assertThat(selection.leftOutPeople()).isEmpty();
    assertThat(selection.people()).isEqualTo(3);
    assertThat(selection.pictures())
        .extracting(LabelledPicture::name)
        .containsExactly(
            "as ann_0001.jpg",
            "as ann_0002.jpg",
            "as bob_0001.jpg",
            "as bob_0002.jpg",
            "as cy_0001.jpg");
    assertThat(selection.pairs().get(3).first()).isSameAs(selection.pictures().get(4));
    assertThat(selection.pairs().get(3).fold()).isEqualTo(2);
    assertThat(selection.pairs().get(3).same()).isFalse();
  }

  @Test
  void of_somebodyLeftOut_dropsPairsWithThemAndKeepsTheOthersPictures() throws IOException {
    VerificationPairs pairs =
        read(
            "3\t1\nann\t1\t2\nann\t1\tbob\t1\nbob\t1\t2\nann\t2\tbob\t2\nann\t1\t2\ncy\t1\tbob\t2\n");

    PairsSelection selection =
        PairsSelection.of(pairs, Set.of("cy", "dan"), UnaryOperator.identity());

    assertThat(selection.leftOutPeople()).containsExactly("cy");
    assertThat(selection.leftOutPairs()).isEqualTo(1);
    assertThat(selection.pairs()).hasSize(5);
    assertThat(selection.pictures())
        .extracting(LabelledPicture::label)
        .containsExactly("ann", "ann", "bob", "bob");
  }

  @Test
  void of_noOtherFoldHasAPairOfTwoPeople_saysSo() throws IOException {
    VerificationPairs pairs = read(PAIRS);

    assertThatThrownBy(() -> PairsSelection.of(pairs, Set.of("cy"), UnaryOperator.identity()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            "besides fold 1 there is no pair of two people left to choose a threshold with; give more"
                + " pairs or leave out fewer people");
  }

  @Test
  void of_oneFold_saysThatTwoAreNeeded() throws IOException {
    VerificationPairs pairs = read("1\nann\t1\t2\nann\t1\tbob\t1\n");

    assertThatThrownBy(() -> PairsSelection.of(pairs, Set.of(), UnaryOperator.identity()))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("2 of 2 pairs are left, in one fold; the protocol needs two");
  }

  @Test
  void of_everybodyLeftOut_saysThatNothingIsLeft() throws IOException {
    VerificationPairs pairs = read(PAIRS);

    assertThatThrownBy(
            () -> PairsSelection.of(pairs, Set.of("ann", "bob"), UnaryOperator.identity()))
        .hasMessageStartingWith("0 of 4 pairs are left, in no fold");
  }

  @Test
  void peopleIn_folder_namesItsVisibleFolders() throws IOException {
    read(PAIRS);
    Files.createDirectories(dir.resolve(".hidden"));

    assertThat(PairsSelection.peopleIn(dir)).containsExactly("ann", "bob", "cy");
    assertThatThrownBy(() -> PairsSelection.peopleIn(dir.resolve("no")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("there is no folder");
    assertThatThrownBy(() -> PairsSelection.peopleIn(dir.resolve("pairs.txt")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is a file");
  }
}
