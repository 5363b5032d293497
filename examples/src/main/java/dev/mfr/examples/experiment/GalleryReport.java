package dev.mfr.examples.experiment;

import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.evaluation.page.Table;
import dev.mfr.examples.experiment.GalleryResult.Identified;
import dev.mfr.examples.experiment.GalleryResult.Told;
import dev.mfr.examples.experiment.GalleryResult.Verified;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.MaskPairing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells what a {@link GalleryExperiment} found. */
public final class GalleryReport {
  private static final String HOW_TO_READ =
      "Searches: photographs of each person are drawn; one or three are enrolled, the others but for the"
          + " three search, as they are or with a drawn mask. Each enrolled photograph gives a template,"
          + " and with \"drawn mask\" a second one with another mask drawn on it. First: all people are"
          + " enrolled, and the right one comes first. TPIR at a FPIR (true and false positive"
          + " identification rate): half of the people are enrolled; the part of their probes that is"
          + " given their name where that part of the strangers' probes is given one. Calibrated: at the"
          + " threshold that was measured on other people for 1 %, the part of the strangers' probes that"
          + " is given a name, and the part of the enrolled people's that is given theirs. A probe without"
          + " a face counts as not identified. Intervals (95 %) are over people. Probes are told masked"
          + " from unmasked by the truth, but for the table with estimated mask states, which shows what"
          + " the library does: the state that the network tells chooses templates, weights and"
          + " threshold, and a face that it is not sure of is searched as a masked one.";

  private GalleryReport() {}

  /**
   * {@return the tables, in order}
   *
   * @param result what was found
   */
  public static List<Table> tables(GalleryResult result) {
    List<Table> tables = new ArrayList<>();
    for (int enrolled :
        result.identified().stream().mapToInt(Identified::enrolled).distinct().toArray()) {
      tables.add(searches(result, enrolled));
    }
    tables.add(told(result));
    tables.add(verified(result));
    tables.add(transferred(result));
    return tables;
  }

  private static Table told(GalleryResult result) {
    Table.Builder table =
        Table.builder(
            "Mask states estimated",
            "enrolled",
            "probes",
            "embedder",
            "state right %",
            "not sure %",
            "first %",
            "calibrated for 1 %: FPIR %",
            "TPIR %");
    for (Told row : result.told()) {
      table.row(
          String.valueOf(row.enrolled()),
          masked(row.probe()),
          row.way(),
          percent(row.right()),
          percent(row.notSure()),
          interval(row.first()),
          percent(row.falsePositives()),
          interval(row.identified()));
    }
    return table.build();
  }

  private static String masked(MaskState probe) {
    return probe == MaskState.MASKED ? "masked" : "unmasked";
  }

  private static Table searches(GalleryResult result, int enrolled) {
    Table.Builder table =
        Table.builder(
            enrolled == 1
                ? "One photograph of each person enrolled"
                : enrolled + " photographs of each person enrolled",
            "probes",
            "embedder",
            "drawn mask",
            "first %",
            "TPIR % at FPIR 10 %",
            "TPIR % at FPIR 1 %",
            "calibrated for 1 %: FPIR %",
            "TPIR %");
    for (MaskState probe : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
      for (Identified row : result.identified()) {
        if (row.enrolled() == enrolled && row.probe() == probe) {
          table.row(
              masked(row.probe()),
              row.way(),
              row.drawn() ? "yes" : "no",
              interval(row.first()),
              interval(row.atTenPercent()),
              interval(row.atOnePercent()),
              row.usual() ? percent(row.falsePositives()) : "–",
              row.usual() ? percent(row.identified()) : "–");
        }
      }
    }
    return table.build();
  }

  private static Table verified(GalleryResult result) {
    Table.Builder table =
        Table.builder(
            "Thresholds from half of the people, tried on the others",
            "pairs",
            "embedder",
            "FAR wanted",
            "FAR measured",
            "the farther half",
            "TAR %");
    for (MaskPairing pairing : MaskPairing.values()) {
      for (Verified row : of(pairing, result.verified())) {
        table.row(
            pairs(pairing),
            row.way(),
            rate(row.wanted()),
            rate(row.measured()),
            rate(row.worst()),
            percent(row.accepted()));
      }
    }
    return table.build();
  }

  private static Table transferred(GalleryResult result) {
    Table.Builder table =
        Table.builder(
            "Thresholds from all of these people, tried on the people of the galleries",
            "pairs",
            "embedder",
            "FAR wanted",
            "FAR measured",
            "TAR %");
    for (MaskPairing pairing : MaskPairing.values()) {
      for (Verified row : of(pairing, result.transferred())) {
        table.row(
            pairs(pairing),
            row.way(),
            rate(row.wanted()),
            rate(row.measured()),
            percent(row.accepted()));
      }
    }
    return table.build();
  }

  private static List<Verified> of(MaskPairing pairing, List<Verified> rows) {
    return rows.stream().filter(row -> row.pairing() == pairing).toList();
  }

  private static String pairs(MaskPairing pairing) {
    return switch (pairing) {
      case BOTH_UNMASKED -> "both unmasked";
      case ONE_MASKED -> "one masked";
      case BOTH_MASKED -> "both masked";
    };
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  private static String rate(double rate) {
    return String.format(Locale.ROOT, "%.5f", rate);
  }

  private static String interval(BootstrapInterval interval) {
    return String.format(
        Locale.ROOT,
        "%.1f (%.1f–%.1f)",
        100 * interval.estimate(),
        100 * interval.low(),
        100 * interval.high());
  }

  /**
   * {@return the page}
   *
   * @param result what was found
   * @param data what to call the enrolled pictures
   * @param unseen what to call the others
   * @param draws how many
   * @param seed of everything
   */
  public static ReportPage page(
      GalleryResult result, String data, String unseen, int draws, long seed) {
    ReportPage.Builder page =
        ReportPage.builder("Galleries")
            .fact("searched", data)
            .fact("people", result.people())
            .fact("photographs", result.photographs())
            .fact("calibrated on", unseen)
            .fact("other people", result.unseenPeople())
            .fact("their photographs", result.unseenPhotographs())
            .fact("draws", draws)
            .fact("seed", seed)
            .text(HOW_TO_READ);
    tables(result).forEach(page::table);
    return page.build();
  }

  /**
   * {@return the tables as Markdown}
   *
   * @param result what was found
   */
  public static String markdown(GalleryResult result) {
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
    return text.append(HOW_TO_READ).append('\n').toString();
  }
}
