package dev.mfr.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mfr.MfrException;
import dev.mfr.evaluation.page.Axis;
import dev.mfr.evaluation.page.BarPlot;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.evaluation.page.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Turns a folder of results, JMH's JSON and that of {@link Results}, into {@code report.md} and
 * {@code report.html}, tables and bars with the machine above them.
 */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Tables and plots of a folder of results: report.md and report.html.")
final class Report implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder; default: ${DEFAULT-VALUE}.")
  Path folder = Path.of("benchmark-results");

  @Option(names = "--quiet", description = "Do not print the tables.")
  boolean quiet;

  @Override
  public Integer call() {
    Content content = read(folder);
    String markdown = content.markdown();
    Results.write(markdown, folder.resolve("report.md"));
    content.page().write(folder.resolve("report.html"));
    if (!quiet) {
      System.out.println(markdown);
    }
    System.out.println("written: " + folder.resolve("report.md"));
    System.out.println("written: " + folder.resolve("report.html"));
    return 0;
  }

  /** {@return what the JSON files of a folder hold, in the order of their names} */
  static Content read(Path folder) {
    List<JmhResult> jmh = new ArrayList<>();
    List<Measure> measures = new ArrayList<>();
    Machine machine = null;
    for (Path file : jsonFiles(folder)) {
      try {
        JsonNode json = Results.MAPPER.readTree(file.toFile());
        if (json.isArray()) {
          jmh.addAll(JmhResult.all(json));
        } else if (json.has("machine")) {
          Results results = Results.MAPPER.treeToValue(json, Results.class);
          machine = machine == null ? results.machine() : machine;
          measures.addAll(results.measures());
        }
      } catch (JacksonException e) {
        throw new MfrException(
            file + " is no result of a benchmark (" + e.getOriginalMessage() + ")", e);
      } catch (IOException e) {
        throw new MfrException("cannot read " + file + " (" + e + ")", e);
      }
    }
    if (jmh.isEmpty() && measures.isEmpty()) {
      throw new MfrException(folder + " holds no results; run the benchmarks with --out " + folder);
    }
    return new Content(machine, jmh, measures);
  }

  private static List<Path> jsonFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new MfrException(
          "cannot read the folder "
              + folder
              + " ("
              + e
              + "); name the one that the benchmarks wrote to",
          e);
    }
  }

  /**
   * A report's content.
   *
   * @param machine where it was measured; null when no file says so
   * @param jmh JMH's results
   * @param measures the measures of interleaved runs
   */
  record Content(@Nullable Machine machine, List<JmhResult> jmh, List<Measure> measures) {

    private Map<String, String> facts() {
      return machine == null ? Map.of("machine", "unknown") : machine.facts();
    }

    private List<Table> tables() {
      List<Table> tables = new ArrayList<>();
      if (!measures.isEmpty()) {
        Table.Builder table =
            Table.builder(
                "Interleaved runs",
                "measure",
                "median",
                "lowest",
                "highest",
                "unit",
                "goal",
                "met");
        for (Measure m : measures) {
          table.row(
              m.name(),
              Numbers.text(m.median()),
              Numbers.text(m.low()),
              Numbers.text(m.high()),
              m.unit(),
              m.goal(),
              m.met());
        }
        tables.add(table.build());
      }
      Map<String, Table.Builder> byClass = new LinkedHashMap<>();
      for (JmhResult r : jmh) {
        String type = r.benchmark().substring(0, r.benchmark().indexOf('.'));
        byClass
            .computeIfAbsent(
                type,
                key ->
                    Table.builder(
                        key, "benchmark", "parameters", "score", "±", "unit", "heap, B/op"))
            .row(
                r.benchmark().substring(type.length() + 1),
                r.parameterLine(),
                Numbers.text(r.score()),
                Numbers.text(r.error()),
                r.unit(),
                Numbers.text(r.bytes()));
      }
      byClass.values().forEach(table -> tables.add(table.build()));
      return tables;
    }

    String markdown() {
      StringBuilder text = new StringBuilder("# Benchmarks\n\n");
      facts()
          .forEach(
              (name, value) ->
                  text.append("- ").append(name).append(": ").append(value).append('\n'));
      for (Table table : tables()) {
        text.append("\n## ").append(table.title()).append("\n\n");
        line(text, table.columns());
        line(text, table.columns().stream().map(column -> "---").toList());
        table.rows().forEach(row -> line(text, row));
      }
      return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
      text.append("| ");
      text.append(String.join(" | ", cells.stream().map(c -> c.replace("|", "\\|")).toList()));
      text.append(" |\n");
    }

    ReportPage page() {
      ReportPage.Builder page = ReportPage.builder("Benchmarks");
      facts().forEach(page::fact);
      List<Measure> ratios = measures.stream().filter(m -> m.unit().equals("ratio")).toList();
      List<Measure> overBare =
          ratios.stream().filter(m -> m.name().contains(Comparison.OVER_BARE)).toList();
      if (!overBare.isEmpty()) {
        BarPlot.Builder plot =
            BarPlot.builder(
                    "One recognition over the bare runtime",
                    Axis.linear("time ÷ bare ONNX Runtime"))
                .reference(1)
                .note(
                    "Bars are the median round, marks the lowest and the highest; the line is ONNX Runtime alone on the"
                        + " same graphs.");
        overBare.forEach(m -> plot.bar(m.name(), m.median(), m.low(), m.high()));
        page.plot(plot.build());
      }
      List<Measure> goals = measures.stream().filter(m -> !m.goal().isEmpty()).toList();
      if (!goals.isEmpty()) {
        BarPlot.Builder plot =
            BarPlot.builder("Goals", Axis.linear("share of the goal"))
                .reference(1)
                .note("A goal is met when its bar ends before the line.");
        for (Measure m : goals) {
          double value = m.shareOfGoal();
          double one = m.atMost() != null ? m.low() / m.atMost() : goalOver(m.atLeast(), m.high());
          double other =
              m.atMost() != null ? m.high() / m.atMost() : goalOver(m.atLeast(), m.low());
          plot.bar(m.name() + " (" + m.goal() + ")", value, one, other);
        }
        page.plot(plot.build());
      }
      tables().forEach(page::table);
      return page.build();
    }

    private static double goalOver(@Nullable Double goal, double value) {
      return goal == null ? Double.NaN : goal / value;
    }
  }
}
