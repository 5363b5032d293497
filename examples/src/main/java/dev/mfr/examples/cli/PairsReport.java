package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.evaluation.FoldScore;
import dev.mfr.evaluation.RocCurve;
import dev.mfr.evaluation.RocPoint;
import dev.mfr.evaluation.VerificationReport;
import dev.mfr.evaluation.page.Axis;
import dev.mfr.evaluation.page.LinePlot;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.evaluation.page.Table;
import dev.mfr.examples.experiment.PairCase;
import dev.mfr.examples.experiment.PairsResult;
import dev.mfr.examples.experiment.PairsResult.AllPictures;
import dev.mfr.examples.experiment.PairsResult.Rate;
import dev.mfr.examples.experiment.PairsResult.Row;
import dev.mfr.examples.experiment.PairsSelection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The result of comparing pairs as a page, a table and JSON. */
final class PairsReport {
  private final PairsResult result;
  private final Path data;
  private final Path pairs;
  private final Optional<Path> leaveOut;

  PairsReport(PairsResult result, Path data, Path pairs, Optional<Path> leaveOut) {
    this.result = result;
    this.data = data;
    this.pairs = pairs;
    this.leaveOut = leaveOut;
  }

  private List<Row> rows(PairCase pairCase) {
    return result.rows().stream().filter(row -> row.pairCase() == pairCase).toList();
  }

  private static String percent(double share, int decimals) {
    return Double.isNaN(share)
        ? "–"
        : String.format(Locale.ROOT, "%." + decimals + "f %%", 100 * share);
  }

  private static String accuracy(VerificationReport report) {
    return String.format(
        Locale.ROOT, "%.2f %% ± %.2f", 100 * report.accuracy(), 100 * report.standardError());
  }

  private static String area(double auc) {
    return Double.isNaN(auc) ? "–" : String.format(Locale.ROOT, "%.4f", auc);
  }

  private static String rate(double far) {
    return String.format(Locale.ROOT, "%.0e", far).replace("e-0", "e-");
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>();
    columns.addAll(
        List.of("embedder", "accuracy", "AUC", "EER", "TAR " + rate(PairsResult.FILE_FAR)));
    PairsResult.LOW_FARS.forEach(far -> columns.add("TAR " + rate(far) + ", all"));
    columns.add("left out");
    return columns;
  }

