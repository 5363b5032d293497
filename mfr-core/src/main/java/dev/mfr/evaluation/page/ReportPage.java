package dev.mfr.evaluation.page;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.MfrException;
import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.evaluation.ClassificationReport;
import dev.mfr.evaluation.PersonScore;
import dev.mfr.internal.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results as one HTML page that needs no network and no other file, and as one JSON document.
 *
 * <pre>{@code
 * ReportPage.builder("People of the north gate")
 *     .fact("model", "people.mfr")
 *     .classification(report)
 *     .plot(LinePlot.roc("Pairs", Map.of("ResNet-50", roc)))
 *     .build()
 *     .write(Path.of("report.html"));
 * }</pre>
 *
 * <p>Sections stand in the order in which they are added. Plots are drawn by Chart.js (MIT
 * licence), which is part of the page, when it is opened; without JavaScript the same numbers can
 * be read in tables. Every text is shown as it is, whatever characters it has, and the page tells
 * the browser to run no other script and to load nothing.
 *
 * <p>A page with names or mistakes holds biometric data: keep it as the pictures themselves.
 *
 * <p>Immutable and thread-safe.
 */
public final class ReportPage {
  private static final double LEVEL = .95;

  private final String title;
  private final List<List<String>> facts;
  private final List<Section> sections;

  private ReportPage(Builder b) {
    title = b.title;
    facts = List.copyOf(b.facts);
    sections = List.copyOf(b.sections);
  }

  /**
   * {@return a collector of sections}
   *
   * @param title the page's title, not blank
   */
  public static Builder builder(String title) {
    return new Builder(title);
  }

  /** Collects sections. Not thread-safe. */
  public static final class Builder {
    private final String title;
    private final List<List<String>> facts = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();

    private Builder(String title) {
      checkArgument(!title.isBlank(), "a page needs a title");
      this.title = title;
    }

    /**
     * {@return this builder, with a line of the list at the top of the page}
     *
     * @param name what it is, such as "model"
     * @param value shown as its {@code toString()}
     */
    public Builder fact(String name, Object value) {
      facts.add(List.of(name, value.toString()));
      return this;
    }

    /**
     * {@return this builder, with a heading}
     *
     * @param text what the sections below are about
     */
    public Builder heading(String text) {
      return add("heading", text, "<h2>", "</h2>\n");
    }

    /**
     * {@return this builder, with a paragraph}
     *
     * @param text plain text
     */
    public Builder text(String text) {
      return add("text", text, "<p>", "</p>\n");
    }

    private Builder add(String type, String text, String open, String close) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", type);
      json.put("text", text);
      sections.add(new Section(json, number -> open + Section.escape(text) + close));
      return this;
    }

    /**
     * {@return this builder, with a table}
     *
     * @param table the table
     */
    public Builder table(Table table) {
      sections.add(table.section());
      return this;
    }

    /**
     * {@return this builder, with a plot}
     *
     * @param plot the plot
     */
    public Builder plot(LinePlot plot) {
      sections.add(plot.section());
      return this;
    }

    /**
     * {@return this builder, with a plot of bars}
     *
     * @param plot the plot
     */
    public Builder plot(BarPlot plot) {
      sections.add(plot.section());
      return this;
    }

    /**
     * {@return this builder, with a heat map of who was taken for whom, and a table of the most
     * frequent confusions}
     *
     * <p>The map holds at most 120 people, those with the most wrong answers; the counts of all are
     * in the table below it and in the JSON.
     *
     * @param report where they are counted
     */
    public Builder confusion(ClassificationReport report) {
      sections.addAll(Confusions.sections(report));
      return this;
    }

    /**
     * {@return this builder, with all that a report holds: its figures with the 95 % interval of
     * the accuracy over people, the confusions, the reliability of the probabilities, and a table
     * of the people}
     *
     * @param report of at least one picture
     * @throws IllegalArgumentException when the report has no picture
     */
    public Builder classification(ClassificationReport report) {
      heading("Figures");
      table(figures(report));
      heading("Confusions");
      confusion(report);
      heading("Probabilities");
      plot(
          LinePlot.reliability(
              "Are the probabilities right?", Map.of("first answers", report.reliability())));
      heading("People");
      table(people(report));
      return this;
    }

