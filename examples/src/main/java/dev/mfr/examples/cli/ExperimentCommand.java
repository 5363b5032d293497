package dev.mfr.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "experiment",
    description = "Measures what the method can do.",
    subcommands = {PairsCommand.class})
final class ExperimentCommand implements Runnable {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** The program. */
  Mfr mfr() {
    return mfr;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
  }
}
