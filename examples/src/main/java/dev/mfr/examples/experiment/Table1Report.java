package dev.mfr.examples.experiment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MfrException;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureListing;
import dev.mfr.evaluation.page.Axis;
import dev.mfr.evaluation.page.LinePlot;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.evaluation.page.Table;
import dev.mfr.examples.demo.TextFiles;
import dev.mfr.examples.experiment.Table1Result.Cell;
import dev.mfr.examples.experiment.Table1Result.Curve;
import dev.mfr.examples.experiment.Table1Result.DetectorTime;
import dev.mfr.examples.experiment.Table1Result.Dropout;
import dev.mfr.examples.experiment.Table1Result.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes what the experiment found: for people, for programs, and the listings it used. */
public final class Table1Report {
  private final Table1Result result;

  /**
   * @param result what was found
   */
  public Table1Report(Table1Result result) {
    this.result = result;
  }

  /**
   * Writes {@code table1.html}, {@code table1.json}, {@code table1.md}, {@code curves.csv}, {@code
   * dropouts.csv} and {@code splits/}; each file appears whole or not at all.
   *
   * @param out a folder
   * @param data the folder of the photographs, which the listings' paths start from
   * @throws MfrException when a file cannot be written
   */
  public void write(Path out, Path data) {
    writeSplits(out.resolve("splits"), data);
    TextFiles.write(curves(), out.resolve("curves.csv"));
    TextFiles.write(dropouts(data), out.resolve("dropouts.csv"));
    TextFiles.write(json(), out.resolve("table1.json"));
    TextFiles.write(markdown(), out.resolve("table1.md"));
    page().write(out.resolve("table1.html"));
  }

  private void writeSplits(Path splits, Path data) {
    try {
      Files.createDirectories(splits);
    } catch (IOException e) {
      throw new MfrException("the folder " + splits + " cannot be made (" + e + ")", e);
    }
    PictureListing.write(result.photographs(), splits.resolve("photographs.csv"), data);
    result
        .draws()
        .forEach(
            (seed, draw) -> {
              LabelledPictures test = LabelledPictures.of(draw.test());
              PictureListing.write(
                  new LabelledPictures.Split(
                      LabelledPictures.of(Protocol.CLEAN.unmasked(draw)), test),
                  splits.resolve("seed-" + seed + "-clean.csv"),
                  data);
              PictureListing.write(
                  test, splits.resolve("seed-" + seed + "-masked-for-test.csv"), data);
              PictureListing.write(
                  LabelledPictures.of(draw.others()),
                  splits.resolve("seed-" + seed + "-masked-for-training.csv"),
                  data);
            });
  }

  private static String csv(Object... fields) {
    List<String> cells = new ArrayList<>();
    for (Object field : fields) {
      String text = field.toString();
      boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      cells.add(plain ? text : '"' + text.replace("\"", "\"\"") + '"');
    }
    return String.join(",", cells) + "\n";
  }

