package dev.mfr.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mfr.MfrException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties that make a protocol what it is, over people drawn by chance. */
class ProtocolTest {
  private static final int PER_PERSON = 3;

  /** Not maskable. */
  private static final String BARE = "bare";

  private static LabelledPictures people(long seed) {
    Random random = new Random(seed);
    List<LabelledPicture> pictures = new ArrayList<>();
    for (int person = 0; person < 6; person++) {
      int count = 2 * PER_PERSON + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        pictures.add(picture("p " + person + "\"", i + ".jpg"));
      }
      pictures.add(picture("p " + person + "\"", BARE));
    }
    return LabelledPictures.of(pictures);
  }

  private static LabelledPicture picture(String person, String file) {
    return new LabelledPicture(
        person,
        person + "/" + file,
        () -> {
          throw new MfrException("not needed");
        });
  }

  private static boolean maskable(LabelledPicture picture) {
    return !picture.name().endsWith(BARE);
  }

  private static Draw draw(long seed) {
    return Draw.of(people(seed), ProtocolTest::maskable, PER_PERSON, seed);
  }

  private static Set<String> photographs(Collection<LabelledPicture> pictures) {
    return pictures.stream().map(LabelledPicture::photograph).collect(Collectors.toSet());
  }

  private static void assertEachPersonHas(int count, List<LabelledPicture> pictures) {
    assertThat(pictures.stream().collect(Collectors.groupingBy(LabelledPicture::label)).values())
        .hasSize(6)
        .allMatch(own -> own.size() == count);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void draw_anySeed_takesAsManyOfEachPersonForTestAndTrainingAndNoneTwice(long seed) {
    Draw draw = draw(seed);

    assertEachPersonHas(PER_PERSON, draw.test());
    assertEachPersonHas(PER_PERSON, draw.others());
    assertThat(photographs(draw.test())).doesNotContainAnyElementsOf(photographs(draw.others()));
    assertThat(draw.test()).allMatch(ProtocolTest::maskable);
    assertThat(draw.others()).allMatch(ProtocolTest::maskable);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void p1_anySeed_trainsOnTheTestItself(long seed) {
    Draw draw = draw(seed);

    assertThat(Protocol.P1.masked(draw)).isEqualTo(draw.test());
    assertThat(Protocol.P1.unmasked(draw)).isEqualTo(draw.photographs());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void p2_anySeed_trainsOnMasksOfOtherPhotographsAndOnAllOriginals(long seed) {
    Draw draw = draw(seed);

    assertThat(photographs(Protocol.P2.masked(draw)))
        .doesNotContainAnyElementsOf(photographs(draw.test()));
    assertThat(photographs(Protocol.P2.unmasked(draw))).containsAll(photographs(draw.test()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void clean_anySeed_trainsOnNoTestPhotographInAnyForm(long seed) {
    Draw draw = draw(seed);
    List<LabelledPicture> training = new ArrayList<>(Protocol.CLEAN.unmasked(draw));
    training.addAll(Protocol.CLEAN.masked(draw));

    assertThat(photographs(training)).doesNotContainAnyElementsOf(photographs(draw.test()));
    assertThat(photographs(training)).hasSize(draw.photographs().size() - draw.test().size());
    assertEachPersonHas(PER_PERSON, Protocol.CLEAN.masked(draw));
  }

  @Test
  void draw_equalSeeds_isEqualWhoeverElseTakesPart() {
    LabelledPictures all = people(1);
    List<LabelledPicture> fewer =
        all.list().stream().filter(p -> !p.label().startsWith("p 0")).toList();

    Draw alone = Draw.of(LabelledPictures.of(fewer), ProtocolTest::maskable, PER_PERSON, 5);
    Draw together = Draw.of(all, ProtocolTest::maskable, PER_PERSON, 5);

    assertThat(names(together.test()))
        .containsAll(names(alone.test()))
        .isNotEqualTo(names(Draw.of(all, ProtocolTest::maskable, PER_PERSON, 6).test()));
  }

  private static List<String> names(List<LabelledPicture> pictures) {
    return pictures.stream().map(LabelledPicture::name).toList();
  }

  @Test
  void draw_tooFewPhotographs_refusesAndNamesThePerson() {
    Predicate<LabelledPicture> few = p -> maskable(p) && !p.name().matches("p 3.*/[0-3].jpg");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Draw.of(people(1), few, PER_PERSON + 3, 1))
        .withMessageContaining("p 0\"");
  }

  @Test
  void stat_knownValues_givesMeanAndDeviation() {
    Stat stat = new Stat(List.of(.1, .2, .6));

    assertThat(stat.percent()).isEqualTo("30.0 ± 26.5");
    assertThat(new Stat(List.of(.123)).percent()).isEqualTo("12.3");
  }
}
