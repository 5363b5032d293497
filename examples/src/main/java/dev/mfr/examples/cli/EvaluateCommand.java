package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.PictureOutcome;
import dev.mfr.RecognizedFace;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.evaluation.ClassificationReport;
import dev.mfr.evaluation.PersonScore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "evaluate",
    description = {
      "Measures a model on a folder of people, laid out as for 'mfr train'.",
      "A picture counts with its main face; one without a face, or that cannot be read, counts as wrong."
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int WORST_PEOPLE = 20;
  private static final int WORST_CONFUSIONS = 15;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "A model that 'mfr train' wrote.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "A folder with a folder of pictures for each person.")
  @SuppressWarnings("NullAway.Init") // required
  private Path data;

  @Option(names = "--json", description = "The whole report as one JSON object on stdout.")
  private boolean json;

  private int unreadable;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    Console console = mfr.console();
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.load(model)) {
      if (Files.isDirectory(data) && PictureFiles.below(data, console).isEmpty()) {
        console.failure("the folder " + data + " holds no picture (jpg, jpeg, png, webp, bmp)");
        return ExitCode.NOTHING_FOUND;
      }
      LabelledPictures pictures = PictureFolder.read(data);
      for (Path ignored : pictures.ignored()) {
        console.remark("ignored " + ignored + ": no picture in a person's folder");
      }
      List<String> strangers = new ArrayList<>(pictures.people());
      recognizer.head().ifPresent(head -> strangers.removeAll(head.labels()));
      if (!strangers.isEmpty()) {
        console.remark(
            Text.count(strangers.size(), "person's folder")
                + " of people whom the model does not know; their pictures count as wrong: "
                + String.join(", ", strangers));
      }
      ClassificationReport report = measure(recognizer, pictures);
      if (json) {
        console.json(line(report, System.nanoTime() - start));
      } else {
        tell(console, report, System.nanoTime() - start);
      }
      return report.pictures() > report.noFace() ? ExitCode.DONE : ExitCode.NOTHING_FOUND;
    }
  }

  private ClassificationReport measure(MaskedFaceRecognizer recognizer, LabelledPictures pictures) {
    Console console = mfr.console();
    ClassificationReport.Builder report = ClassificationReport.builder();
    List<Path> files = pictures.list().stream().map(picture -> Path.of(picture.name())).toList();
    Iterator<LabelledPicture> labels = pictures.list().iterator();
    try (Console.Progress progress = console.progress("evaluate", files.size())) {
      mfr.reader()
          .recognize(
              recognizer,
              files,
              outcome -> {
                String label = labels.next().label();
                if (outcome instanceof PictureOutcome.Recognized done) {
                  Optional<RecognizedFace> face = done.recognition().mainFace();
                  if (face.isPresent()) {
                    report.add(label, face.get().classification());
                  } else {
                    report.addNoFace(label);
                    console.remark("no face in " + done.file());
                  }
                } else if (outcome instanceof PictureOutcome.Failed failed) {
                  // Left out, the pictures that are hardest to read would raise the accuracy.
                  report.addNoFace(label);
                  unreadable++;
                  console.failure(Sentences.of(failed.failure()));
                }
                progress.step();
              });
    }
    return report.build();
  }

  private ObjectNode line(ClassificationReport report, long nanos) {
    ObjectNode line = Json.object();
    line.set("accuracy", Json.share(report.accuracy()));
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
    return line;
  }

  private void tell(Console console, ClassificationReport report, long nanos) {
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
