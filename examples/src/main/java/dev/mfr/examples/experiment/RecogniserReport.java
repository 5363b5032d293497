package dev.mfr.examples.experiment;

import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.evaluation.page.Table;
import dev.mfr.examples.experiment.RecogniserComparison.Compared;
import dev.mfr.examples.experiment.RecogniserComparison.Result;
import dev.mfr.examples.experiment.RecogniserComparison.Tested;
import java.util.List;
import java.util.Locale;

/** Tells what a {@link RecogniserComparison} found. */
public final class RecogniserReport {
  private RecogniserReport() {}

  /**
   * {@return the tables of a comparison, in order}
   *
   * @param result what was found
   */
  public static List<Table> tables(Result result) {
    return List.of(
        compared("Networks, by cross-validation", result.networks()),
        compared("Masked copies, by cross-validation", result.copies()),
        compared("Heads, by cross-validation", result.heads()),
        tested("The test side", result.test()),
        tested("One kind of mask left out of training, tested on it", result.leaveOneOut()));
  }

  private static Table compared(String title, List<Compared> rows) {
    Table.Builder table =
        Table.builder(
            title, "networks", "masked copies", "head", "masked %", "unmasked %", "mean %", "");
    double best = rows.stream().mapToDouble(Compared::score).max().orElse(0);
    for (Compared row : rows) {
      table.row(
          row.way().networks(),
          row.way().maskedCopies(),
          row.way().head(),
          share(row.masked().accuracy(), row.masked().accuracyDeviation()),
          share(row.unmasked().accuracy(), row.unmasked().accuracyDeviation()),
          String.format(Locale.ROOT, "%.2f", 100 * row.score()),
          row.score() == best ? "best" : "");
    }
    return table.build();
  }

  private static Table tested(String title, List<Tested> rows) {
    Table.Builder table = Table.builder(title, "what", "pictures", "accuracy %", "95 % interval");
    for (Tested row : rows) {
      table.row(
          row.what(),
          row.pictures(),
          String.format(Locale.ROOT, "%.1f", 100 * row.accuracy()),
          String.format(
              Locale.ROOT,
              "%.1f to %.1f",
              100 * row.interval().low(),
              100 * row.interval().high()));
    }
    return table.build();
  }

  private static String share(double mean, double deviation) {
    return String.format(Locale.ROOT, "%.1f ± %.1f", 100 * mean, 100 * deviation);
  }

  /**
   * {@return the page of a comparison}
   *
   * @param result what was found
   * @param data what to call the pictures
   * @param folds of the cross-validation
   * @param seed of everything
   */
  public static ReportPage page(Result result, String data, int folds, long seed) {
    ReportPage.Builder page =
        ReportPage.builder("Which recogniser")
            .fact("pictures", data)
            .fact("people", result.people())
            .fact("training photographs", result.trainingPhotographs())
            .fact("test photographs", result.testPhotographs())
            .fact("folds", folds)
            .fact("seed", seed)
            .text(
                "Photographs were split by person and photograph before any mask was drawn. Everything was"
                    + " chosen on the training side, by cross-validation over its photographs: first the"
                    + " networks, then the number of masked copies, then the head. Each time the highest mean of"
                    + " the accuracies on masked and on unmasked faces won. Masked faces that count were never"
                    + " trained on, nor was another copy of their photograph. ± is the standard deviation over"
                    + " the folds.")
            .text(
                "The test side was opened after the choice. There every photograph counts once unmasked and"
                    + " once with each kind of mask; a face that was not found is wrong.");
    tables(result).forEach(page::table);
    return page.build();
  }

  /**
   * {@return the tables as Markdown}
   *
   * @param result what was found
   */
  public static String markdown(Result result) {
    StringBuilder text = new StringBuilder();
    for (Table table : tables(result)) {
      text.append("**").append(table.title()).append("**\n\n");
      text.append("| ").append(String.join(" | ", table.columns())).append(" |\n");
      text.append("|").append(" --- |".repeat(table.columns().size())).append("\n");
      for (List<String> row : table.rows()) {
        text.append("| ").append(String.join(" | ", row)).append(" |\n");
      }
      text.append("\n");
    }
    return text.toString();
  }
}
