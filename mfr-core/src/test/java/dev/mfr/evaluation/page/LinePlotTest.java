package dev.mfr.evaluation.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mfr.evaluation.ReliabilityDiagram;
import dev.mfr.evaluation.RocCurve;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinePlotTest {
  private static final Axis EPOCH = Axis.linear("epoch");
  private static final Axis LOSS = Axis.logarithmic("loss");

  private static JsonNode json(LinePlot plot) {
    try {
      return new ObjectMapper().readTree(Json.text(plot.section().json()));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static double[] numbers(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
  }

  @Test
  void build_curves_keepsThemWithAxesAndStyles() {
    double[] epochs = {1, 2};
    LinePlot plot =
        LinePlot.builder("Training", EPOCH.between(0, 3), LOSS)
            .line("plain", epochs, new double[] {.5, Double.NaN})
            .dashed("chance", epochs, new double[] {2, 2})
            .step("steps", epochs, new double[] {1, 2})
            .points("dots", epochs, new double[] {3, 4})
            .note("Read it so.")
            .build();
    epochs[0] = 99;

    JsonNode json = json(plot);

    assertThat(json.toString())
        .isEqualTo(
            """
            {"type":"plot","title":"Training",\
            "x":{"title":"epoch","scale":"linear","min":0,"max":3},\
            "y":{"title":"loss","scale":"log"},"series":[\
            {"name":"plain","style":"line","x":[1,2],"y":[0.5,null]},\
            {"name":"chance","style":"dashed","x":[1,2],"y":[2,2]},\
            {"name":"steps","style":"step","x":[1,2],"y":[1,2]},\
            {"name":"dots","style":"points","x":[1,2],"y":[3,4]}],"note":"Read it so."}""");
    assertThat(plot.section().html().apply(7))
        .contains("data-section=\"7\"")
        .contains("Read it so.")
        .contains("<td>plain</td><td class=\"number\">1</td><td class=\"number\">0.5</td>")
        .contains("<td class=\"number\">–</td>");
  }

  /*
   * Genuine 9, 7, 4; impostors 8, 5, 3, 1. By falling threshold (false, true accepts):
   * 9 (0, 1), 8 (1, 1), 7 (1, 2), 5 (2, 2), 4 (2, 3), 3 (3, 3), 1 (4, 3).
   */
  @Test
  void roc_sevenScores_beginsAtOneImpostorWithTheBestRate() {
    RocCurve curve = RocCurve.of(new double[] {9, 7, 4}, new double[] {8, 5, 3, 1});

    JsonNode json = json(LinePlot.roc("ROC", Map.of("mine", curve)));

    assertThat(json.at("/x").toString())
        .isEqualTo("{\"title\":\"false accept rate\",\"scale\":\"log\",\"min\":0.1,\"max\":1}");
    assertThat(json.at("/series/0/style").asText()).isEqualTo("step");
    assertThat(numbers(json.at("/series/0/x"))).containsExactly(.25, .5, .5, .75, 1);
    assertThat(numbers(json.at("/series/0/y"))).containsExactly(2. / 3, 2. / 3, 1, 1, 1);
    // Genuine above impostors: 9 over all four, 7 over three, 4 over two, of twelve.
    assertThat(json.at("/series/0/name").asText()).startsWith("mine (area 0.7500, equal error");
  }

  @Test
  void roc_impostorsThatTie_holdsTheRateBeforeThem() {
    RocCurve curve = RocCurve.of(new double[] {9, 1}, new double[] {5, 5, 0, 0});

    JsonNode json = json(LinePlot.roc("ROC", Map.of("mine", curve)));

    assertThat(numbers(json.at("/series/0/x"))).containsExactly(.25, .5, .5, 1);
    assertThat(numbers(json.at("/series/0/y"))).containsExactly(.5, .5, 1, 1);
  }

  @Test
  void roc_manyScores_drawsPointsOfTheExactCurve() {
    Random random = new Random(5);
    double[] genuine = random.doubles(3000).toArray();
    double[] impostor = random.doubles(10_000, 0, .8).toArray();
    RocCurve curve = RocCurve.of(genuine, impostor);

    JsonNode json = json(LinePlot.roc("ROC", Map.of("mine", curve)));

    assertThat(json.at("/x/min").asDouble()).isCloseTo(1e-4, within(1e-16));
    double[] far = numbers(json.at("/series/0/x"));
    double[] tar = numbers(json.at("/series/0/y"));
    assertThat(far).hasSizeBetween(50, LinePlot.ROC_POINTS + 1).isSorted();
    assertThat(far[0]).isEqualTo(1e-4);
    for (int i = 0; i < far.length; i++) {
      assertThat(tar[i]).isLessThanOrEqualTo(curve.tarAtFar(far[i]));
    }
    assertThat(tar[0]).isEqualTo(curve.tarAtFar(1e-4));
  }

  /** The table of ReliabilityDiagramTest: three bins with answers. */
  @Test
  void reliability_fiveAnswers_hasADotForEachBinWithAnswers() {
    ReliabilityDiagram diagram =
        ReliabilityDiagram.builder(4)
            .add(.1, false)
            .add(.5, true)
            .add(.75, false)
            .add(.875, true)
            .add(1, true)
            .build();

    JsonNode json = json(LinePlot.reliability("Reliability", Map.of("all", diagram)));

    assertThat(json.at("/series/0/style").asText()).isEqualTo("dashed");
    assertThat(numbers(json.at("/series/1/x"))).containsExactly(.1, .5, .875);
    assertThat(numbers(json.at("/series/1/y"))).containsExactly(0, 1, 2. / 3);
    assertThat(numbers(json.at("/series/1/counts"))).containsExactly(1, 1, 3);
    // (1·.1 + 1·.5 + 3·(.875 − ⅔))/5 = .245.
    assertThat(json.at("/series/1/name").asText()).isEqualTo("all (calibration error 24.5 %)");
  }

  @Test
  void reliability_noAnswer_saysSo() {
    ReliabilityDiagram none = ReliabilityDiagram.builder(4).build();

    JsonNode json = json(LinePlot.reliability("Reliability", Map.of("all", none)));

    assertThat(json.at("/series/1/name").asText()).isEqualTo("all (no answer)");
    assertThat(json.at("/series/1/x")).isEmpty();
  }

  @Test
  void builder_valuesWithoutAPlace_areRefused() {
    LinePlot.Builder plot = LinePlot.builder("Training", EPOCH, LOSS);
    double[] two = {1, 2};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plot.line("a", two, new double[] {1}))
        .withMessage("the curve \"a\" has 2 x and 1 y");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plot.line("a", two, new double[] {1, 0}))
        .withMessageContaining("the y 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plot.line("a", new double[] {1, Double.NaN}, two))
        .withMessageContaining("the x NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(plot::build)
        .withMessage("the plot \"Training\" has no curve; add one");
  }

  @Test
  void axis_impossibleEnds_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Axis.linear(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> EPOCH.between(2, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> LOSS.between(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> EPOCH.between(0, Double.NaN));
  }
}
