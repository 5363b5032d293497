package dev.mfr.examples.cli;

import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.VerificationPairs;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.examples.demo.TextFiles;
import dev.mfr.examples.experiment.PairsExperiment;
import dev.mfr.examples.experiment.PairsResult;
import dev.mfr.examples.experiment.PairsSelection;
import dev.mfr.examples.experiment.VerificationEmbedder;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "pairs",
    description = {
      "Verification: do two pictures show one person, with and without drawn masks? By the protocol of Labeled"
          + " Faces in the Wild, for every bundled embedder.",
      "A pair with a picture that gives no features, mostly because no face is found, counts as wrong in the"
          + " accuracy."
    },
    footer = {
      "",
      "Writes pairs.json, pairs.html and pairs.md. The page needs no network and no other file. The cache holds"
          + " face features: biometric data, to be kept as the pictures themselves."
    })
final class PairsCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ExperimentCommand experiment;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ExperimentOptions options;

  @Option(
      names = "--pairs",
      required = true,
      paramLabel = "FILE",
      description = "The list of pairs, as LFW's pairs.txt, of two folds or more.")
  @SuppressWarnings("NullAway.Init") // required
  private Path pairs;

  @Option(
      names = "--leave-out-people",
      paramLabel = "DIR",
      description =
          "Leave out people who have a folder of their name in DIR, such as a training set: their pictures and"
              + " all pairs with them.")
  private @Nullable Path leaveOut;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Chooses the masks, and the halves of the people; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    options.jobs();
    Path data = options.data();
    long start = System.nanoTime();
    Console console = experiment.mfr().console();
    PairsSelection selection = selection(console);
    Path folder = PictureFiles.outputFolder(options.out());
    Path json = folder.resolve("pairs.json");
    Path page = folder.resolve("pairs.html");
    Path table = folder.resolve("pairs.md");
    OutputFile.check("the results", json);
    OutputFile.check("the page", page);
    OutputFile.check("the table", table);
    PairsResult result = run(selection, console);
    if (result.rows().isEmpty()) {
      console.failure(
          "none of the " + selection.pictures().size() + " pictures shows a usable face");
      return ExitCode.NOTHING_FOUND;
    }
    PairsReport report = new PairsReport(result, data, pairs, Optional.ofNullable(leaveOut));
    ReportPage html = report.page();
    TextFiles.write(Json.text(report.json()) + "\n", json);
    TextFiles.write(report.markdown(), table);
    html.write(page);
    report.lines().forEach(console::line);
    console.line("written    " + page + ", pairs.json, pairs.md; " + Text.seconds(since(start)));
    return ExitCode.DONE;
  }

  private static long since(long start) {
    return System.nanoTime() - start;
  }

  private PairsSelection selection(Console console) {
    Path data = options.data();
    if (!Files.isDirectory(data)) {
      throw new DatasetException(
          Files.exists(data)
              ? data + " is a file; name the folder that holds the people's folders"
              : "there is no folder " + data + "; name the one that holds the people's folders",
          null);
    }
    Set<String> people = leaveOut == null ? Set.of() : PairsSelection.peopleIn(leaveOut);
    VerificationPairs all = VerificationPairs.read(pairs, data);
    List<Path> missing =
        all.missing().stream()
            .filter(file -> !people.contains(String.valueOf(data.relativize(file).getName(0))))
            .toList();
    if (!missing.isEmpty()) {
      throw new DatasetException(
          pairs
              + " names "
              + Text.count(missing.size(), "picture")
              + " of "
              + (all.pictures().size() + all.missing().size())
              + " that "
              + (missing.size() == 1 ? "is" : "are")
              + " not in "
              + data
              + ", the first: "
              + missing.get(0)
              + "; give the folder that belongs to the pairs, or complete it",
          null);
    }
    PairsSelection selection = PairsSelection.of(all, people, this::named);
    if (leaveOut != null) {
      console.remark(
          "left out: "
              + Text.count(selection.leftOutPairs(), "pair")
              + " with "
              + (selection.leftOutPeople().size() == 1
                  ? "1 person who has a folder in "
                  : selection.leftOutPeople().size() + " people who have a folder in ")
              + leaveOut);
    }
    return selection;
  }

  /** Named by person and file, so that the masks are the same wherever the folder lies. */
  private LabelledPicture named(LabelledPicture picture) {
    Path file = Path.of(picture.name());
    PictureReader reader = experiment.mfr().reader();
    return new LabelledPicture(
        picture.label(), picture.label() + "/" + file.getFileName(), () -> reader.read(file));
  }

  private PairsResult run(PairsSelection selection, Console console) {
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        DiskCache results = options.openGivenCache(console);
        Told told = new Told(console)) {
      return new PairsExperiment(
              detector,
              VerificationEmbedder.bundled(),
              seed,
              options.jobs(),
              Optional.ofNullable(results),
              told)
          .run(selection);
    }
  }

  /** Tells of the parts, one after another. */
  private static final class Told implements PairsExperiment.Listener, AutoCloseable {
    private final Console console;
    private final List<Console.Progress> parts = new ArrayList<>();

    Told(Console console) {
      this.console = console;
    }

    @Override
    public void begin(String name, long steps) {
      close();
      parts.add(console.progress(name, steps));
    }

    @Override
    public void step() {
      parts.get(0).step();
    }

    @Override
    public void remark(String text) {
      console.remark(Sentences.of(text));
    }

    @Override
    public void close() {
      parts.forEach(Console.Progress::close);
      parts.clear();
    }
  }
}
