package dev.mfr.examples.experiment;

import static java.util.stream.Collectors.toCollection;

import dev.mfr.MfrException;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.VerificationPairs;
import dev.mfr.dataset.VerificationPairs.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The pairs of a file that are compared, and the pictures that they and all other comparisons are
 * made of.
 *
 * @param pairs in the file's order
 * @param pictures all pictures that the file names, also in pairs that were left out, but for those
 *     of people who are left out
 * @param leftOutPeople people of the file who are left out, sorted
 * @param leftOutPairs how many pairs the file has besides
 */
public record PairsSelection(
    List<Pair> pairs,
    List<LabelledPicture> pictures,
    List<String> leftOutPeople,
    int leftOutPairs) {

  public PairsSelection {
    pairs = List.copyOf(pairs);
    pictures = List.copyOf(pictures);
    leftOutPeople = List.copyOf(leftOutPeople);
  }

  /**
   * {@return what is compared}
   *
   * @param all the pairs of a file
   * @param leftOut people whose pictures, and whose pairs with anybody, are left out
   * @param as the picture to compare in place of one of the file, with a name of its own; called
   *     once for each
   * @throws DatasetException when too few pairs are left for the protocol: it needs two folds, and
   *     pairs of both kinds besides those of any one fold
   */
  public static PairsSelection of(
      VerificationPairs all, Set<String> leftOut, UnaryOperator<LabelledPicture> as) {
    Map<LabelledPicture, LabelledPicture> taken = new HashMap<>();
    List<Pair> kept =
        all.list().stream()
            .filter(
                pair ->
                    !leftOut.contains(pair.first().label())
                        && !leftOut.contains(pair.second().label()))
            .map(
                pair ->
                    new Pair(
                        pair.fold(),
                        pair.same(),
                        taken.computeIfAbsent(pair.first(), as),
                        taken.computeIfAbsent(pair.second(), as)))
            .toList();
    Set<String> people = new TreeSet<>();
    for (Pair pair : all.list()) {
      people.add(pair.first().label());
      people.add(pair.second().label());
    }
    people.retainAll(leftOut);
    checkFolds(kept, all.list().size());
    return new PairsSelection(
        kept,
        all.pictures().list().stream()
            .filter(picture -> !leftOut.contains(picture.label()))
            .map(picture -> taken.computeIfAbsent(picture, as))
            .toList(),
        List.copyOf(people),
        all.list().size() - kept.size());
  }

  private static void checkFolds(List<Pair> pairs, int before) {
    Set<Integer> folds = pairs.stream().map(Pair::fold).collect(toCollection(TreeSet::new));
    if (folds.size() < 2) {
      throw new DatasetException(
          pairs.size()
              + " of "
              + before
              + " pairs are left, in "
              + (folds.isEmpty() ? "no fold" : "one fold")
              + "; the protocol needs two folds or more, such as those of LFW's pairs.txt",
          null);
    }
    for (int fold : folds) {
      for (boolean same : new boolean[] {true, false}) {
        if (pairs.stream().noneMatch(pair -> pair.fold() != fold && pair.same() == same)) {
          throw new DatasetException(
              "besides fold "
                  + fold
                  + " there is no pair of "
                  + (same ? "one person" : "two people")
                  + " left to choose a threshold with; give more pairs or leave out fewer people",
              null);
        }
      }
    }
  }

  /**
   * {@return the names of the folders in a folder, hidden ones left out}
   *
   * @param folder such as a training set, with a folder for each person
   * @throws MfrException when it is no folder or cannot be read
   */
  public static Set<String> peopleIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          Files.exists(folder)
              ? folder + " is a file; name the folder that holds the people's folders"
              : "there is no folder " + folder + "; name the one that holds the people's folders",
          null);
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> !name.startsWith("."))
          .collect(toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new DatasetException("the folder " + folder + " cannot be read (" + e + ")", e);
    }
  }

  /** {@return how many people are on the pictures} */
  public int people() {
    return (int) pictures.stream().map(LabelledPicture::label).distinct().count();
  }
}
