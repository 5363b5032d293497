package dev.mfr.evaluation.page;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named numbers as horizontal bars on one axis, each with the interval that it lies in. A plot of a
 * {@link ReportPage}; the numbers also stand in a table below it.
 *
 * <pre>{@code
 * BarPlot.builder("Times", Axis.linear("ratio to the fastest"))
 *     .bar("first", 1.2, 1.1, 1.3)
 *     .bar("second", 3, 2.9, 3.2)
 *     .reference(1)
 *     .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class BarPlot {
  private final String title;
  private final Axis axis;
  private final List<Bar> bars;
  private final double reference;
  private final String note;

  private record Bar(String name, double value, double low, double high) {}

  private BarPlot(Builder b) {
    title = b.title;
    axis = b.axis;
    bars = List.copyOf(b.bars);
    reference = b.reference;
    note = b.note;
    checkArgument(!bars.isEmpty(), "the plot \"%s\" has no bar; add one", title);
  }

  /**
   * {@return a collector of bars}
   *
   * @param title the line above the plot
   * @param axis what the bars' lengths mean
   */
  public static Builder builder(String title, Axis axis) {
    return new Builder(title, axis);
  }

  /** Collects bars. Not thread-safe. */
  public static final class Builder {
    private final String title;
    private final Axis axis;
    private final List<Bar> bars = new ArrayList<>();
    private double reference = Double.NaN;
    private String note = "";

    private Builder(String title, Axis axis) {
      this.title = title;
      this.axis = axis;
    }

    /**
     * {@return this builder, with a bar below the others}
     *
     * @param name what it stands for
     * @param value its length; finite, positive where the axis is logarithmic
     * @param low where its interval begins, at most {@code value}
     * @param high where its interval ends, at least {@code value}
     */
    public Builder bar(String name, double value, double low, double high) {
      checkArgument(
          Double.isFinite(low)
              && Double.isFinite(high)
              && low <= value
              && value <= high
              && (!axis.logarithmic() || low > 0),
          "the bar \"%s\" has the value %s in %s…%s, for which the axis \"%s\" has no place",
          name,
          value,
          low,
          high,
          axis.title());
      bars.add(new Bar(name, value, low, high));
      return this;
    }

    /**
     * {@return this builder, with a dashed line across all bars}
     *
     * @param value where on the axis, such as a goal
     */
    public Builder reference(double value) {
      checkArgument(Double.isFinite(value), "a reference is a number, got %s", value);
      reference = value;
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
     * @throws IllegalArgumentException when it has no bar
     */
    public BarPlot build() {
      return new BarPlot(this);
    }
  }

  Section section() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "bars");
    json.put("title", title);
    json.put("axis", axis.json());
    if (!Double.isNaN(reference)) {
      json.put("reference", reference);
    }
    json.put("names", bars.stream().map(Bar::name).toList());
    json.put("values", bars.stream().map(Bar::value).toList());
    json.put("low", bars.stream().map(Bar::low).toList());
    json.put("high", bars.stream().map(Bar::high).toList());
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
    List<List<String>> rows = new ArrayList<>();
    for (Bar bar : bars) {
      rows.add(
          List.of(
              bar.name(),
              LinePlot.number(bar.value()),
              LinePlot.number(bar.low()),
              LinePlot.number(bar.high())));
    }
    return new Table("The plot's numbers", List.of("bar", axis.title(), "from", "to"), rows);
  }
}
