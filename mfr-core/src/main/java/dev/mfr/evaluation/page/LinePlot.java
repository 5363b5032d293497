package dev.mfr.evaluation.page;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import dev.mfr.evaluation.ReliabilityDiagram;
import dev.mfr.evaluation.RocCurve;
import dev.mfr.evaluation.RocPoint;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Curves over common axes, such as the accuracy by epoch of several trainings.
 *
 * <pre>{@code
 * LinePlot.builder("Training accuracy", Axis.linear("epoch"), Axis.share("accuracy"))
 *     .line("plain", epochs, plain)
 *     .line("with masks", epochs, masked)
 *     .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class LinePlot {
  /** So many points of a ROC curve are drawn, and written to the page, at most. */
  public static final int ROC_POINTS = 200;

  private static final MathContext DIGITS = new MathContext(6);

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Series> series;
  private final String note;

  private LinePlot(Builder b) {
    checkArgument(!b.series.isEmpty(), "the plot \"%s\" has no curve; add one", b.title);
    title = b.title;
    x = b.x;
    y = b.y;
    series = List.copyOf(b.series);
    note = b.note;
  }

  private enum Style {
    /** Straight from point to point. */
    LINE,
    /** The same as a reference: thin, dashed, without dots. */
    DASHED,
    /** Level up to the next point, then up or down. */
    STEP,
    /** Dots only. */
    POINTS
  }

  /** The counts are how many things a point stands for; empty where each is alike. */
  private record Series(
      String name, Style style, List<Double> x, List<Double> y, List<Integer> counts) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      json.put("style", style.name().toLowerCase(Locale.ROOT));
      json.put("x", x);
      json.put("y", y);
      if (!counts.isEmpty()) {
        json.put("counts", counts);
      }
      return json;
    }
  }

  /**
   * {@return a collector of curves}
   *
   * @param title the line above the plot
   * @param x the axis to the right
   * @param y the axis upwards
   */
  public static Builder builder(String title, Axis x, Axis y) {
    return new Builder(title, x, y);
  }

  /**
   * {@return receiver operating characteristics over a logarithmic axis of false accepts}
   *
   * <p>Each begins at the smallest rate that its scores can tell from 0, one over the number of its
   * impostors, and is named with its area and its equal error rate. Drawn are the exact steps of at
   * most {@value #ROC_POINTS} of its points.
   *
   * @param title the line above the plot
   * @param curves by name, in the order of the legend; at least one
   */
  public static LinePlot roc(String title, Map<String, RocCurve> curves) {
    double lowest =
        curves.values().stream().mapToDouble(curve -> 1. / curve.impostorCount()).min().orElse(1);
    Axis far =
        Axis.logarithmic("false accept rate")
            .between(Math.min(.1, Math.pow(10, Math.floor(Math.log10(lowest) + 1e-9))), 1);
    Builder plot = builder(title, far, Axis.share("true accept rate"));
    curves.forEach(
        (name, curve) -> {
          double first = 1. / curve.impostorCount();
          List<Double> rates = new ArrayList<>(List.of(first));
          List<Double> accepted = new ArrayList<>(List.of(curve.tarAtFar(first)));
          for (RocPoint point : curve.points(ROC_POINTS)) {
            if (point.far() > first) {
              rates.add(point.far());
              accepted.add(point.tar());
            }
          }
          plot.step(
              String.format(
                  Locale.ROOT,
                  "%s (area %.4f, equal error rate %s)",
                  name,
                  curve.auc(),
                  ReportPage.percent(curve.eer())),
              Doubles.toArray(rates),
              Doubles.toArray(accepted));
        });
    return plot.build();
  }

  /**
   * {@return how often answers are right, over the probability that they were given with; the
   * closer to the diagonal, the more a probability can be taken at its word}
   *
   * @param title the line above the plot
   * @param diagrams by name, in the order of the legend; at least one. Empty bins are left out
   */
  public static LinePlot reliability(String title, Map<String, ReliabilityDiagram> diagrams) {
    checkArgument(!diagrams.isEmpty(), "the plot \"%s\" has no curve; add one", title);
    Builder plot =
        builder(title, Axis.share("probability of the answer"), Axis.share("right answers"))
            .dashed("as said", new double[] {0, 1}, new double[] {0, 1})
            .note("The more answers a dot stands for, the larger it is.");
    diagrams.forEach(
        (name, diagram) -> {
          List<Double> said = new ArrayList<>();
          List<Double> right = new ArrayList<>();
          List<Integer> counts = new ArrayList<>();
          for (ReliabilityDiagram.Bin bin : diagram.bins()) {
            if (bin.count() > 0) {
              said.add(bin.meanProbability());
              right.add(bin.accuracy());
              counts.add(bin.count());
            }
          }
          plot.add(
              diagram.count() == 0
                  ? name + " (no answer)"
                  : String.format(
                      Locale.ROOT,
                      "%s (calibration error %s)",
                      name,
                      ReportPage.percent(diagram.expectedCalibrationError())),
              Style.LINE,
              Doubles.toArray(said),
              Doubles.toArray(right),
              Ints.toArray(counts));
        });
    return plot.build();
  }

  /** Collects curves. Not thread-safe. */
  public static final class Builder {
    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();
    private String note = "";

    private Builder(String title, Axis x, Axis y) {
      this.title = title;
      this.x = x;
      this.y = y;
    }

    /**
     * {@return this builder, with straight lines from point to point}
     *
     * @param name the curve's name in the legend
     * @param xs finite, positive where the axis is logarithmic; not modified
     * @param ys as many; NaN and infinities are gaps; not modified
     */
    public Builder line(String name, double[] xs, double[] ys) {
      return add(name, Style.LINE, xs, ys, new int[0]);
    }

    /**
     * {@return this builder, with a thin dashed line, such as a reference}
     *
     * @param name the curve's name in the legend
     * @param xs as for {@link #line}
     * @param ys as for {@link #line}
     */
    public Builder dashed(String name, double[] xs, double[] ys) {
      return add(name, Style.DASHED, xs, ys, new int[0]);
    }

    /**
     * {@return this builder, with steps: level up to the next point, then up or down}
     *
     * @param name the curve's name in the legend
     * @param xs as for {@link #line}
     * @param ys as for {@link #line}
     */
    public Builder step(String name, double[] xs, double[] ys) {
      return add(name, Style.STEP, xs, ys, new int[0]);
    }

    /**
     * {@return this builder, with dots only}
     *
     * @param name the dots' name in the legend
     * @param xs as for {@link #line}
     * @param ys as for {@link #line}
     */
    public Builder points(String name, double[] xs, double[] ys) {
      return add(name, Style.POINTS, xs, ys, new int[0]);
    }

    private Builder add(String name, Style style, double[] xs, double[] ys, int[] counts) {
      checkArgument(
          xs.length == ys.length, "the curve \"%s\" has %s x and %s y", name, xs.length, ys.length);
      for (double value : xs) {
        checkArgument(
            Double.isFinite(value) && (!x.logarithmic() || value > 0),
            "the curve \"%s\" has the x %s, for which the axis \"%s\" has no place",
            name,
            value,
            x.title());
      }
      for (double value : ys) {
        checkArgument(
            !y.logarithmic() || !Double.isFinite(value) || value > 0,
            "the curve \"%s\" has the y %s, for which the axis \"%s\" has no place",
            name,
            value,
            y.title());
      }
      series.add(
          new Series(
              name,
              style,
              List.copyOf(Doubles.asList(xs)),
              List.copyOf(Doubles.asList(ys)),
              List.copyOf(Ints.asList(counts))));
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param text a line below the plot that says how to read it
     */
    public Builder note(String text) {
      note = text;
      return this;
    }

    /**
     * {@return the plot}
     *
     * @throws IllegalArgumentException when it has no curve
     */
    public LinePlot build() {
      return new LinePlot(this);
    }
  }

  Section section() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "plot");
    json.put("title", title);
    json.put("x", x.json());
    json.put("y", y.json());
    json.put("series", series.stream().map(Series::json).toList());
    if (!note.isEmpty()) {
      json.put("note", note);
    }
    return new Section(
        json,
        number ->
            Section.plot(title, number)
                + (note.isEmpty() ? "" : "<p class=\"note\">" + Section.escape(note) + "</p>\n")
                + table().folded());
  }

  private Table table() {
    boolean counted = series.stream().anyMatch(s -> !s.counts().isEmpty());
    List<String> columns = new ArrayList<>(List.of("curve", x.title(), y.title()));
    if (counted) {
      columns.add("count");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Series curve : series) {
      for (int i = 0; i < curve.x().size(); i++) {
        List<String> row = new ArrayList<>();
        Collections.addAll(row, curve.name(), number(curve.x().get(i)), number(curve.y().get(i)));
        if (counted) {
          row.add(curve.counts().isEmpty() ? "" : curve.counts().get(i).toString());
        }
        rows.add(row);
      }
    }
    return new Table("The plot's numbers", columns, rows);
  }

  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
    return Math.abs(rounded.scale()) > 12 ? rounded.toString() : rounded.toPlainString();
  }
}
