package dev.mfr.dataset;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.toCollection;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.SetMultimap;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A set of labelled pictures in a fixed order.
 *
 * <p>Immutable and thread-safe.
 */
public final class LabelledPictures {
  private final ImmutableList<LabelledPicture> pictures;
  private final ImmutableSortedMap<String, List<LabelledPicture>> byPerson;
  private final ImmutableList<Path> ignored;

  private LabelledPictures(Collection<LabelledPicture> pictures, Collection<Path> ignored) {
    this.pictures = ImmutableList.copyOf(pictures);
    this.ignored = ImmutableList.copyOf(ignored);
    SortedMap<String, List<LabelledPicture>> people = new TreeMap<>();
    for (LabelledPicture picture : this.pictures) {
      people.computeIfAbsent(picture.label(), label -> new ArrayList<>()).add(picture);
    }
    people.replaceAll((label, list) -> List.copyOf(list));
    this.byPerson = ImmutableSortedMap.copyOf(people);
  }

  /**
   * {@return a set of pictures, in the order given}
   *
   * @param pictures any number of pictures
   */
  public static LabelledPictures of(Collection<LabelledPicture> pictures) {
    return new LabelledPictures(pictures, List.of());
  }

  static LabelledPictures of(Collection<LabelledPicture> pictures, Collection<Path> ignored) {
    return new LabelledPictures(pictures, ignored);
  }

  /**
   * The two sides of a split.
   *
   * @param train the pictures to learn from
   * @param test the pictures to measure with
   */
  public record Split(LabelledPictures train, LabelledPictures test) {}

  /**
   * {@return the pictures in two parts, person by person}
   *
   * <p>Of a person's n photographs, {@code trainShare · n} rounded to the nearest number are for
   * training, but at least one is on each side; a person's only photograph is for training. Changed
   * copies go where their photograph goes. Which ones they are depends on the seed and on this
   * person's label and photographs only: other people may come and go. Both sides keep this set's
   * order.
   *
   * @param trainShare the part to train on, 0 to 1, both excluded
   * @param seed equal seeds give equal splits
   */
  public Split split(double trainShare, long seed) {
    checkArgument(
        trainShare > 0 && trainShare < 1,
        "the share of training pictures must lie between 0 and 1, got %s",
        trainShare);
    SetMultimap<String, String> train = HashMultimap.create();
    byPerson.forEach(
        (label, own) -> {
          List<String> photographs =
              own.stream()
                  .map(LabelledPicture::photograph)
                  .distinct()
                  .collect(toCollection(ArrayList::new));
          shuffle(photographs, seed, label);
          int n = photographs.size();
          int kept = n == 1 ? 1 : Math.max(1, Math.min(n - 1, (int) Math.round(trainShare * n)));
          train.putAll(label, photographs.subList(0, kept));
        });
    List<LabelledPicture> first = new ArrayList<>();
    List<LabelledPicture> second = new ArrayList<>();
    for (LabelledPicture picture : pictures) {
      boolean training = train.containsEntry(picture.label(), picture.photograph());
      (training ? first : second).add(picture);
    }
    return new Split(of(first), of(second));
  }

  /** Sorted by name and then shuffled, with numbers that depend on the seed and the label alone. */
  private static void shuffle(List<String> own, long seed, String label) {
    Collections.sort(own);
    Random random =
        new Random(
            Hashing.sha256()
                .newHasher()
                .putLong(seed)
                .putString(label, StandardCharsets.UTF_8)
                .hash()
                .asLong());
    for (int i = own.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      String swapped = own.get(i);
      own.set(i, own.get(j));
      own.set(j, swapped);
    }
  }

  /** {@return the pictures, in order} */
  public List<LabelledPicture> list() {
    return pictures;
  }

  /** {@return the labels of all people, sorted} */
  public List<String> people() {
    return byPerson.keySet().asList();
  }

  /** {@return each person's pictures, people sorted by label, pictures in order} */
  public SortedMap<String, List<LabelledPicture>> byPerson() {
    return byPerson;
  }

  /** {@return how many pictures there are} */
  public int size() {
    return pictures.size();
  }

  /**
   * {@return what a folder held besides pictures of people: loose files, files of other types,
   * folders without pictures, sorted; or the files that a table names and that are not there, in
   * its order}
   */
  public List<Path> ignored() {
    return ignored;
  }

  /** {@return how many pictures and people there are} */
  @Override
  public String toString() {
    return "LabelledPictures[" + size() + " pictures of " + byPerson.size() + " people]";
  }
}
