package dev.mfr.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.bench.Contender.Answer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContendersTest {

  @BeforeAll
  static void prepare() {
    DjlPipeline.prepare();
  }

  /**
   * The oracle is the library itself. Without VNNI the 8-bit sums of rivals overflow, as nothing
   * tells their users: features then are at 0.988.
   */
  @ParameterizedTest
  @ValueSource(strings = {Contenders.INTO, Contenders.DJL, Contenders.NAIVE, Contenders.OPENCV})
  void open_contender_findsTheSameFaceAndPerson(String name) throws Exception {
    try (Contenders contenders = new Contenders(Precision.INT8, 1);
        Contender library = contenders.open(Contenders.MFR);
        Contender rival = contenders.open(name)) {
      Answer its = rival.answer();
      Answer ours = library.answer();

      assertThat(its.landmarkDistance(ours)).isLessThan(1);
      assertThat(its.featureCosine(ours)).isGreaterThan(.97);
      assertThat(its.label()).isEqualTo(BenchPipeline.PORTRAYED).isEqualTo(ours.label());
    }
  }

  /** By hand: distances 5 and 0; (3, 4)·(4, 3) = 24, over 5 · 5. */
  @Test
  void answer_twoOfThem_areComparedByDistanceAndCosine() {
    Answer one = new Answer(new float[] {0, 0, 7, 7}, new float[] {3, 4}, "a");
    Answer other = new Answer(new float[] {3, 4, 7, 7}, new float[] {4, 3}, "a");

    assertThat(one.landmarkDistance(other)).isEqualTo(2.5);
    assertThat(one.featureCosine(other)).isCloseTo(.96, within(1e-9));
  }
}