  private String curves() {
    StringBuilder text =
        new StringBuilder(
            csv(
                "detector",
                "embedder",
                "protocol",
                "training",
                "seed",
                "epoch",
                "loss",
                "accuracy"));
    for (Curve curve : result.curves()) {
      for (int i = 0; i < curve.losses().size(); i++) {
        text.append(
            csv(
                curve.arm().detector(),
                curve.arm().embedder(),
                curve.protocol(),
                curve.masks() ? "B" : "A",
                curve.seed(),
                i + 1,
                rounded(curve.losses().get(i)),
                rounded(curve.accuracies().get(i))));
      }
    }
    return text.toString();
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e6) / 1e6;
  }

  private String dropouts(Path data) {
    StringBuilder text =
        new StringBuilder(
            csv("detector", "embedder", "person", "picture", "kind", "use", "reason"));
    for (Dropout dropout : result.dropouts()) {
      text.append(
          csv(
              dropout.detector(),
              dropout.embedder(),
              dropout.person(),
              below(data, dropout.picture()),
              dropout.kind(),
              dropout.use(),
              dropout.reason()));
    }
    return text.toString();
  }

  private static String below(Path data, String picture) {
    String root = data + data.getFileSystem().getSeparator();
    return picture.startsWith(root) ? picture.substring(root.length()) : picture;
  }

  private String json() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode json = nodes.objectNode();
    json.put("people", result.photographs().people().size());
    json.put("photographs", result.photographs().size());
    json.put("maskedPerPerson", result.perPerson());
    json.put("testPictures", result.testPictures());
    json.put("chance", rounded(result.chance()));
    ArrayNode seeds = json.putArray("seeds");
    result.draws().keySet().forEach(seeds::add);
    json.put("missing", result.missing());
    ObjectNode leftOut = json.putObject("leftOut");
    result.leftOut().forEach(leftOut::put);
    ObjectNode facts = json.putObject("facts");
    result.facts().forEach(facts::put);
    ObjectNode protocols = json.putObject("protocols");
    for (Protocol protocol : Protocol.values()) {
      protocols.put(protocol.shortName(), protocol.explanation());
    }
    ArrayNode rows = json.putArray("rows");
    for (Row row : result.rows()) {
      ObjectNode node = rows.addObject();
      node.put("ofPaper", row.arm().ofPaper());
      node.put("detector", row.arm().detector());
      node.put("embedder", row.arm().embedder());
      node.put("training", row.training());
      node.put("epochs", row.epochs());
      double paper = row.arm().paper(row.masks(), row.epochs());
      if (!Double.isNaN(paper)) {
        node.put("paperTestPercent", paper);
      }
      ObjectNode cells = node.putObject("protocols");
      row.cells()
          .forEach(
              (protocol, cell) -> {
                ObjectNode c = cells.putObject(protocol.shortName());
                c.put("trainPictures", rounded(cell.trainPictures()));
                put(c, "trainAccuracy", cell.train());
                put(c, "maskedTestAccuracy", cell.masked());
                put(c, "unmaskedTestAccuracy", cell.unmasked());
                put(c, "maskedTestDropouts", cell.maskedDropouts());
              });
    }
    ArrayNode times = json.putArray("detectorTimes");
    for (DetectorTime time : result.detectors()) {
      times
          .addObject()
          .put("detector", time.detector())
          .put("pictures", time.pictures())
          .put("medianMillis", rounded(time.millis()));
    }
    ArrayNode curves = json.putArray("curves");
    for (Curve curve : result.curves()) {
      ObjectNode node = curves.addObject();
      node.put("detector", curve.arm().detector());
      node.put("embedder", curve.arm().embedder());
      node.put("protocol", curve.protocol().shortName());
      node.put("training", curve.masks() ? "B" : "A");
      node.put("seed", curve.seed());
      ArrayNode losses = node.putArray("loss");
      curve.losses().forEach(value -> losses.add(rounded(value)));
      ArrayNode accuracies = node.putArray("accuracy");
      curve.accuracies().forEach(value -> accuracies.add(rounded(value)));
    }
    ArrayNode dropouts = json.putArray("dropouts");
    for (Dropout dropout : result.dropouts()) {
      dropouts
          .addObject()
          .put("detector", dropout.detector())
          .put("embedder", dropout.embedder())
          .put("person", dropout.person())
          .put("picture", dropout.picture())
          .put("kind", dropout.kind())
          .put("use", dropout.use())
          .put("reason", dropout.reason());
    }
    try {
      return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(json)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values is always writable", e);
    }
  }

  private static void put(ObjectNode node, String name, Stat stat) {
    ObjectNode value = node.putObject(name);
    value.put("mean", rounded(stat.mean()));
    if (stat.values().size() > 1) {
      value.put("deviation", rounded(stat.deviation()));
    }
    ArrayNode values = value.putArray("bySeed");
    stat.values().forEach(v -> values.add(rounded(v)));
  }

  private static final List<String> COLUMNS =
      List.of(
          "detector",
          "trained on",
          "epochs",
          "the paper",
          "P1, as printed",
          "P2, as published",
          "clean");

  private List<List<String>> summary(boolean ofPaper) {
    List<List<String>> rows = new ArrayList<>();
    for (Row row : result.rows()) {
      if (row.arm().ofPaper() == ofPaper) {
        List<String> cells = new ArrayList<>();
        cells.add(ofPaper ? row.arm().detector() : row.arm().embedder());
        cells.add(row.training());
        cells.add(Integer.toString(row.epochs()));
        if (ofPaper) {
          double paper = row.arm().paper(row.masks(), row.epochs());
          cells.add(
              Double.isNaN(paper)
                  ? "–"
                  : String.format(Locale.ROOT, "%.2f", paper).replaceFirst("0$", ""));
        }
        for (Protocol protocol : Protocol.values()) {
          cells.add(cell(row, protocol).masked().percent());
        }
        rows.add(cells);
      }
    }
    return rows;
  }

  private static List<String> columns(boolean ofPaper) {
    List<String> columns = new ArrayList<>(COLUMNS);
    if (!ofPaper) {
      columns.set(0, "network");
      columns.remove(3);
    }
    return columns;
  }

  private static Cell cell(Row row, Protocol protocol) {
    return requireNonNull(row.cells().get(protocol));
  }

  private static final List<String> DETAILS =
      List.of(
          "row",
          "trained on",
          "epochs",
          "trained pictures",
          "training",
          "masked test",
          "unmasked test",
          "no face");

  private List<List<String>> details(Protocol protocol) {
    List<List<String>> rows = new ArrayList<>();
    for (Row row : result.rows()) {
      Cell cell = cell(row, protocol);
      rows.add(
          List.of(
              name(row.arm()),
              row.training(),
              Integer.toString(row.epochs()),
              String.format(Locale.ROOT, "%.0f", cell.trainPictures()),
              cell.train().percent(),
              cell.masked().percent(),
              cell.unmasked().percent(),
              String.format(Locale.ROOT, "%.1f", cell.maskedDropouts().mean())));
    }
    return rows;
  }

  private static String name(Arm arm) {
    return arm.ofPaper()
        ? arm.detector()
        : switch (arm) {
          case MASK_AWARE -> "ours: mask-aware";
          case FUSED -> "ours: the default, fused";
          default -> "ours: dlib, whole face";
        };
  }

  private String size() {
    return String.format(
        Locale.ROOT,
        "%d people, %d photographs, %d masked test pictures a seed, %d %s; chance %.2f %%",
        result.photographs().people().size(),
        result.photographs().size(),
        result.testPictures(),
        result.draws().size(),
        result.draws().size() == 1 ? "seed" : "seeds",
        100 * result.chance());
  }

  /** {@return the table in a few lines: a row's name and its figures under the protocols} */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    lines.add(size());
    String format = "%-44s %3s %6s %7s %13s %13s %13s";
    lines.add(
        String.format(format, "row", "", "epochs", "paper", "P1 (leaks)", "P2 (leaks)", "clean"));
    for (Row row : result.rows()) {
      double paper = row.arm().paper(row.masks(), row.epochs());
      lines.add(
          String.format(
              Locale.ROOT,
              format,
              name(row.arm()),
              row.training(),
              row.epochs(),
              Double.isNaN(paper) ? "" : paper,
              cell(row, Protocol.P1).masked().percent(),
              cell(row, Protocol.P2).masked().percent(),
              cell(row, Protocol.CLEAN).masked().percent()));
    }
    return lines;
  }

  /** The table, to paste. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
            "Accuracy on the masked test in per cent, mean ± standard deviation over the seeds. ")
        .append(size())
        .append(". Pictures without a usable face count as wrong.\n\n");
    append(text, columns(true), summary(true));
    text.append("\nNot in the paper (detector MediaPipe):\n\n");
    append(text, columns(false), summary(false));
    for (Protocol protocol : Protocol.values()) {
      text.append("\n")
          .append(protocol.shortName())
          .append(", ")
          .append(protocol.title())
          .append(":\n\n");
      append(text, DETAILS, details(protocol));
    }
    text.append("\n");
    append(text, List.of("detector", "ms a picture, median", "pictures"), times());
    if (!result.missing().isEmpty()) {
      text.append("\n").append(result.missing()).append("\n");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, List<String> columns, List<List<String>> rows) {
    line(text, columns);
    line(text, columns.stream().map(column -> "---").toList());
    rows.forEach(row -> line(text, row));
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ")
        .append(String.join(" | ", cells.stream().map(c -> c.replace("|", "\\|")).toList()))
        .append(" |\n");
  }

  private List<List<String>> times() {
    return result.detectors().stream()
        .map(
            time ->
                List.of(
                    time.detector(),
                    String.format(Locale.ROOT, "%.1f", time.millis()),
                    Integer.toString(time.pictures())))
        .toList();
  }

  private ReportPage page() {
    ReportPage.Builder page =
        ReportPage.builder("The paper's table, under three protocols")
            .fact("people", result.photographs().people().size())
            .fact("photographs", result.photographs().size())
            .fact("masked test pictures a seed", result.testPictures())
            .fact("seeds", result.draws().keySet())
            .fact("chance", String.format(Locale.ROOT, "%.2f %%", 100 * result.chance()));
    if (!result.missing().isEmpty()) {
      page.text(result.missing());
    }
    page.heading("The table")
        .text(
            "Accuracy on masked pictures in per cent: the share whose first answer is the right person. Mean ±"
                + " standard deviation over the seeds; each seed draws its own test photographs, masks and order of"
                + " training. A picture in which no usable face is found counts as wrong. The column \"the paper\""
                + " holds the published figures of Muhi, Farhat and Frikha; all other figures were measured by this"
                + " run. Training A is unmasked photographs, training B the same and masked copies of some.")
        .table(new Table("The paper's eight rows, and its 10 epochs", columns(true), summary(true)))
        .text(
            "Compare the paper with P1 and P2 only, and believe the clean column only: P1 and P2 leak, as the"
                + " next section says. The network that the paper used is not public; these rows use the ResNet-50 of"
                + " mfr, which was trained on regions of the face mesh, so the rows of Dlib say less about dlib.")
        .table(
            new Table(
                "Not in the paper: the same pictures and the detector MediaPipe, other networks",
                columns(false),
                summary(false)))
        .heading("The three protocols")
        .text(
            "In all three the test is the same: "
                + result.perPerson()
                + " photographs of each person, drawn by the seed, each with one mask drawn on. They differ in what"
                + " is trained on.");
    Table.Builder protocols = Table.builder("", "protocol", "what is trained on", "leaks");
    for (Protocol protocol : Protocol.values()) {
      protocols.row(
          protocol.shortName() + ", " + protocol.title(),
          protocol.explanation(),
          protocol == Protocol.CLEAN ? "no" : "yes");
    }
    page.table(protocols.build());
    page.heading("Each protocol by itself")
        .text(
            "\"training\" is the accuracy on the training pictures themselves. \"unmasked test\" is the"
                + " accuracy on the test's photographs before the masks were drawn; under P1 and P2 these are"
                + " training pictures. Both are per cent. \"no face\" is how many masked test pictures show no usable"
                + " face and count as wrong, mean over the seeds.");
    for (Protocol protocol : Protocol.values()) {
      page.table(
          new Table(protocol.shortName() + ", " + protocol.title(), DETAILS, details(protocol)));
    }
    page.heading("By epoch")
        .text(
            "As the paper's Fig. 4: accuracy and loss on the training pictures while an epoch goes on, under P2,"
                + " mean over the seeds. The rate is constant, so 10 and 50 epochs are the beginnings of 100."
                + " All curves of all protocols and seeds are in curves.csv.")
        .plot(curvePlot("Training accuracy", Axis.share("accuracy"), Curve::accuracies))
        .plot(curvePlot("Training loss", Axis.linear("cross-entropy in nats"), Curve::losses));
    page.heading("Time")
        .text(
            "Detection and landmarks of one picture on one thread of this machine, median; measured in this run,"
                + " the detectors in turn. Both find the face with the same network, because dlib's own detector is"
                + " not part of mfr: Dlib's time is that and its regression trees.")
        .table(new Table("", List.of("detector", "ms a picture", "pictures measured"), times()));
    page.heading("Pictures that dropped out")
        .text(
            "Without a usable face a picture is not trained on, and counts as wrong in the test. A photograph that"
                + " cannot get a mask is never drawn for one; another one of the person takes its place.")
        .table(dropoutCounts());
    if (!result.dropouts().isEmpty()) {
      Table.Builder each =
          Table.builder("Every one", "detector", "network", "picture", "use", "reason");
      for (Dropout dropout : result.dropouts()) {
        each.row(
            dropout.detector(),
            dropout.embedder(),
            dropout.picture(),
            dropout.use(),
            dropout.reason());
      }
      page.table(each.build());
    }
    if (!result.leftOut().isEmpty()) {
      Table.Builder people = Table.builder("People left out", "person", "reason");
      result.leftOut().forEach(people::row);
      page.table(people.build());
    }
    Table.Builder facts = Table.builder("For the record", "what", "value");
    result.facts().forEach(facts::row);
    return page.heading("Settings").table(facts.build()).build();
  }

  private Table dropoutCounts() {
    Map<List<String>, Integer> counts = new TreeMap<>(Comparator.comparing(List::toString));
    for (Dropout dropout : result.dropouts()) {
      counts.merge(
          List.of(dropout.detector(), dropout.embedder(), dropout.kind(), dropout.reason()),
          1,
          Integer::sum);
    }
    Table.Builder table =
        Table.builder("How many", "detector", "network", "kind", "reason", "pictures");
    counts.forEach((key, n) -> table.row(key.get(0), key.get(1), key.get(2), key.get(3), n));
    return table.build();
  }

  private LinePlot curvePlot(String title, Axis axis, Function<Curve, List<Double>> values) {
    LinePlot.Builder plot = LinePlot.builder(title, Axis.linear("epoch"), axis);
    for (Arm arm : Arm.values()) {
      for (boolean masks : new boolean[] {false, true}) {
        List<List<Double>> own =
            result.curves().stream()
                .filter(c -> c.arm() == arm && c.masks() == masks && c.protocol() == Protocol.P2)
                .map(values)
                .toList();
        if (own.isEmpty()) {
          continue;
        }
        double[] epochs = new double[own.get(0).size()];
        double[] mean = new double[epochs.length];
        for (int i = 0; i < epochs.length; i++) {
          epochs[i] = i + 1;
          for (List<Double> curve : own) {
            mean[i] += curve.get(i) / own.size();
          }
        }
        plot.line(name(arm) + ", " + (masks ? "B" : "A"), epochs, mean);
      }
    }
    return plot.build();
  }
}
