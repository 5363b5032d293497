package dev.mfr.examples.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How many pictures a command works on at once. */
final class JobsChoice {

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "How many pictures are worked on at once; default: the number of processors.")
  private int jobs = Runtime.getRuntime().availableProcessors();

  /** At least 1, or the command line is refused. */
  int count() {
    if (jobs < 1) {
      throw new ParameterException(command.commandLine(), "--jobs must be 1 or more, got " + jobs);
    }
    return jobs;
  }
}
