package dev.mfr.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Oracle: the weighted mean, written out. */
class IdentityVoteTest {

  private static RankedIdentity candidate(String name, double probability) {
    return new RankedIdentity(name, probability);
  }

  private static Classification alice(double probability) {
    return Classification.known(
        List.of(candidate("alice", probability), candidate("bob", 1 - probability)));
  }

  private static Classification bob(double probability) {
    return Classification.known(
        List.of(candidate("bob", probability), candidate("alice", 1 - probability)));
  }

  private static Classification doubtful(String name, double probability) {
    return Classification.unknown(List.of(candidate(name, probability)), "too far");
  }

  @Test
  void verdict_beforeTheFirstLook_nobodyKnown() {
    IdentityVote vote = new IdentityVote();

    assertThat(vote.verdict().identity()).isEmpty();
    assertThat(vote.verdict().ranking()).isEmpty();
    assertThat(vote.isSettled()).isFalse();
  }

  @Test
  void verdict_oneLook_isThatLook() {
    IdentityVote vote = new IdentityVote();
    vote.add(alice(.7));

    assertThat(vote.verdict().identity()).contains("alice");
    assertThat(vote.verdict().ranking()).isEqualTo(alice(.7).ranking());
  }

  @Test
  void verdict_halfLifeOfOneLook_weightsHalveWithEach() {
    IdentityVote vote = new IdentityVote(1, 1);
    vote.add(alice(.9));
    vote.add(alice(.8));
    vote.add(bob(.6));

    // Weights 1/4, 1/2, 1.
    double expectedAlice = (.25 * .9 + .5 * .8 + .4) / 1.75;
    assertThat(vote.verdict().ranking().get(0).identity()).isEqualTo("alice");
    assertThat(vote.verdict().probability()).isCloseTo(expectedAlice, within(1e-12));
    assertThat(vote.verdict().ranking().get(1).probability())
        .isCloseTo(1 - expectedAlice, within(1e-12));
    // Believed as Alice: 0.75 of 1.75, less than half.
    assertThat(vote.verdict().known()).isFalse();
    assertThat(vote.verdict().explanation()).contains("43 %");
  }

  @Test
  void verdict_rankingsCutDifferently_missingCandidatesCountNothing() {
    IdentityVote vote = new IdentityVote(1, 1);
    vote.add(Classification.known(List.of(candidate("alice", .5))));
    vote.add(Classification.known(List.of(candidate("bob", .4), candidate("carol", .3))));

    // Weights 1/2 and 1.
    assertThat(vote.verdict().ranking())
        .extracting(RankedIdentity::identity)
        .containsExactly("bob", "carol", "alice");
    assertThat(vote.verdict().ranking().get(0).probability()).isCloseTo(.4 / 1.5, within(1e-12));
    assertThat(vote.verdict().ranking().get(1).probability()).isCloseTo(.3 / 1.5, within(1e-12));
    assertThat(vote.verdict().ranking().get(2).probability()).isCloseTo(.25 / 1.5, within(1e-12));
  }

  @Test
  void verdict_randomLooks_isTheNaiveWeightedMean() {
    Random random = new Random(5);
    double halfLife = 3.5;
    IdentityVote vote = new IdentityVote(halfLife, 1);
    List<Double> alices = new ArrayList<>();
    for (int t = 0; t < 50; t++) {
      double p = random.nextDouble();
      alices.add(p);
      vote.add(p >= .5 ? alice(p) : bob(1 - p));
      double sum = 0;
      double weights = 0;
      for (int i = 0; i <= t; i++) {
        double weight = Math.pow(.5, (t - i) / halfLife);
        sum += weight * alices.get(i);
        weights += weight;
      }
      double expected = sum / weights;
      assertThat(vote.verdict().probability())
          .isCloseTo(Math.max(expected, 1 - expected), within(1e-12));
    }
  }

  @Test
  void verdict_singleFramesSurelyWrong_answerStays() {
    IdentityVote vote = new IdentityVote();
    for (int t = 0; t < 60; t++) {
      vote.add(t % 5 == 4 ? bob(.999) : alice(.7));

      assertThat(vote.verdict().identity()).as("look %s", t).contains("alice");
    }
  }

  @Test
  void verdict_anotherPersonFromNowOn_changesAfterAHalfLife() {
    IdentityVote vote = new IdentityVote(10, 5);
    for (int t = 0; t < 200; t++) {
      vote.add(alice(.9));
    }
    int changed = 0;
    while (!vote.verdict().identity().equals(bob(.9).identity())) {
      vote.add(bob(.9));
      changed++;
    }

    // The old looks weigh 1/2 of the total after ten further ones.
    assertThat(changed).isBetween(10, 11);
  }

