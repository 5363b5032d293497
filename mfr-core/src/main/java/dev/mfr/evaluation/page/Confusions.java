package dev.mfr.evaluation.page;

import dev.mfr.evaluation.ClassificationReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who was taken for whom: a heat map, and a table of the most frequent confusions. */
final class Confusions {
  /** With more people the heat map shows those with the most wrong answers. */
  static final int MAP_PEOPLE = 120;

  private static final int FREQUENT = 20;

  private Confusions() {}

  private record Cell(String actual, String answer, int count) {
    boolean wrong() {
      return !actual.equals(answer);
    }
  }

  static List<Section> sections(ClassificationReport report) {
    List<Cell> cells = new ArrayList<>();
    report
        .confusion()
        .forEach(
            (actual, row) ->
                row.forEach((answer, count) -> cells.add(new Cell(actual, answer, count))));
    List<Cell> wrong =
        cells.stream()
            .filter(Cell::wrong)
            .sorted(Comparator.comparingInt(Cell::count).reversed())
            .toList();
    List<Section> sections = new ArrayList<>();
    if (!cells.isEmpty()) {
      sections.add(map(report, cells, wrong));
    }
    if (!wrong.isEmpty()) {
      String title =
          wrong.size() > FREQUENT
              ? "The " + FREQUENT + " most frequent of " + wrong.size() + " confusions"
              : "Confusions";
      sections.add(table(title, wrong.subList(0, Math.min(FREQUENT, wrong.size()))).section());
    }
    return sections;
  }

  private static Table table(String title, List<Cell> cells) {
    Table.Builder table = Table.builder(title, "who it is", "taken for", "pictures");
    cells.forEach(cell -> table.row(cell.actual(), cell.answer(), cell.count()));
    return table.build();
  }

  private static Section map(ClassificationReport report, List<Cell> cells, List<Cell> wrong) {
    Set<String> shown = shown(cells, wrong);
    Set<String> people = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (Cell cell : cells) {
      for (String name : List.of(cell.actual(), cell.answer())) {
        boolean nobody =
            name.equals(ClassificationReport.NO_FACE)
                || name.equals(ClassificationReport.NO_CANDIDATE);
        if (nobody) {
          others.add(name);
        } else if (shown.contains(name)) {
          people.add(name);
        }
      }
    }
    List<String> answers = new ArrayList<>(people);
    answers.addAll(others);
    List<Map<String, Object>> counts = new ArrayList<>();
    for (Cell cell : cells) {
      Map<String, Object> count = new LinkedHashMap<>();
      count.put("actual", cell.actual());
      count.put("answer", cell.answer());
      count.put("count", cell.count());
      counts.add(count);
    }
    Map<String, Object> pictures = new LinkedHashMap<>();
    report.people().forEach((name, score) -> pictures.put(name, score.support()));
    Map<String, Object> json = new LinkedHashMap<>();
    String title = "Who was taken for whom";
    json.put("type", "confusion");
    json.put("title", title);
    json.put("people", people.stream().filter(pictures::containsKey).toList());
    json.put("answers", answers);
    json.put("pictures", pictures);
    json.put("counts", counts);
    int all = allNames(cells);
    String note =
        "Each row is a person, each column an answer; the stronger the colour, the larger the part of"
            + " the person's pictures."
            + (all > shown.size()
                ? " Shown are the "
                    + shown.size()
                    + " of "
                    + all
                    + " people with the most wrong answers."
                : "");
    return new Section(
        json,
        number ->
            Section.plot(title, number)
                + "<p class=\"note\">"
                + Section.escape(note)
                + "</p>\n"
                + table("All counts", cells).folded());
  }

  private static int allNames(List<Cell> cells) {
    Set<String> names = new HashSet<>();
    cells.forEach(
        cell -> {
          names.add(cell.actual());
          names.add(cell.answer());
        });
    names.remove(ClassificationReport.NO_FACE);
    names.remove(ClassificationReport.NO_CANDIDATE);
    return names.size();
  }

  private static Set<String> shown(List<Cell> cells, List<Cell> wrong) {
    Map<String, Integer> mistakes = new HashMap<>();
    cells.forEach(
        cell -> {
          mistakes.merge(cell.actual(), 0, Integer::sum);
          mistakes.merge(cell.answer(), 0, Integer::sum);
        });
    wrong.forEach(
        cell -> {
          mistakes.merge(cell.actual(), cell.count(), Integer::sum);
          mistakes.merge(cell.answer(), cell.count(), Integer::sum);
        });
    mistakes.remove(ClassificationReport.NO_FACE);
    mistakes.remove(ClassificationReport.NO_CANDIDATE);
    return new HashSet<>(
        mistakes.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MAP_PEOPLE)
            .map(Map.Entry::getKey)
            .toList());
  }
}