    /**
     * {@return this builder, with pictures and their wrong answers, in the order given}
     *
     * @param title the line above them
     * @param mistakes the pictures
     */
    public Builder mistakes(String title, List<Mistake> mistakes) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("type", "mistakes");
      json.put("title", title);
      json.put("mistakes", mistakes.stream().map(Mistake::json).toList());
      StringBuilder html = new StringBuilder("<h3>" + Section.escape(title) + "</h3>\n");
      html.append("<div class=\"gallery\">\n");
      mistakes.forEach(mistake -> mistake.appendTo(html));
      html.append("</div>\n");
      String text = html.toString();
      sections.add(new Section(json, number -> text));
      return this;
    }

    /** {@return the page of all that was added} */
    public ReportPage build() {
      return new ReportPage(this);
    }
  }

  private static Table figures(ClassificationReport report) {
    BootstrapInterval interval = report.accuracyInterval(LEVEL, 0);
    return Table.builder("Of all pictures", "figure", "value", "meaning")
        .row("pictures", report.pictures(), report.noFace() + " of them without a usable face")
        .row(
            "accuracy",
            percent(report.accuracy()),
            "the first answer is right; on other people mostly "
                + percent(interval.low())
                + " to "
                + percent(interval.high())
                + " (95 % interval over people)")
        .row("top 5", percent(report.topK(5)), "the right person is among the first five answers")
        .row("named", report.acceptedCount(), "pictures that were given a name")
        .row("right names", percent(report.acceptedAccuracy()), "of the pictures that were named")
        .row("unknown", report.unknownCount(), "faces that were taken for nobody known")
        .row("precision", percent(report.macroPrecision()), "mean over people")
        .row("recall", percent(report.macroRecall()), "mean over people")
        .row("F1", percent(report.macroF1()), "mean over people")
        .row(
            "calibration error",
            percent(report.reliability().expectedCalibrationError()),
            "how far the probabilities are from the share of right answers")
        .build();
  }

  private static Table people(ClassificationReport report) {
    Table.Builder table =
        Table.builder(
            "By person, in the order of F1", "person", "pictures", "precision", "recall", "F1");
    report.people().values().stream()
        .sorted(
            (a, b) ->
                a.f1() == b.f1() ? a.label().compareTo(b.label()) : Double.compare(a.f1(), b.f1()))
        .forEach(
            (PersonScore score) ->
                table.row(
                    score.label(),
                    score.support(),
                    percent(score.precision()),
                    percent(score.recall()),
                    percent(score.f1())));
    return table.build();
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /**
   * {@return the report as one JSON object: {@code title}, {@code facts} (pairs of name and value)
   * and {@code sections}, each with its {@code type}}
   *
   * <p>The page holds the same text for its script. Pictures are left out, and numbers that are NaN
   * or infinite are null.
   */
  public String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("title", title);
    json.put("facts", facts);
    json.put("sections", sections.stream().map(Section::json).toList());
    return Json.text(json);
  }

  /** {@return the page} */
  public String html() {
    String style = resource("page.css");
    String chart = "/*\n" + resource("chart.LICENSE.md") + "*/\n" + resource("chart.umd.min.js");
    String script = resource("page.js");
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
    html.append("<meta charset=\"utf-8\">\n");
    html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .append("img-src data:; style-src ")
        .append(hash(style))
        .append("; script-src ")
        .append(hash(chart))
        .append(' ')
        .append(hash(script))
        .append("\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>")
        .append(Section.escape(title))
        .append("</title>\n<style>")
        .append(style)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(Section.escape(title))
        .append("</h1>\n");
    if (!facts.isEmpty()) {
      html.append("<dl>\n");
      for (List<String> fact : facts) {
        html.append("<dt>").append(Section.escape(fact.get(0))).append("</dt><dd>");
        html.append(Section.escape(fact.get(1))).append("</dd>\n");
      }
      html.append("</dl>\n");
    }
    html.append(
        "<noscript><p>Plots need JavaScript; the tables in their place hold the same numbers.</p></noscript>\n");
    for (int i = 0; i < sections.size(); i++) {
      html.append(sections.get(i).html().apply(i));
    }
    return html.append("<script type=\"application/json\" id=\"report\">")
        .append(json())
        .append("</script>\n<script>")
        .append(chart)
        .append("</script>\n<script>")
        .append(script)
        .append("</script>\n</body>\n</html>\n")
        .toString();
  }

  /**
   * Writes the page, whole or not at all.
   *
   * @param file the target; an existing file is replaced
   * @throws MfrException when it cannot be written
   */
  public void write(Path file) {
    write(html(), file);
  }

  /**
   * Writes {@link #json()}, whole or not at all.
   *
   * @param file the target; an existing file is replaced
   * @throws MfrException when it cannot be written
   */
  public void writeJson(Path file) {
    write(json() + "\n", file);
  }

  private static void write(String text, Path file) {
    Path target = file.toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new MfrException("cannot write " + file + ": it is a folder; give a file name");
    }
    try {
      WholeFile.write(text.getBytes(StandardCharsets.UTF_8), target, false);
    } catch (IOException e) {
      throw new MfrException(
          "cannot write " + file + " (" + e + "); check the folder, its rights and free space", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new MfrException(
            "mfr-core's jar lacks " + name + "; build it with Maven, which puts it there");
      }
      // A browser hashes what it has read, with line feeds only.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** {@return the title and how many sections there are} */
  @Override
  public String toString() {
    return "ReportPage[" + title + ", " + sections.size() + " sections]";
  }
}
