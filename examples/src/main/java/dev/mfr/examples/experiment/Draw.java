package dev.mfr.examples.experiment;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hashing;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Which photographs of each person a seed chooses: some for the test and as many others whose
 * masked copies may be trained on. All protocols use the same draw, so that their tests are the
 * same pictures.
 *
 * @param photographs all photographs, unmasked, in the order of the data set
 * @param test those whose masked copies are the test
 * @param others those whose masked copies training B adds where they are not the test's own;
 *     disjoint from the test
 */
public record Draw(
    List<LabelledPicture> photographs, List<LabelledPicture> test, List<LabelledPicture> others) {

  public Draw {
    photographs = List.copyOf(photographs);
    test = List.copyOf(test);
    others = List.copyOf(others);
  }

  /**
   * {@return what a seed chooses}
   *
   * <p>A person's choice depends on the seed, the person's label and photographs only.
   *
   * @param photographs the photographs of all people
   * @param maskable whether a photograph can get a mask; only such ones are chosen
   * @param perPerson how many each of the test and of the others has of each person
   * @param seed equal seeds give equal draws
   * @throws IllegalArgumentException when a person has fewer than twice as many maskable
   *     photographs
   */
  public static Draw of(
      LabelledPictures photographs, Predicate<LabelledPicture> maskable, int perPerson, long seed) {
    List<LabelledPicture> test = new ArrayList<>();
    List<LabelledPicture> others = new ArrayList<>();
    photographs
        .byPerson()
        .forEach(
            (person, all) -> {
              List<LabelledPicture> own = new ArrayList<>(all.stream().filter(maskable).toList());
              checkArgument(
                  own.size() >= 2 * perPerson,
                  "%s has %s photographs that can get a mask, the draw needs %s",
                  person,
                  own.size(),
                  2 * perPerson);
              own.sort(Comparator.comparing(LabelledPicture::name));
              long number =
                  Hashing.sha256()
                      .newHasher()
                      .putLong(seed)
                      .putString(person, StandardCharsets.UTF_8)
                      .hash()
                      .asLong();
              Collections.shuffle(own, new Random(number));
              test.addAll(own.subList(0, perPerson));
              others.addAll(own.subList(perPerson, 2 * perPerson));
            });
    return new Draw(photographs.list(), test, others);
  }
}
