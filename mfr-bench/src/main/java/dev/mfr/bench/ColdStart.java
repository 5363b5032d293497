package dev.mfr.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.MfrException;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.ModelBundle;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxModels;
import dev.mfr.onnx.OnnxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The time from a process's start to its first recognition, beside a process that only opens the
 * same graphs with bare ONNX Runtime and runs each once.
 *
 * <p>Both kinds are started in turn. The clock runs in the parent, from before the process is
 * started until its line arrives. The recognizer is the default with all its networks and a saved
 * head, the picture a PNG file of 250×250 pixels. The file cache is warm after the first pair,
 * which is not counted.
 */
@Command(
    name = "cold-start",
    mixinStandardHelpOptions = true,
    description =
        "Process start to first recognition, beside a process that only opens the graphs.")
final class ColdStart implements Callable<Integer> {
  private static final String READY = "ready";

  @Option(names = "--pairs", description = "Pairs of processes; default: ${DEFAULT-VALUE}.")
  int pairs = 7;

  @Option(
      names = "--jvm-arg",
      paramLabel = "ARG",
      description =
          "An argument for the started JVMs, such as -XX:TieredStopAtLevel=1; repeatable.")
  List<String> jvmArguments = List.of();

  @Option(names = "--out", description = "Folder of cold-start.json; default: ${DEFAULT-VALUE}.")
  Path out = Path.of("benchmark-results");

  @Override
  public Integer call() throws Exception {
    Machine machine = Machine.here();
    Path folder = Files.createTempDirectory("mfr-bench-cold-start");
    try {
      Path head = folder.resolve("head.mfr");
      Path picture = folder.resolve("portrait.png");
      prepare(head, picture);
      List<String> recognition = List.of("mfr", head.toString(), picture.toString());
      List<String> sessions = List.of("bare");
      double[] ours = new double[pairs];
      double[] bare = new double[pairs];
      for (int pair = -1; pair < pairs; pair++) {
        double first = seconds(recognition);
        double second = seconds(sessions);
        if (pair >= 0) {
          ours[pair] = first;
          bare[pair] = second;
        }
      }
      List<Measure> measures =
          List.of(
              Measure.of("process start to first recognition", "s", RatioSummary.of(ours))
                  .atMost(1.2),
              Measure.of("process start to bare sessions, run once", "s", RatioSummary.of(bare)),
              Measure.ratio("cold start ÷ bare sessions'", RatioSummary.ratio(ours, bare)));
      measures.forEach(System.out::println);
      new Results(machine, measures).write(out.resolve("cold-start.json"));
      return 0;
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static void prepare(Path head, Path picture) throws IOException {
    Files.write(picture, BenchPipeline.portraitFile());
    OnnxOptions options = OnnxOptions.DEFAULTS;
    try (FaceMeshDetector detector = BenchPipeline.detector(options);
        FaceEmbedder embedder = BenchPipeline.embedder("fused", Precision.INT8, options)) {
      BenchPipeline.head(detector, BenchPipeline.cropper(embedder), embedder, BenchPipeline.PEOPLE)
          .save(head);
    }
  }

  private double seconds(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArguments);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ColdStart.class.getName()));
    command.addAll(arguments);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!READY.equals(line)) {
        throw new MfrException("a process for the cold start ended without a recognition: " + line);
      }
      return seconds;
    } finally {
      process.waitFor();
    }
  }

  /**
   * What a started process does.
   *
   * @param args {@code mfr HEAD PICTURE} or {@code bare}
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("mfr")) {
      try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.load(Path.of(args[1]))) {
        if (recognizer.recognize(RgbImage.read(Path.of(args[2]))).faces().size() == 1) {
          System.out.println(READY);
        }
      }
    } else {
      List<ModelBundle> graphs = new ArrayList<>(BareRuntime.bundles(Precision.INT8));
      graphs.add(OnnxModels.maskAware());
      try (BareRuntime bare = new BareRuntime(graphs, 1)) {
        bare.run();
        System.out.println(READY);
      }
    }
  }
}
