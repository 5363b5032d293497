package dev.mfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  private static final RankedIdentity ADA = new RankedIdentity("Ada", .7);
  private static final RankedIdentity BOB = new RankedIdentity("Bob", .2);

  @Test
  void known_ranking_firstIsTheAnswer() {
    Classification answer = Classification.known(List.of(ADA, BOB));
    assertThat(answer.identity()).hasValue("Ada");
    assertThat(answer.probability()).isEqualTo(.7);
  }

  @Test
  void unknown_ranking_hasNoAnswerAndKeepsTheCandidates() {
    Classification answer = Classification.unknown(List.of(ADA), "too unlike");
    assertThat(answer.identity()).isEmpty();
    assertThat(answer.probability()).isEqualTo(.7);
    assertThat(answer.explanation()).isEqualTo("too unlike");
    assertThat(Classification.unknown(List.of(), "nobody enrolled").probability()).isZero();
  }

  @Test
  void constructor_wrongRanking_refuses() {
    assertThatIllegalArgumentException().isThrownBy(() -> Classification.known(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Classification.known(List.of(BOB, ADA)));
    for (double wrong : new double[] {-.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new RankedIdentity("Ada", wrong));
    }
  }

  @Test
  void ranking_listChangedAfterwards_staysAsItWas() {
    List<RankedIdentity> ranking = new ArrayList<>(List.of(ADA));
    Classification answer = Classification.known(ranking);
    ranking.clear();
    assertThat(answer.ranking()).containsExactly(ADA);
  }
}
