package dev.mfr.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of JMH's JSON.
 *
 * @param benchmark class and method, such as "StageBenchmark.detect"
 * @param parameters by name, in alphabetical order; {@code threads} is among them when not 1
 * @param score the mean
 * @param error half of the 99.9 % interval, as JMH computes it; NaN when there were too few
 *     iterations
 * @param unit such as "us/op"
 * @param bytes allocated on the heap an operation; NaN without {@code -prof gc}
 */
record JmhResult(
    String benchmark,
    Map<String, String> parameters,
    double score,
    double error,
    String unit,
    double bytes) {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /**
   * {@return the results in a file that {@code -rf json} wrote}
   *
   * @param array its JSON
   */
  static List<JmhResult> all(JsonNode array) {
    List<JmhResult> results = new ArrayList<>();
    for (JsonNode node : array) {
      results.add(of(node));
    }
    return results;
  }

  private static JmhResult of(JsonNode node) {
    Map<String, String> parameters = new TreeMap<>();
    node.path("params")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
    int threads = node.path("threads").asInt(1);
    if (threads != 1) {
      parameters.put("threads", Integer.toString(threads));
    }
    String name = node.path("benchmark").asText();
    JsonNode primary = node.path("primaryMetric");
    double bytes = Double.NaN;
    // Up to JMH 1.36 the name began with a middle dot.
    for (Map.Entry<String, JsonNode> metric : node.path("secondaryMetrics").properties()) {
      if (metric.getKey().endsWith(ALLOCATED)) {
        bytes = number(metric.getValue().path("score"));
      }
    }
    return new JmhResult(
        name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
        parameters,
        number(primary.path("score")),
        number(primary.path("scoreError")),
        primary.path("scoreUnit").asText(),
        bytes);
  }

  /** JMH writes NaN as a text. */
  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }

  /** {@return the parameters in one line, such as "batch=4, embedder=fused"} */
  String parameterLine() {
    return String.join(
        ", ",
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .toList());
  }
}