  @Test
  void verdict_looksBelievedLessThanHalf_nobodyKnown() {
    IdentityVote vote = new IdentityVote();
    for (int t = 0; t < 30; t++) {
      vote.add(t % 4 == 0 ? alice(.6) : doubtful("alice", .5));
    }

    assertThat(vote.verdict().identity()).isEmpty();
    assertThat(vote.verdict().ranking().get(0).identity()).isEqualTo("alice");
  }

  @Test
  void verdict_oneOfTwoLooksBelieved_countsByWeight() {
    IdentityVote believedLast = new IdentityVote();
    believedLast.add(doubtful("alice", .5));
    believedLast.add(alice(.6));
    IdentityVote believedFirst = new IdentityVote();
    believedFirst.add(alice(.6));
    believedFirst.add(doubtful("alice", .5));

    assertThat(believedLast.verdict().known()).isTrue();
    assertThat(believedFirst.verdict().known()).isFalse();
  }

  @Test
  void verdict_noLookNamesAnybody_nobodyKnown() {
    IdentityVote vote = new IdentityVote();
    vote.add(Classification.unknown(List.of(), "nobody enrolled"));

    assertThat(vote.verdict().identity()).isEmpty();
    assertThat(vote.looks()).isEqualTo(1);
  }

  @Test
  void isSettled_agreement_afterTheLeastLooksAndAgainAfterUnsettling() {
    IdentityVote vote = new IdentityVote(10, 3);
    vote.add(alice(.9));
    vote.add(alice(.9));
    assertThat(vote.isSettled()).isFalse();
    vote.add(alice(.9));
    assertThat(vote.isSettled()).isTrue();

    vote.unsettle();
    assertThat(vote.isSettled()).isFalse();
    vote.add(alice(.9));
    vote.add(alice(.9));
    vote.add(alice(.9));
    assertThat(vote.isSettled()).isTrue();
  }

  @Test
  void isSettled_looksThatDisagree_never() {
    IdentityVote vote = new IdentityVote();
    for (int t = 0; t < 40; t++) {
      vote.add(t % 2 == 0 ? alice(.6) : doubtful("alice", .6));

      assertThat(vote.isSettled()).isFalse();
    }
  }

  @Test
  void isSettled_nobodyEverBelieved_yes() {
    IdentityVote vote = new IdentityVote();
    for (int t = 0; t < 5; t++) {
      vote.add(doubtful("alice", .3));
    }

    assertThat(vote.isSettled()).isTrue();
    assertThat(vote.verdict().identity()).isEmpty();
  }

  @Test
  void verdict_personWhomNoLookNamesAnyMore_isForgottenAfterFive() {
    IdentityVote vote = new IdentityVote();
    for (int t = 0; t < 200; t++) {
      vote.add(alice(.9));
    }
    assertThat(vote.isSettled()).isTrue();
    for (int t = 0; t < 4; t++) {
      vote.add(Classification.unknown(List.of(), "too far"));
      // A video looks at every frame again.
      assertThat(vote.isSettled()).isFalse();
    }
    assertThat(vote.verdict().identity()).contains("alice");

    vote.add(Classification.unknown(List.of(), "too far"));

    assertThat(vote.verdict().ranking()).isEmpty();
    assertThat(vote.verdict().identity()).isEmpty();
  }

  @Test
  void verdict_everyLookNamesOtherPeople_holdsThoseOfTheLastFive() {
    IdentityVote vote = new IdentityVote();
    for (int t = 0; t < 1000; t++) {
      vote.add(doubtful("person " + t, .4));
    }

    assertThat(vote.verdict().ranking())
        .extracting(RankedIdentity::identity)
        .containsExactlyInAnyOrder(
            "person 995", "person 996", "person 997", "person 998", "person 999");
  }

  @Test
  void verdict_masksAndSimilarities_areThoseOfTheLatestLook() {
    IdentityVote vote = new IdentityVote();
    vote.add(
        new Classification(
            List.of(new RankedIdentity("alice", .9, .8), new RankedIdentity("bob", .1, .2)),
            true,
            "",
            new MaskReading(MaskState.UNMASKED, .1)));
    MaskReading masked = new MaskReading(MaskState.MASKED, .95);
    vote.add(new Classification(List.of(new RankedIdentity("alice", .7, .6)), true, "", masked));

    assertThat(vote.verdict().mask()).isEqualTo(masked);
    assertThat(vote.verdict().similarity()).isEqualTo(.6);
    assertThat(vote.verdict().ranking().get(1).similarity()).isEqualTo(.2);
    assertThat(vote.verdict().toString()).doesNotContain("alice", "bob");
  }

  @Test
  void constructor_nonsense_saysWhat() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IdentityVote(0, 5))
        .withMessageContaining("half-life");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IdentityVote(10, 0))
        .withMessageContaining("one look");
  }
}
