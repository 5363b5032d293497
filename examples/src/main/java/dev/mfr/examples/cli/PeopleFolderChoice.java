package dev.mfr.examples.cli;

import dev.mfr.dataset.LabelledPictures;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The folder of people that a command learns or measures from. */
final class PeopleFolderChoice {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "A folder with a folder of pictures for each person.")
  @SuppressWarnings("NullAway.Init") // required
  private Path folder;

  Path folder() {
    return folder;
  }

  /** The pictures; empty, and told, when there is none in the folder. */
  Optional<LabelledPictures> pictures(Console console) {
    return PictureFiles.people(folder, console);
  }
}
