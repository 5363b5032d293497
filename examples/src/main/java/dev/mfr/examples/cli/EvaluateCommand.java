package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.MfrException;
import dev.mfr.PictureOutcome;
import dev.mfr.RecognizedFace;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.evaluation.ClassificationReport;
import dev.mfr.evaluation.PersonScore;
import dev.mfr.evaluation.ReliabilityDiagram;
import dev.mfr.evaluation.RocCurve;
import dev.mfr.evaluation.RocPoint;
import dev.mfr.evaluation.page.LinePlot;
import dev.mfr.evaluation.page.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    description = {
      "Measures a model on a folder of people, laid out as for 'mfr train'.",
      "A picture counts with its main face; one without a face, or that cannot be read, counts as wrong."
    },
    footer = {
      "",
      "The page of --page needs no network and no other file. It holds names and faces of people: biometric"
          + " data, to be kept as the pictures themselves."
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int WORST_PEOPLE = 20;
  private static final int WORST_CONFUSIONS = 15;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "A model that 'mfr train' wrote.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private PeopleFolderChoice data;

  @Option(names = "--json", description = "The whole report as one JSON object on stdout.")
  private boolean json;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Option(
      names = "--page",
      paramLabel = "FILE.html",
      description =
          "Write the report as an HTML page as well, with plots and the faces of the worst mistakes; an"
              + " existing file is replaced.")
  private @Nullable Path page;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    Console console = mfr.console();
    jobs.count();
    if (page != null) {
      checkPage(page);
    }
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.load(model)) {
      Optional<LabelledPictures> found = data.pictures(console);
      if (found.isEmpty()) {
        return ExitCode.NOTHING_FOUND;
      }
      LabelledPictures pictures = found.get();
      List<String> strangers = new ArrayList<>(pictures.people());
      recognizer.head().ifPresent(head -> strangers.removeAll(head.labels()));
      if (!strangers.isEmpty()) {
        console.remark(
            Text.count(strangers.size(), "person's folder")
                + " of people whom the model does not know; their pictures count as wrong: "
                + String.join(", ", strangers));
      }
      Evaluation evaluation = measure(recognizer, pictures);
      ClassificationReport report = evaluation.report();
      long nanos = System.nanoTime() - start;
      if (page != null) {
        write(evaluation, recognizer, page);
      }
      if (json) {
        console.json(line(evaluation, report, nanos));
      } else {
        tell(console, report, evaluation.unreadable(), nanos);
      }
      return report.pictures() > report.noFace() ? ExitCode.DONE : ExitCode.NOTHING_FOUND;
    }
  }

  private void checkPage(Path file) {
    OutputFile.check("the page", file);
    try {
      if (Files.exists(file) && Files.exists(model) && Files.isSameFile(file, model)) {
        throw new ParameterException(
            spec.commandLine(),
            "--page and --model name the same file; give the page another name");
      }
    } catch (IOException e) {
      throw new MfrException("the files " + file + " and " + model + " cannot be compared", e);
    }
  }

  private void write(Evaluation evaluation, MaskedFaceRecognizer recognizer, Path file) {
    Console console = mfr.console();
    ReportPage.Builder builder =
        EvaluationPage.of(evaluation, data.folder(), mfr.reader(), console)
            .fact("data", data.folder())
            .fact("model", model);
    recognizer
        .head()
        .ifPresent(
            head ->
                builder
                    .fact("people it knows", head.labels().size())
                    .fact("embedder", head.embedderId()));
    builder.build().write(file);
    console.remark(
        "the page " + file + " holds names and faces of people: biometric data, keep it so");
  }

  private Evaluation measure(MaskedFaceRecognizer recognizer, LabelledPictures pictures) {
    Console console = mfr.console();
    Evaluation evaluation = new Evaluation();
    List<Path> files = pictures.list().stream().map(picture -> Path.of(picture.name())).toList();
    Iterator<LabelledPicture> labels = pictures.list().iterator();
    try (Console.Progress progress = console.progress("evaluate", files.size())) {
      mfr.reader()
          .recognize(
              recognizer,
              files,
              jobs.count(),
              outcome -> {
                String label = labels.next().label();
                if (outcome instanceof PictureOutcome.Recognized done) {
                  Optional<RecognizedFace> face = done.recognition().mainFace();
                  if (face.isPresent()) {
                    evaluation.add(done.file(), label, face.get());
                  } else {
                    evaluation.addNoFace(label);
                    console.remark("no face in " + done.file());
                  }
                } else if (outcome instanceof PictureOutcome.Failed failed) {
                  evaluation.addUnreadable(label);
                  console.failure(Sentences.of(failed.failure()));
                }
                progress.step();
              });
    }
    return evaluation;
  }

  private static ObjectNode line(Evaluation evaluation, ClassificationReport report, long nanos) {
    int unreadable = evaluation.unreadable();
    ObjectNode line = Json.object();
    line.set("accuracy", Json.share(report.accuracy()));
    BootstrapInterval interval = report.accuracyInterval(.95, 0);
    line.set("accuracyLow95", Json.share(interval.low()));
    line.set("accuracyHigh95", Json.share(interval.high()));
    line.set("top5", Json.share(report.topK(5)));
    line.put("pictures", report.pictures());
    line.put("noFace", report.noFace() - unreadable);
    line.put("unreadable", unreadable);
    line.put("named", report.acceptedCount());
    line.set("namedAccuracy", Json.share(report.acceptedAccuracy()));
    line.put("unknown", report.unknownCount());
    line.set("macroPrecision", Json.share(report.macroPrecision()));
    line.set("macroRecall", Json.share(report.macroRecall()));
    line.set("macroF1", Json.share(report.macroF1()));
    line.set("seconds", Json.pixels(nanos / 1e9));
    ArrayNode people = line.putArray("perPerson");
    for (PersonScore score : report.people().values()) {
      ObjectNode person = people.addObject();
      person.put("identity", score.label());
      person.put("pictures", score.support());
      person.put("correct", score.correct());
      person.set("precision", Json.share(score.precision()));
      person.set("recall", Json.share(score.recall()));
      person.set("f1", Json.share(score.f1()));
    }
    ArrayNode confusion = line.putArray("confusion");
    report
        .confusion()
        .forEach(
            (actual, row) ->
                row.forEach(
                    (answer, count) ->
                        confusion
                            .addObject()
                            .put("actual", actual)
                            .put("predicted", answer)
                            .put("count", count)));
    reliability(line.putObject("reliability"), report.reliability());
    evaluation.rightFromWrong().ifPresent(curve -> roc(line.putObject("roc"), curve));
    ArrayNode mistakes = line.putArray("worstMistakes");
    for (Evaluation.Wrong wrong : evaluation.worst()) {
      ObjectNode mistake = mistakes.addObject();
      mistake.put("image", wrong.file().toString());
      mistake.put("actual", wrong.actual());
      mistake.put("predicted", wrong.answer());
      mistake.set("probability", Json.share(wrong.probability()));
      mistake.put("named", wrong.named());
    }
    return line;
  }

  private static void reliability(ObjectNode target, ReliabilityDiagram diagram) {
    target.set("calibrationError", Json.share(diagram.expectedCalibrationError()));
    target.set("brierScore", Json.share(diagram.brierScore()));
    ArrayNode bins = target.putArray("bins");
    for (ReliabilityDiagram.Bin bin : diagram.bins()) {
      ObjectNode node = bins.addObject();
      node.set("from", Json.share(bin.from()));
      node.set("to", Json.share(bin.to()));
      node.put("count", bin.count());
      node.set("meanProbability", Json.share(bin.meanProbability()));
      node.set("accuracy", Json.share(bin.accuracy()));
    }
  }

  /** Of right first answers against wrong ones, by their probability. */
  private static void roc(ObjectNode target, RocCurve curve) {
    target.set("area", Json.share(curve.auc()));
    target.set("equalErrorRate", Json.share(curve.eer()));
    ArrayNode points = target.putArray("points");
    for (RocPoint point : curve.points(LinePlot.ROC_POINTS)) {
      ObjectNode node = points.addObject();
      node.set("threshold", Json.share(point.threshold()));
      node.set("falseAcceptRate", Json.share(point.far()));
      node.set("trueAcceptRate", Json.share(point.tar()));
    }
  }

  private static void tell(
      Console console, ClassificationReport report, int unreadable, long nanos) {
    console.line(
        String.format(
            Locale.ROOT,
            "pictures   %d, %d of them without a face, %d unreadable",
            report.pictures(),
            report.noFace() - unreadable,
            unreadable));
    console.line(
        "accuracy   "
            + Text.percent(report.accuracy())
            + "; top 5 "
            + Text.percent(report.topK(5)));
    console.line(
        String.format(
            Locale.ROOT,
            "named      %d, %s of them rightly; %d faces of nobody known",
            report.acceptedCount(),
            Text.percent(report.acceptedAccuracy()),
            report.unknownCount()));
    console.line(
        "by person  precision "
            + Text.percent(report.macroPrecision())
            + ", recall "
            + Text.percent(report.macroRecall())
            + ", F1 "
            + Text.percent(report.macroF1()));
    console.line("time       " + Text.seconds(nanos));
    if (report.people().isEmpty()) {
      return;
    }
    people(console, report);
    confusions(console, report);
  }

  private static void people(Console console, ClassificationReport report) {
    List<PersonScore> scores =
        report.people().values().stream()
            .sorted(Comparator.comparingDouble(PersonScore::f1))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    boolean cut = scores.size() > WORST_PEOPLE;
    rows.add(
        List.of(
            cut ? "the " + WORST_PEOPLE + " of least F1 of " + scores.size() + " people" : "person",
            "pictures",
            "precision",
            "recall",
            "F1"));
    for (PersonScore score : scores.subList(0, Math.min(WORST_PEOPLE, scores.size()))) {
      rows.add(
          List.of(
              score.label(),
              String.valueOf(score.support()),
              Text.percent(score.precision()),
              Text.percent(score.recall()),
              Text.percent(score.f1())));
    }
    console.line("");
    Text.table(rows).forEach(console::line);
  }

  private record Confusion(String actual, String answer, int count) {}

  private static void confusions(Console console, ClassificationReport report) {
    List<Confusion> wrong = new ArrayList<>();
    report
        .confusion()
        .forEach(
            (actual, row) ->
                row.forEach(
                    (answer, count) -> {
                      if (!answer.equals(actual)) {
                        wrong.add(new Confusion(actual, answer, count));
                      }
                    }));
    if (wrong.isEmpty()) {
      return;
    }
    wrong.sort(Comparator.comparingInt(Confusion::count).reversed());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("who it is", "taken for", "pictures"));
    for (Confusion c : wrong.subList(0, Math.min(WORST_CONFUSIONS, wrong.size()))) {
      rows.add(List.of(c.actual(), c.answer(), String.valueOf(c.count())));
    }
    console.line("");
    Text.table(rows).forEach(console::line);
    if (wrong.size() > WORST_CONFUSIONS) {
      console.line("and " + (wrong.size() - WORST_CONFUSIONS) + " more; --json has all");
    }
  }
}
