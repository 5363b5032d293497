package dev.mfr.evaluation.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BarPlotTest {
  private static final Axis RATIO = Axis.linear("ratio");

  @Test
  void build_bars_keepsThemWithIntervalsAndReference() {
    BarPlot plot =
        BarPlot.builder("Times", RATIO)
            .bar("first", 1.25, 1, 1.5)
            .bar("second", 3, 3, 3)
            .reference(1)
            .note("Shorter is faster.")
            .build();

    assertThat(Json.text(plot.section().json()))
        .isEqualTo(
            """
            {"type":"bars","title":"Times","axis":{"title":"ratio","scale":"linear"},"reference":1,\
            "names":["first","second"],"values":[1.25,3],"low":[1,3],"high":[1.5,3],\
            "note":"Shorter is faster."}""");
    assertThat(plot.section().html().apply(4))
        .contains("data-section=\"4\"")
        .contains("Shorter is faster.")
        .contains("<td>first</td><td class=\"number\">1.25</td><td class=\"number\">1</td>");
  }

  @Test
  void bar_outsideItsInterval_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BarPlot.builder("Times", RATIO).bar("first", 2, 1, 1.5))
        .withMessageContaining("first")
        .withMessageContaining("1.0…1.5");
  }

  @Test
  void build_noBar_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BarPlot.builder("Times", RATIO).build())
        .withMessageContaining("Times");
  }
}
