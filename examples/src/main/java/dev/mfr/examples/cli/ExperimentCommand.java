package dev.mfr.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "experiment",
    description = "Experiments on sets of pictures.",
    subcommands = {
      Table1Command.class,
      PairsCommand.class,
      RecognisersCommand.class,
      GalleryExperimentCommand.class
    })
final class ExperimentCommand implements Runnable {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  Mfr mfr() {
    return mfr;
  }

  /** Without an experiment there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "an experiment is missing: " + String.join(", ", spec.subcommands().keySet()));
  }
}
