package dev.mfr.bench;

import dev.mfr.MfrException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/**
 * Runs the benchmarks.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar</pre>
 *
 * <p>Without a benchmark's name that is JMH's benchmarks, the interleaved comparison, the cold
 * start and a report of all. With one, or with other options of JMH, it is JMH's own command line,
 * with the profile's settings where it is silent.
 */
@Command(
    name = "benchmarks",
    usageHelpAutoWidth = true,
    description = {
      "Measures the library and what it is compared with, and reports.",
      "What is not listed here is handed to JMH, such as a benchmark's name, -p provider=cuda, -t 2, -l."
    },
    subcommands = {
      Comparison.class,
      ColdStart.class,
      MemorySoak.class,
      TemplateSearch.class,
      Report.class
    })
public final class Benchmarks implements Callable<Integer> {
  /** How long and how much. */
  enum Profile {
    /** About five minutes: one fork, few parameters, short iterations. */
    SHORT,
    /** What can be published: the forks, iterations and parameters that the classes say. */
    FULL
  }

  /** Options with which JMH only tells something. */
  private static final Set<String> TELLS = Set.of("-h", "-l", "-lp", "-lrf", "-lprof");

  @Option(names = "--help", usageHelp = true, description = "Show this; -h shows JMH's options.")
  @SuppressWarnings("unused") // picocli reads it
  private boolean help;

  @Option(
      names = "--profile",
      description = "short (about 5 minutes) or full (more than an hour); default: short.")
  Profile profile = Profile.SHORT;

  @Option(names = "--out", description = "Folder of the results; default: ${DEFAULT-VALUE}.")
  Path out = Path.of("benchmark-results");

  @Unmatched List<String> jmh = new ArrayList<>();

  /**
   * Runs a command and ends the process.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Benchmarks())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (!(e instanceof MfrException)) {
                throw e;
              }
              command.getErr().println(e.getMessage());
              return 1;
            });
  }

  @Override
  public Integer call() throws Exception {
    if (jmh.stream().anyMatch(TELLS::contains)) {
      org.openjdk.jmh.Main.main(jmh.toArray(String[]::new));
      return 0;
    }
    CommandLineOptions asked;
    try {
      asked = new CommandLineOptions(jmh.toArray(String[]::new));
    } catch (CommandLineOptionException e) {
      throw new MfrException(e.getMessage() + "; JMH's options are listed by -h", e);
    }
    DjlPipeline.prepare();
    ChainedOptionsBuilder options = options(asked, profile, out);
    new Results(Machine.here(), List.of()).write(out.resolve("machine.json"));
    new Runner(options.build()).run();
    if (asked.getIncludes().isEmpty()) {
      runTheRest();
    }
    Report report = new Report();
    report.folder = out;
    return report.call();
  }

  private void runTheRest() throws Exception {
    Comparison comparison = new Comparison();
    comparison.out = out;
    ColdStart coldStart = new ColdStart();
    coldStart.out = out;
    if (profile == Profile.SHORT) {
      comparison.rounds = 5;
      comparison.calls = 60;
      coldStart.starts = 5;
    }
    comparison.call();
    coldStart.call();
    if (profile == Profile.FULL && Files.exists(Path.of("/proc/self/status"))) {
      MemorySoak soak = new MemorySoak();
      soak.out = out;
      soak.call();
    }
  }

  /** What was asked for, and the profile's settings where nothing was. */
  static ChainedOptionsBuilder options(CommandLineOptions asked, Profile profile, Path out) {
    ChainedOptionsBuilder options = new OptionsBuilder().parent(asked);
    if (!asked.getResult().hasValue()) {
      options.resultFormat(ResultFormatType.JSON).result(out.resolve("jmh.json").toString());
    }
    if (asked.getProfilers().isEmpty()) {
      options.addProfiler(GCProfiler.class);
    }
    available("precision", asked, name -> Precision.of(name).absence(), options);
    available("provider", asked, BenchPipeline::absence, options);
    if (Precision.FP32.absence().isEmpty()) {
      // Forks do not inherit system properties.
      options.jvmArgsAppend(
          "-D" + Precision.FP32_FILE + "=" + System.getProperty(Precision.FP32_FILE));
    }
    if (profile == Profile.SHORT) {
      shorten(asked, options);
    }
    return options;
  }

  private static void shorten(CommandLineOptions asked, ChainedOptionsBuilder options) {
    if (!asked.getForkCount().hasValue()) {
      options.forks(1);
    }
    if (!asked.getWarmupIterations().hasValue()) {
      options.warmupIterations(2);
    }
    if (!asked.getWarmupTime().hasValue()) {
      options.warmupTime(TimeValue.seconds(1));
    }
    if (!asked.getMeasurementIterations().hasValue()) {
      options.measurementIterations(3);
    }
    if (!asked.getMeasurementTime().hasValue()) {
      options.measurementTime(TimeValue.seconds(1));
    }
    if (asked.getIncludes().isEmpty()) {
      options.exclude(TrainingBenchmark.class.getSimpleName());
      fewer("embedder", asked, options, "resnet50");
      fewer("intraOpThreads", asked, options, "1");
      fewer("people", asked, options, "10", "100", "1000");
      fewer("templates", asked, options, "10000");
    }
  }

  private static void fewer(
      String name, CommandLineOptions asked, ChainedOptionsBuilder options, String... values) {
    if (!asked.getParameter(name).hasValue()) {
      options.param(name, values);
    }
  }

  /** Says why a value cannot be measured and leaves it out, before a fork fails with a trace. */
  private static void available(
      String name,
      CommandLineOptions asked,
      Function<String, String> absence,
      ChainedOptionsBuilder options) {
    if (!asked.getParameter(name).hasValue()) {
      return;
    }
    Collection<String> wanted = asked.getParameter(name).get();
    List<String> there = new ArrayList<>();
    for (String value : wanted) {
      String why = absence.apply(value.toLowerCase(Locale.ROOT));
      if (why.isEmpty()) {
        there.add(value);
      } else {
        System.err.println(why);
      }
    }
    if (there.isEmpty()) {
      throw new MfrException("nothing is left to measure");
    }
    options.param(name, there.toArray(String[]::new));
  }
}
