package dev.mfr.examples.cli;

import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.examples.demo.TextFiles;
import dev.mfr.examples.experiment.GalleryExperiment;
import dev.mfr.examples.experiment.GalleryFaces;
import dev.mfr.examples.experiment.GalleryReport;
import dev.mfr.examples.experiment.GalleryResult;
import dev.mfr.examples.experiment.GalleryWay;
import dev.mfr.gallery.Calibration;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "gallery",
    description = {
      "Galleries: who is on a picture when people were enrolled from one photograph or three, with and without"
          + " drawn masks, for every bundled embedder? And do calibrated thresholds hold on other people?"
    },
    footer = {
      "",
      "Writes gallery.json, gallery.html, gallery.md, and the thresholds as calibrations/NAME.properties, which is how"
          + " the bundled ones were made."
    })
final class GalleryExperimentCommand implements Callable<Integer> {

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
      names = "--calibrate-on",
      required = true,
      paramLabel = "DIR",
      description =
          "Such a folder of other people, whom thresholds are measured on; who is in --data too is left out.")
  @SuppressWarnings("NullAway.Init") // required
  private Path calibrateOn;

  @Option(
      names = "--photographs",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "The most photographs a person in --data, by name, 4 or more; default: ${DEFAULT-VALUE}.")
  private int photographs;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How often people and photographs to enrol are drawn; default: ${DEFAULT-VALUE}.")
  private int draws;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Chooses masks, people and photographs; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    if (photographs < 4 || draws < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--photographs must be 4 or more and --draws 1 or more, got "
              + photographs
              + " and "
              + draws);
    }
    int jobs = options.jobs();
    long start = System.nanoTime();
    Console console = experiment.mfr().console();
    LabelledPictures data = options.pictures(console);
    Set<String> people = new HashSet<>(data.people());
    List<LabelledPicture> enrolled = new ArrayList<>();
    data.byPerson()
        .values()
        .forEach(own -> own.stream().limit(photographs).forEach(p -> enrolled.add(named(p))));
    List<LabelledPicture> unseen =
        PictureFolder.read(calibrateOn).list().stream()
            .filter(picture -> !people.contains(picture.label()))
            .map(this::named)
            .toList();
    Path folder = PictureFiles.outputFolder(options.out());
    OutputFile.check("the page", folder.resolve("gallery.html"));
    Path calibrations = PictureFiles.outputFolder(folder.resolve("calibrations"));
    GalleryResult result;
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        DiskCache cache = options.openCache(console)) {
      GalleryFaces known = GalleryFaces.of(enrolled, detector, cache, jobs, seed, console::remark);
      GalleryFaces others = GalleryFaces.of(unseen, detector, cache, jobs, seed, console::remark);
      result =
          new GalleryExperiment(
                  GalleryWay.bundled(),
                  draws,
                  seed,
                  LocalDate.now(ZoneId.systemDefault()),
                  console::remark)
              .run(
                  known,
                  others,
                  name(calibrateOn) + " without the people of " + name(options.data()));
    }
    ReportPage page =
        GalleryReport.page(result, name(options.data()), name(calibrateOn), draws, seed);
    page.write(folder.resolve("gallery.html"));
    page.writeJson(folder.resolve("gallery.json"));
    TextFiles.write(GalleryReport.markdown(result), folder.resolve("gallery.md"));
    GalleryWay.bundled().stream()
        .filter(GalleryWay::shipped)
        .forEach(
            way -> {
              Calibration made = result.calibrations().get(way.name());
              if (made != null) {
                made.write(calibrations.resolve(way.name() + ".properties"));
              }
            });
    console.line(
        "written    "
            + folder.resolve("gallery.html")
            + ", gallery.json, gallery.md, calibrations; "
            + Text.seconds(System.nanoTime() - start));
    return ExitCode.DONE;
  }

  /** The folder's name, with the one above where it is but "images". */
  private static String name(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    Path name = whole.getFileName();
    Path above = whole.getParent();
    return name == null
        ? String.valueOf(whole)
        : name.toString().equals("images") && above != null && above.getFileName() != null
            ? String.valueOf(above.getFileName())
            : name.toString();
  }

  /** Named by person and file, so that the masks are the same wherever the folder lies. */
  private LabelledPicture named(LabelledPicture picture) {
    Path file = Path.of(picture.name());
    PictureReader reader = experiment.mfr().reader();
    return new LabelledPicture(
        picture.label(), picture.label() + "/" + file.getFileName(), () -> reader.read(file));
  }
}
