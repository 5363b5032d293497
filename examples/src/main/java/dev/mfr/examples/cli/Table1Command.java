package dev.mfr.examples.cli;

import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.examples.experiment.Table1;
import dev.mfr.examples.experiment.Table1Report;
import dev.mfr.examples.experiment.Table1Result;
import dev.mfr.landmarks.dlib.DlibModelFile;
import dev.mfr.landmarks.dlib.DlibShapePredictor;
import java.nio.file.Files;
import java.nio.file.Path;
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
    name = "table1",
    description =
        "Measures the paper's table under three protocols, two of which leak, beside the paper's own figures.",
    footer = {
      "",
      "Writes table1.html, table1.json, table1.md, curves.csv, dropouts.csv and splits/. What is computed is kept"
          + " in the cache: an interrupted run goes on where it was. The cache and the results hold biometric data."
    })
final class Table1Command implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ExperimentCommand experiment;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ExperimentOptions options;

  @Option(
      names = "--dlib",
      paramLabel = "FILE",
      description =
          "dlib's shape_predictor_68_face_landmarks.dat; default: what MFR_DLIB_MODEL names, or where Debian's"
              + " libdlib-data puts it. Without it the rows of Dlib are missing.")
  private @Nullable Path dlib;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many draws of test, masks and training; default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--people",
      paramLabel = "N",
      defaultValue = "100",
      description = "The most people, those with the most photographs; default: ${DEFAULT-VALUE}.")
  private int people;

  @Option(
      names = "--photographs",
      paramLabel = "N",
      defaultValue = "20",
      description = "The most photographs a person, by name; default: ${DEFAULT-VALUE}.")
  private int photographs;

  @Option(
      names = "--masked",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Masked pictures a person, for the test and as many for training; people with fewer than twice as many"
              + " usable photographs are named and left out; default: ${DEFAULT-VALUE}.")
  private int masked;

  @Override
  public Integer call() {
    Table1.Options settings;
    Path out = options.out();
    try {
      settings = new Table1.Options(seeds, people, photographs, masked, options.jobs());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    long start = System.nanoTime();
    Console console = experiment.mfr().console();
    LabelledPictures pictures = options.pictures(console);
    OutputFile.check("the table", PictureFiles.outputFolder(out).resolve("table1.html"));
    Optional<DlibShapePredictor> shapes = shapes(console);
    Table1Result result;
    try (DiskCache results = options.openCache(console);
        Steps steps = new Steps(console)) {
      LabelledPictures read = LabelledPictures.of(experiment.mfr().reader().labelled(pictures));
      result = new Table1(settings, results, steps).run(read, shapes);
    }
    Table1Report report = new Table1Report(result);
    report.write(out, options.data());
    report.summary().forEach(console::line);
    console.line(out.resolve("table1.html") + ", " + Text.seconds(System.nanoTime() - start));
    return ExitCode.DONE;
  }

  private Optional<DlibShapePredictor> shapes(Console console) {
    Optional<Path> file = dlib == null ? DlibModelFile.find() : Optional.of(dlib);
    if (dlib == null && file.filter(Files::isRegularFile).isEmpty()) {
      console.remark(
          "without dlib's shape_predictor_68_face_landmarks.dat the rows of Dlib are missing (Debian: apt install"
              + " libdlib-data); name it with --dlib. "
              + DlibModelFile.LICENCE_NOTE);
      return Optional.empty();
    }
    console.remark(DlibModelFile.LICENCE_NOTE);
    return file.map(DlibShapePredictor::read);
  }

  /** Tells of each part with a progress of its own. */
  private static final class Steps implements Table1.Listener, AutoCloseable {
    private final Console console;
    private Console.@Nullable Progress progress;

    Steps(Console console) {
      this.console = console;
    }

    @Override
    public void begin(String name, int steps) {
      close();
      progress = console.progress(name, steps);
    }

    @Override
    public void step() {
      if (progress != null) {
        progress.step();
      }
    }

    @Override
    public void remark(String text) {
      console.remark(Sentences.of(text));
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
