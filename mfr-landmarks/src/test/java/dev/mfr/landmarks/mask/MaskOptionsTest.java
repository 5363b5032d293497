package dev.mfr.landmarks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskOptionsTest {

  @Test
  void defaults_documented_hold() {
    MaskOptions options = MaskOptions.defaults();

    assertThat(options.kinds()).containsExactlyInAnyOrder(MaskKind.values());
    assertThat(options.patterns()).containsExactlyInAnyOrder(MaskPattern.values());
    assertThat(options.colors()).isEmpty();
    assertThat(options.lowestNose()).isEqualTo(.15);
    assertThat(options.highestNose()).isEqualTo(.95);
    assertThat(options.strapShare()).isEqualTo(.9);
  }

  @Test
  void design_equalSeeds_equalDesigns() {
    for (long seed = -5; seed < 50; seed++) {
      assertThat(MaskOptions.defaults().design(seed))
          .isEqualTo(MaskOptions.builder().build().design(seed));
    }
  }

  @Test
  void design_manySeeds_everyKindPatternAndManyColours() {
    Set<MaskKind> kinds = EnumSet.noneOf(MaskKind.class);
    Set<MaskPattern> patterns = EnumSet.noneOf(MaskPattern.class);
    Set<Integer> colors = new HashSet<>();
    Map<MaskKind, Integer> counts = new EnumMap<>(MaskKind.class);
    for (long seed = 0; seed < 2000; seed++) {
      MaskDesign design = MaskOptions.defaults().design(seed);
      kinds.add(design.kind());
      patterns.add(design.pattern());
      colors.add(design.rgb());
      counts.merge(design.kind(), 1, Integer::sum);
      assertThat(design.noseHeight()).isBetween(.15, .95);
    }

    assertThat(kinds).containsExactlyInAnyOrder(MaskKind.values());
    assertThat(patterns).containsExactlyInAnyOrder(MaskPattern.values());
    assertThat(colors).hasSizeGreaterThan(800);
    // 500 each, standard deviation 19.
    for (int count : counts.values()) {
      assertThat(count).isBetween(420, 580);
    }
  }

  @Test
  void design_restricted_onlyWhatIsAllowed() {
    MaskOptions options =
        MaskOptions.builder()
            .kinds(List.of(MaskKind.CLOTH))
            .patterns(List.of(MaskPattern.DOTS))
            .colors(List.of(0x204060))
            .noseHeight(.5, .5)
            .strapShare(0)
            .build();

    for (long seed = 0; seed < 100; seed++) {
      MaskDesign design = options.design(seed);
      assertThat(design.kind()).isEqualTo(MaskKind.CLOTH);
      assertThat(design.pattern()).isEqualTo(MaskPattern.DOTS);
      assertThat(design.noseHeight()).isEqualTo(.5);
      assertThat(design.straps()).isFalse();
      assertThat(Math.abs((design.rgb() & 255) - 0x60)).isLessThan(14);
    }
  }

  @Test
  void build_nothingToChooseFrom_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOptions.builder().kinds(List.of()).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOptions.builder().patterns(List.of()).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOptions.builder().noseHeight(.8, .2).build())
        .withMessageContaining("0.8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOptions.builder().colors(List.of(-1)).build());
  }

  @Test
  void design_patternOnAnythingButCloth_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> MaskDesign.builder(MaskKind.N95).pattern(MaskPattern.DOTS, 0x101010).build())
        .withMessageContaining("DOTS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskDesign.builder(MaskKind.CLOTH).noseHeight(1.01).build())
        .withMessageContaining("1.01");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskDesign.builder(MaskKind.CLOTH).fit(.5, .5, Double.NaN).build());
  }
}
