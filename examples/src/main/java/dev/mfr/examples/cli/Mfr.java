package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of masked face recognition. {@code mfr demo} is the place to start. */
@Command(
    name = "mfr",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Mfr.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Recognises people in pictures, with and without a mask.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:nothing usable was found",
      "2:the command line is wrong",
      "3:something failed"
    },
    subcommands = {
      DemoCommand.class,
      LandmarksCommand.class,
      CropCommand.class,
      MaskCommand.class,
      TrainCommand.class,
      RecognizeCommand.class,
      EvaluateCommand.class,
      ModelsCommand.class,
      DoctorCommand.class
    })
public final class Mfr implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "No progress bars and no remarks on stderr; failures are still told.")
  private boolean quiet;

  @Option(
      names = {"-v", "--stacktrace"},
      scope = ScopeType.INHERIT,
      description = "Show log messages, and the stack trace of a failure.")
  private boolean stacktrace;

  private @Nullable Console console;

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int code = run(out, err, args);
    out.flush();
    err.flush();
    if (out.checkError() && code == ExitCode.DONE) {
      err.println("mfr: the results could not all be written to stdout");
      code = ExitCode.FAILED;
    }
    System.exit(code);
  }

  /** JSON is UTF-8, whatever the system's own encoding is. */
  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Runs a command; returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Mfr mfr = new Mfr();
    CommandLine line = new CommandLine(mfr).setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(
            parsed -> {
              mfr.setUpLogging();
              return new RunLast().execute(parsed);
            })
        .setParameterExceptionHandler((e, wrong) -> tellUsage(e, err))
        .setExecutionExceptionHandler((e, command, parsed) -> mfr.tellFailure(e, command));
    try {
      return line.execute(args);
    } catch (LinkageError | OutOfMemoryError | StackOverflowError e) {
      return mfr.tellFailure(e, line);
    }
  }

  private static int tellUsage(ParameterException e, PrintWriter err) {
    CommandLine command = e.getCommandLine();
    err.println(command.getCommandSpec().qualifiedName() + ": " + oneLine(e.getMessage()));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  private int tellFailure(Throwable e, CommandLine command) {
    String sentence =
        e instanceof MfrException && e.getMessage() != null
            ? oneLine(e.getMessage())
            : e instanceof OutOfMemoryError
                ? "the memory does not suffice; give more with java -Xmx4g -jar …"
                : "unexpected failure: " + oneLine(e.toString()) + "; --stacktrace shows where";
    console().failure(command.getCommandSpec().qualifiedName() + ": " + sentence);
    if (stacktrace) {
      e.printStackTrace(command.getErr());
    }
    return ExitCode.FAILED;
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private void setUpLogging() {
    LogManager.getLogManager().getLogger("").setLevel(stacktrace ? Level.INFO : Level.OFF);
  }

  /** Where commands write. */
  Console console() {
    if (console == null) {
      console = new Console(spec.commandLine().getOut(), spec.commandLine().getErr(), quiet);
    }
    return console;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"mfr " + number()};
    }

    static String number() {
      String version = Mfr.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
