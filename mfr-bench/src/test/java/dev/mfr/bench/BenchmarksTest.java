package dev.mfr.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mfr.MfrException;
import dev.mfr.onnx.OnnxRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;

class BenchmarksTest {
  @TempDir private Path folder;

  @BeforeAll
  static void prepare() {
    DjlPipeline.prepare();
  }

  private Options options(Benchmarks.Profile profile, String... arguments) throws Exception {
    return Benchmarks.options(new CommandLineOptions(arguments), profile, folder).build();
  }

  @Test
  void options_short_isOneForkOfShortIterationsWithHeap() throws Exception {
    Options options = options(Benchmarks.Profile.SHORT);

    assertThat(options.getForkCount().get()).isEqualTo(1);
    assertThat(options.getMeasurementIterations().get()).isEqualTo(3);
    assertThat(options.getMeasurementTime().get()).isEqualTo(TimeValue.seconds(1));
    assertThat(options.getProfilers()).hasSize(1);
    assertThat(options.getExcludes()).containsExactly("TrainingBenchmark");
    assertThat(options.getParameter("people").get()).containsExactly("10", "100", "1000");
    assertThat(options.getResult().get()).isEqualTo(folder.resolve("jmh.json").toString());
  }

  @Test
  void options_full_leavesForksAndParametersToTheClasses() throws Exception {
    Options options = options(Benchmarks.Profile.FULL);

    assertThat(options.getForkCount().hasValue()).isFalse();
    assertThat(options.getMeasurementIterations().hasValue()).isFalse();
    assertThat(options.getParameter("people").hasValue()).isFalse();
    assertThat(options.getExcludes()).isEmpty();
  }

  @Test
  void options_jmhArguments_winOverTheProfile() throws Exception {
    Options options =
        options(Benchmarks.Profile.SHORT, "Batch", "-f", "7", "-i", "9", "-p", "batch=2,3");

    assertThat(options.getIncludes()).containsExactly("Batch");
    assertThat(options.getExcludes()).isEmpty();
    assertThat(options.getForkCount().get()).isEqualTo(7);
    assertThat(options.getMeasurementIterations().get()).isEqualTo(9);
    assertThat(options.getParameter("batch").get()).containsExactly("2", "3");
  }

  @Test
  void options_providerThatIsNotThere_isLeftOut() throws Exception {
    assumeThat(BenchPipeline.absence("cuda")).isNotEmpty();

    Options options = options(Benchmarks.Profile.SHORT, "-p", "provider=cuda,cpu");

    assertThat(options.getParameter("provider").get()).containsExactly("cpu");
    assertThat(BenchPipeline.absence("cuda"))
        .startsWith("cuda cannot be measured here: ")
        .contains("onnxruntime_gpu");
  }

  @Test
  void options_nothingLeft_saysSo() {
    assumeThat(Precision.FP32.absence()).isNotEmpty();

    assertThatExceptionOfType(MfrException.class)
        .isThrownBy(() -> options(Benchmarks.Profile.SHORT, "-p", "precision=fp32"))
        .withMessage("nothing is left to measure");
    assertThat(Precision.FP32.absence()).contains("-D" + Precision.FP32_FILE);
  }

  @Test
  void commandLine_unknownArguments_areJmhs() {
    CommandLine line = Benchmarks.commandLine();

    line.parseArgs(
        "--profile", "full", "BatchBenchmark", "-p", "batch=4", "-prof", "gc", "-t", "2");

    Benchmarks benchmarks = line.getCommand();
    assertThat(benchmarks.profile).isEqualTo(Benchmarks.Profile.FULL);
    assertThat(benchmarks.jmh)
        .containsExactly("BatchBenchmark", "-p", "batch=4", "-prof", "gc", "-t", "2");
    assertThat(line.getSubcommands().keySet())
        .isEqualTo(Set.of("compare", "cold-start", "soak", "templates", "report"));
  }

  /** Every benchmark opens what it needs and runs once; the contenders are checked on the way. */
  @Test
  void run_everyBenchmarkOnce_reports() throws Exception {
    int code =
        Benchmarks.commandLine()
            .execute(
                "--out",
                folder.toString(),
                "StageBenchmark|RecognitionBenchmark|ContenderBenchmark|BatchBenchmark|GalleryBenchmark",
                "-foe",
                "true",
                "-f",
                "0",
                "-wi",
                "0",
                "-i",
                "1",
                "-bm",
                "ss",
                "-v",
                "SILENT",
                "-p",
                "embedder=fused",
                "-p",
                "size=250",
                "-p",
                "batch=4",
                "-p",
                "people=10",
                "-p",
                "intraOpThreads=1");

    assertThat(code).isZero();
    Report.Content content = Report.read(folder);
    List<String> names = content.jmh().stream().map(JmhResult::benchmark).distinct().toList();
    assertThat(content.machine().onnxRuntime()).isEqualTo(OnnxRuntime.version());
    assertThat(names)
        .containsExactlyInAnyOrder(
            "StageBenchmark.decode",
            "StageBenchmark.detect",
            "StageBenchmark.track",
            "StageBenchmark.mesh",
            "StageBenchmark.crop",
            "StageBenchmark.embed",
            "StageBenchmark.head",
            "StageBenchmark.mask",
            "RecognitionBenchmark.recognize",
            "ContenderBenchmark.recognize",
            "BatchBenchmark.embed",
            "GalleryBenchmark.probabilities",
            "GalleryBenchmark.classify");
    assertThat(content.jmh().stream().filter(r -> r.benchmark().startsWith("Contender")))
        .extracting(r -> r.parameters().get("contender"))
        .containsExactlyInAnyOrder("mfr", "mfr-into", "bare", "djl", "naive", "opencv");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("ContenderBenchmark");
  }
}
