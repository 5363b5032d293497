package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import dev.mfr.image.RgbImage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
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
      EnrolCommand.class,
      IdentifyCommand.class,
      VerifyCommand.class,
      GalleryCommand.class,
      QualityCommand.class,
      ExperimentCommand.class,
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

  @Option(
      names = "--max-pixels",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      description =
          "The most pixels of a picture to read; larger ones are refused before memory is taken; default:"
              + " 100000000. Heeded by landmarks, crop, train, recognize, evaluate, enrol, identify, verify, quality and calibrate.")
  private long maxPixels = RgbImage.DEFAULT_MAX_PIXELS;

  private @Nullable Console console;

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    WatchedOutput stdout = new WatchedOutput(new FileOutputStream(FileDescriptor.out));
    PrintWriter out = utf8(stdout);
    PrintWriter err = utf8(new FileOutputStream(FileDescriptor.err));
    int code = run(out, err, args);
    if (out.checkError()) {
      code = ExitCode.FAILED;
      stdout
          .failure()
          .filter(why -> !why.contains("Broken pipe"))
          .ifPresent(
              why ->
                  err.println(
                      "mfr: the results could not all be written to stdout ("
                          + Text.printable(why)
                          + ")"));
    }
    err.flush();
    System.exit(code);
  }

  /** JSON is UTF-8, whatever the system's own encoding is. */
  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Remembers why writing failed, which a PrintWriter forgets. */
  private static final class WatchedOutput extends FilterOutputStream {
    private @Nullable IOException failure;

    WatchedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    Optional<String> failure() {
      return Optional.ofNullable(failure).map(Sentences::reason);
    }
  }

  /** Runs a command; returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Mfr mfr = new Mfr();
    CommandLine line = new CommandLine(mfr).setOut(out).setErr(err);
    line.registerConverter(Path.class, Mfr::path);
    line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(
            parsed -> {
              mfr.setUpLogging();
              mfr.checkLimit(parsed);
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

  private static Path path(String argument) {
    if (argument.isEmpty()) {
      throw new TypeConversionException("the path is empty; give a name");
    }
    try {
      return Path.of(argument);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(unusablePath(e));
    }
  }

  private static String unusablePath(InvalidPathException e) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    boolean foreign = e.getInput().chars().anyMatch(c -> c > 127);
    return "'"
        + e.getInput()
        + "' is no path "
        + (foreign && !encoding.equalsIgnoreCase("UTF-8")
            ? "in this locale ("
                + encoding
                + "); run with a UTF-8 locale, such as LC_ALL=C.UTF-8 java -jar …"
            : "(" + e.getReason() + ")");
  }

  private void checkLimit(ParseResult parsed) {
    if (maxPixels < 1) {
      ParseResult leaf = parsed;
      while (leaf.hasSubcommand()) {
        leaf = leaf.subcommand();
      }
      throw new ParameterException(
          leaf.commandSpec().commandLine(), "--max-pixels must be 1 or more, got " + maxPixels);
    }
  }

  private static int tellUsage(ParameterException e, PrintWriter err) {
    CommandLine command = e.getCommandLine();
    err.println(
        Text.printable(
            command.getCommandSpec().qualifiedName()
                + ": "
                + Sentences.ofUsage(String.valueOf(e.getMessage()))));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  private int tellFailure(Throwable e, CommandLine command) {
    if (e instanceof Console.OutputClosedException) {
      return ExitCode.FAILED;
    }
    String sentence =
        e instanceof MfrException && e.getMessage() != null
            ? Sentences.of(e).strip()
            : e instanceof InvalidPathException invalid
                ? unusablePath(invalid)
                : e instanceof OutOfMemoryError
                    ? "the memory does not suffice; give more with java -Xmx4g -jar …"
                    : "unexpected failure: " + e.toString().strip() + "; --stacktrace shows where";
    console().failure(command.getCommandSpec().qualifiedName() + ": " + sentence);
    if (stacktrace) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof InvalidPathException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  private void setUpLogging() {
    LogManager.getLogManager().getLogger("").setLevel(stacktrace ? Level.INFO : Level.OFF);
  }

  /** Where commands write. */
  Console console() {
    if (console == null) {
      console =
          new Console(
              spec.commandLine().getOut(),
              spec.commandLine().getErr(),
              quiet,
              hasTerminal(),
              System::nanoTime);
    }
    return console;
  }

  /** From Java 22 on there is a console without a terminal too, which can be asked. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean hasTerminal() {
    java.io.Console attached = System.console();
    if (attached == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(attached);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Reads pictures. */
  PictureReader reader() {
    return new PictureReader(maxPixels);
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
