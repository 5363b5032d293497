package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import dev.mfr.gallery.Gallery;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "export",
    description = {
      "Writes people of a gallery to a file: a person a line, as JSON, with everything that the gallery has.",
      "'mfr gallery import' reads it."
    },
    footer = {
      "",
      "The file holds names and face features: biometric data. Only its owner may read it, where the file system"
          + " knows owners."
    })
final class GalleryExportCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryCommand parent;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryChoice choice;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Whom; can be given several times; default: everybody.")
  private List<String> names = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where to; an existing file is replaced.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(names = "--json", description = "What was written as one JSON object on stdout.")
  private boolean json;

  @Override
  public Integer call() {
    Console console = parent.mfr().console();
    OutputFile.check("the export", out);
    try (Gallery gallery = choice.openToRead(console)) {
      for (String name : names) {
        if (!gallery.contains(name)) {
          throw new MfrException("nobody of the name \"" + name + "\" is enrolled");
        }
      }
      List<String> whom = names.isEmpty() ? gallery.names() : names.stream().distinct().toList();
      if (whom.isEmpty()) {
        console.failure("nobody is enrolled in the gallery " + choice.folder());
        return ExitCode.NOTHING_FOUND;
      }
      PeopleFile.write(whom.stream().flatMap(name -> gallery.find(name).stream()), out);
      if (json) {
        console.json(Json.object().put("file", out.toString()).put("people", whom.size()));
      } else {
        console.line(
            "exported " + (whom.size() == 1 ? "1 person" : whom.size() + " people") + " to " + out);
      }
      return ExitCode.DONE;
    }
  }
}