  private static List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    cells.addAll(
        List.of(
            row.embedder(),
            accuracy(row.pairs()),
            area(row.pairs().roc().auc()),
            percent(row.pairs().roc().eer(), 2),
            percent(row.fileTar(), 1)));
    row.all().rates().forEach(rate -> cells.add(percent(rate.tar(), 1)));
    cells.add(Integer.toString(row.leftOut()));
    return cells;
  }

  /** For the terminal. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (PairCase pairCase : PairCase.values()) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(columns());
      rows(pairCase).forEach(row -> rows.add(cells(row)));
      lines.add(pairCase.title());
      lines.addAll(Text.table(rows));
      lines.add("");
    }
    return lines;
  }

  /** A table to paste. */
  String markdown() {
    StringBuilder text = new StringBuilder("| pairs ");
    columns().forEach(column -> text.append("| ").append(column).append(' '));
    text.append("|\n|---|---").append("|---:".repeat(columns().size() - 1)).append("|\n");
    for (Row row : result.rows()) {
      text.append("| ").append(row.pairCase().title()).append(' ');
      cells(row).forEach(cell -> text.append("| ").append(cell).append(' '));
      text.append("|\n");
    }
    text.append('\n').append(whatWasCompared()).append("\n\n").append(HOW_TO_READ).append('\n');
    return text.toString();
  }

  private static final String HOW_TO_READ =
      "Accuracy: each fold of the file is judged with the threshold that is most accurate on its other folds;"
          + " the mean over the folds ± its standard error. A pair left out, because a picture gave no"
          + " features (mostly: no face was found), counts as wrong. AUC (area under the ROC curve) and EER"
          + " (equal error rate) are of the compared pairs. TAR (true accept rate): the share of the pairs of"
          + " one person that is accepted at a threshold that accepts no more than the given share of the"
          + " pairs of two people (FAR, false accept rate: the number in the column's title); pairs of one person that were left out count as"
          + " refused. At FAR 1e-2 the threshold is read off the same pairs of the file, which flatters a"
          + " little. The lower rates need more pairs, \"all\" of them: there every picture is compared with every other, the"
          + " threshold is taken from half of the people and the TAR measured on the other half, both ways"
          + " averaged. A dash: too few pairs to tell that rate from 0.";

  private String whatWasCompared() {
    PairsSelection selection = result.selection();
    return String.format(
        Locale.ROOT,
        "%,d pairs and %,d pictures of %,d people%s. Masks are drawn, one copy of each picture, seed %d, and the"
            + " face is found again on the copy.",
        selection.pairs().size(),
        selection.pictures().size(),
        selection.people(),
        leaveOut.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "; left out: %,d pairs with %d people who also have a folder in %s",
                selection.leftOutPairs(),
                selection.leftOutPeople().size(),
                leaveOut.get()),
        result.seed());
  }

  ReportPage page() {
    PairsSelection selection = result.selection();
    ReportPage.Builder page =
        ReportPage.builder("One person or two? Pairs with and without masks")
            .fact("pictures", data)
            .fact("pairs", pairs)
            .fact("seed", result.seed());
    leaveOut.ifPresent(
        folder ->
            page.fact(
                "left out",
                selection.leftOutPeople().size() + " people who have a folder in " + folder));
    result.facts().forEach(page::fact);
    page.text(whatWasCompared());
    page.heading("How to read it").text(HOW_TO_READ);
    page.text(
        "The curves show the true accept rate over the false accept rate, which is on a logarithmic axis: each"
            + " step to the left lets ten times fewer strangers pass. The higher a curve, the better; what"
            + " matters is its height at the false accept rate that you can afford. A curve ends on the left"
            + " where one single pair of two people is accepted, and is uncertain near there.");
    for (PairCase pairCase : PairCase.values()) {
      List<Row> rows = rows(pairCase);
      page.heading(title(pairCase));
      page.table(
          new Table("By embedder", columns(), rows.stream().map(PairsReport::cells).toList()));
      Map<String, RocCurve> curves = new LinkedHashMap<>();
      rows.forEach(row -> curves.put(row.embedder(), row.pairs().roc()));
      page.plot(LinePlot.roc("The pairs of the file, " + pairCase.title(), curves));
      allPlot(pairCase, rows).ifPresent(page::plot);
      page.table(allTable(rows));
    }
    page.heading("Pictures without features").table(reasons());
    return page.build();
  }

  private static String title(PairCase pairCase) {
    return pairCase.title().substring(0, 1).toUpperCase(Locale.ROOT)
        + pairCase.title().substring(1)
        + " pairs";
  }

  private static Optional<LinePlot> allPlot(PairCase pairCase, List<Row> rows) {
    List<Row> drawn = rows.stream().filter(row -> !row.all().curve().isEmpty()).toList();
    if (drawn.isEmpty()) {
      return Optional.empty();
    }
    double lowest =
        drawn.stream().mapToDouble(row -> 1. / row.all().impostors()).min().orElseThrow();
    LinePlot.Builder plot =
        LinePlot.builder(
            "All pairs of the pictures, " + pairCase.title(),
            Axis.logarithmic("false accept rate")
                .between(Math.min(.1, Math.pow(10, Math.floor(Math.log10(lowest) + 1e-9))), 1),
            Axis.share("true accept rate"));
    for (Row row : drawn) {
      List<RocPoint> points = row.all().curve().stream().filter(point -> point.far() > 0).toList();
      plot.step(
          String.format(
              Locale.ROOT,
              "%s (area %s, equal error rate %s)",
              row.embedder(),
              area(row.all().auc()),
              Text.percent(row.all().eer())),
          points.stream().mapToDouble(RocPoint::far).toArray(),
          points.stream().mapToDouble(RocPoint::tar).toArray());
    }
    return Optional.of(plot.build());
  }

  private static Table allTable(List<Row> rows) {
    List<String> columns = new ArrayList<>();
    columns.addAll(List.of("embedder", "of one person", "not compared", "of two people"));
    PairsResult.LOW_FARS.forEach(far -> columns.add("FAR reached for " + rate(far)));
    List<List<String>> cells = new ArrayList<>();
    for (Row row : rows) {
      AllPictures all = row.all();
      List<String> line = new ArrayList<>();
      line.addAll(
          List.of(
              row.embedder(),
              String.format(Locale.ROOT, "%,d", all.genuine()),
              String.format(Locale.ROOT, "%,d", all.genuineLeftOut()),
              String.format(Locale.ROOT, "%,d", all.impostors())));
      all.rates().forEach(rate -> line.add(percent(rate.reached(), 4)));
      cells.add(line);
    }
    return new Table(
        "All pairs: how many, and the false accept rate that the threshold of one half reaches on the other",
        columns,
        cells);
  }

  private Table reasons() {
    Table.Builder table =
        Table.builder("How many, and why", "embedder", "pictures", "reason", "count");
    for (Row row : rows(PairCase.UNMASKED_UNMASKED)) {
      add(table, row.embedder(), "photographs", row.unmaskedReasons());
      add(table, row.embedder(), "masked copies", row.maskedReasons());
    }
    return table.build();
  }

  private static void add(
      Table.Builder table, String embedder, String kind, Map<String, String> reasons) {
    Map<String, Integer> counts = new TreeMap<>();
    reasons.values().forEach(reason -> counts.merge(shortened(reason), 1, Integer::sum));
    if (counts.isEmpty()) {
      table.row(embedder, kind, "none", 0);
    }
    counts.forEach((reason, count) -> table.row(embedder, kind, reason, count));
  }

  private static String shortened(String reason) {
    return reason.startsWith("cannot read") ? "cannot be read" : Sentences.of(reason);
  }

  ObjectNode json() {
    PairsSelection selection = result.selection();
    ObjectNode root = Json.object();
    root.put("pairs", selection.pairs().size());
    root.put("pictures", selection.pictures().size());
    root.put("people", selection.people());
    root.put("seed", result.seed());
    root.put("leftOutPairs", selection.leftOutPairs());
    ArrayNode leftOut = root.putArray("leftOutPeople");
    selection.leftOutPeople().forEach(leftOut::add);
    ObjectNode facts = root.putObject("facts");
    result.facts().forEach(facts::put);
    ArrayNode rows = root.putArray("rows");
    result.rows().forEach(row -> fill(rows.addObject(), row));
    return root;
  }

  private static void fill(ObjectNode node, Row row) {
    VerificationReport report = row.pairs();
    node.put("case", row.pairCase().key());
    node.put("embedder", row.embedder());
    node.put("model", row.modelId());
    node.set("accuracy", Json.share(report.accuracy()));
    node.set("standardError", Json.share(report.standardError()));
    node.set("answeredAccuracy", Json.share(report.answeredAccuracy()));
    node.set("auc", Json.share(report.roc().auc()));
    node.set("eer", Json.share(report.roc().eer()));
    node.set("tarAtFar1e-2", Json.share(row.fileTar()));
    node.put("pairsLeftOut", row.leftOut());
    ArrayNode folds = node.putArray("folds");
    for (FoldScore fold : report.folds()) {
      ObjectNode one = folds.addObject();
      one.put("fold", fold.fold());
      one.put("pairs", fold.pairs());
      one.put("leftOut", fold.leftOut());
      one.set("threshold", Json.share(fold.threshold()));
      one.set("accuracy", Json.share(fold.accuracy()));
    }
    roc(node.putArray("roc"), report.roc().points(LinePlot.ROC_POINTS));
    AllPictures all = row.all();
    ObjectNode every = node.putObject("allPairs");
    every.put("genuine", all.genuine());
    every.put("genuineLeftOut", all.genuineLeftOut());
    every.put("impostors", all.impostors());
    every.set("auc", Json.share(all.auc()));
    every.set("eer", Json.share(all.eer()));
    ArrayNode rates = every.putArray("rates");
    for (Rate rate : all.rates()) {
      ObjectNode one = rates.addObject();
      one.set("far", Json.share(rate.far()));
      one.set("tar", Json.share(rate.tar()));
      one.set("farReached", Json.share(rate.reached()));
    }
    roc(every.putArray("roc"), all.curve());
    skipped(node.putObject("withoutFeatures"), row);
  }

  private static void roc(ArrayNode target, List<RocPoint> points) {
    for (RocPoint point : points) {
      ObjectNode node = target.addObject();
      node.set("threshold", Json.share(point.threshold()));
      node.put("far", point.far());
      node.set("tar", Json.share(point.tar()));
    }
  }

  private static void skipped(ObjectNode target, Row row) {
    ObjectNode photographs = target.putObject("photographs");
    row.unmaskedReasons().forEach((name, why) -> photographs.put(name, Sentences.of(why)));
    ObjectNode copies = target.putObject("maskedCopies");
    row.maskedReasons().forEach((name, why) -> copies.put(name, Sentences.of(why)));
  }
}
