package dev.mfr.examples.cli;

import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.examples.demo.MaskSheet;
import dev.mfr.examples.demo.TextFiles;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mask.DatasetMasker;
import dev.mfr.landmarks.mask.MaskKind;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskingOutcome;
import dev.mfr.landmarks.mask.MaskingOutcome.Status;
import dev.mfr.landmarks.mask.MaskingReport;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.util.List;
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
    name = "mask",
    description =
        "Puts drawn masks on a folder of people and writes a folder of the same layout. A second run does only"
            + " what is missing.")
final class MaskCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "One folder for each person: DIR/NAME/*.jpg. Not changed.")
  @SuppressWarnings("NullAway.Init") // required
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to; made when it is not there.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description = "Of surgical, n95, kn95, cloth, with commas; default: all.")
  private @Nullable List<MaskKind> kinds;

  @Option(
      names = "--per-person",
      paramLabel = "N",
      description = "Mask N pictures of each person; default: all.")
  private @Nullable Integer perPerson;

  @Option(names = "--all", description = "Mask every picture: the default, said aloud.")
  private boolean all;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Chooses the masks; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "What became of every picture, as CSV.")
  private @Nullable Path report;

  @Option(
      names = "--preview",
      paramLabel = "FILE",
      description = "A PNG that shows up to sixty of the masked faces.")
  private @Nullable Path preview;

  @Override
  public Integer call() {
    if (all && perPerson != null) {
      throw new ParameterException(
          spec.commandLine(), "--all and --per-person exclude each other; give one of them");
    }
    Console console = mfr.console();
    LabelledPictures pictures = PictureFolder.read(data);
    MaskingReport done;
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        Console.Progress progress = console.progress("masks", wanted(pictures))) {
      DatasetMasker.Builder builder = builder(detector);
      int[] settled = {0};
      builder.listener(
          (count, total, outcome) -> {
            if (!outcome.masked()) {
              console.remark(
                  "not masked: "
                      + outcome.person()
                      + "/"
                      + outcome.file()
                      + ": "
                      + Sentences.ofMask(outcome.detail()));
            }
            for (; settled[0] < count; settled[0]++) {
              progress.step();
            }
          });
      done = builder.build().run(data, PictureFiles.outputFolder(out));
    }
    if (report != null) {
      TextFiles.write(done.toCsv(), report);
    }
    List<MaskingOutcome> masked = done.outcomes().stream().filter(MaskingOutcome::masked).toList();
    if (preview != null && !masked.isEmpty()) {
      ImageFiles.writePng(MaskSheet.of(out, masked), preview);
    }
    console.line("masked          " + done.count(Status.MASKED));
    console.line("already there   " + done.count(Status.ALREADY_THERE));
    console.line("no face         " + done.count(Status.NO_FACE));
    console.line("no mask fits    " + done.count(Status.NO_FIT));
    console.line("unreadable      " + done.count(Status.UNREADABLE));
    return masked.isEmpty() ? ExitCode.NOTHING_FOUND : ExitCode.DONE;
  }

  private int wanted(LabelledPictures pictures) {
    if (perPerson == null) {
      return pictures.size();
    }
    int wanted = 0;
    for (List<LabelledPicture> own : pictures.byPerson().values()) {
      wanted += Math.min(perPerson, own.size());
    }
    return wanted;
  }

  private DatasetMasker.Builder builder(FaceMeshDetector detector) {
    try {
      DatasetMasker.Builder builder = DatasetMasker.builder(detector).seed(seed).jobs(jobs.count());
      if (kinds != null) {
        builder.options(MaskOptions.builder().kinds(kinds).build());
      }
      if (perPerson != null) {
        builder.perPerson(perPerson);
      }
      return builder;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
