package dev.mfr.examples.cli;

import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.examples.demo.TextFiles;
import dev.mfr.examples.experiment.RecogniserComparison;
import dev.mfr.examples.experiment.RecogniserComparison.Compared;
import dev.mfr.examples.experiment.RecogniserComparison.Result;
import dev.mfr.examples.experiment.RecogniserReport;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.ResNet50Embedder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "recognisers",
    description = {
      "Compares ways to recognise by cross-validation on training photographs, and tests the best one on the"
          + " others.",
      "This is how the default of 'mfr train' was chosen."
    },
    footer = {
      "",
      "Writes recognisers.html, recognisers.json and recognisers.md. Features are kept in the cache: biometric data."
    })
final class RecognisersCommand implements Callable<Integer> {

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
      names = "--train-share",
      paramLabel = "R",
      defaultValue = "0.75",
      description =
          "The part of each person's photographs to choose and train on; default: ${DEFAULT-VALUE}.")
  private double trainShare;

  @Option(
      names = "--folds",
      paramLabel = "N",
      defaultValue = "4",
      description = "Of the cross-validation; default: ${DEFAULT-VALUE}.")
  private int folds;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Default: 0.")
  private long seed;

  @Override
  public Integer call() {
    int jobs = options.jobs();
    Path out = options.out();
    if (!(trainShare > 0 && trainShare < 1) || folds < 2) {
      throw new ParameterException(
          spec.commandLine(),
          "--train-share lies between 0 and 1 and --folds is 2 or more; got "
              + trainShare
              + " and "
              + folds);
    }
    long start = System.nanoTime();
    Console console = experiment.mfr().console();
    LabelledPictures pictures = options.pictures(console);
    OutputFile.check("the comparison", PictureFiles.outputFolder(out).resolve("recognisers.html"));
    List<FaceEmbedder> networks = new ArrayList<>();
    Result result;
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        DiskCache results = options.openCache(console)) {
      networks.add(ResNet50Embedder.open());
      networks.add(DlibEmbedder.open());
      networks.add(MaskAwareEmbedder.open());
      result =
          new RecogniserComparison(results, jobs, folds, seed, console::remark)
              .run(
                  LabelledPictures.of(experiment.mfr().reader().labelled(pictures)),
                  trainShare,
                  detector,
                  networks,
                  fusions(networks));
    } finally {
      networks.forEach(FaceEmbedder::close);
    }
    ReportPage page =
        RecogniserReport.page(result, String.valueOf(options.data().getFileName()), folds, seed);
    page.write(out.resolve("recognisers.html"));
    page.writeJson(out.resolve("recognisers.json"));
    TextFiles.write(RecogniserReport.markdown(result), out.resolve("recognisers.md"));
    Compared winner = result.winner();
    console.line(
        String.format(
            Locale.ROOT,
            "best       %s; %d masked copies; %s",
            winner.way().networks(),
            winner.way().maskedCopies(),
            winner.way().head()));
    result
        .test()
        .forEach(
            tested ->
                console.line(
                    String.format(
                        Locale.ROOT,
                        "%5.1f %%    %s, %d pictures",
                        100 * tested.accuracy(),
                        tested.what(),
                        tested.pictures())));
    console.line(out.resolve("recognisers.html") + ", " + Text.seconds(System.nanoTime() - start));
    return ExitCode.DONE;
  }

  /** Each network alone, and pairs of neighbours in several shares. */
  private static List<Map<String, Double>> fusions(List<FaceEmbedder> networks) {
    List<Map<String, Double>> fusions = new ArrayList<>();
    networks.forEach(network -> fusions.add(Map.of(network.modelId(), 1.)));
    for (int i = 0; i < networks.size(); i++) {
      for (int j = i + 1; j < networks.size(); j++) {
        for (double share : new double[] {.15, .3, .5, .7}) {
          Map<String, Double> shares = new LinkedHashMap<>();
          shares.put(networks.get(i).modelId(), share);
          shares.put(networks.get(j).modelId(), 1 - share);
          fusions.add(shares);
        }
      }
    }
    return fusions;
  }
}
