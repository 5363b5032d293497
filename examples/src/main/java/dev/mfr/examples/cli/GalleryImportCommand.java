package dev.mfr.examples.cli;

import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.Person;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "import",
    description = {
      "Enrols the people of a file that 'mfr gallery export' wrote: everybody or, when something is wrong, nobody.",
      "Whose name is enrolled already becomes one person with that one. The gallery is made when it is not there."
    })
final class GalleryImportCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryCommand parent;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryChoice choice;

  @Option(names = "--json", description = "What was read as one JSON object on stdout.")
  private boolean json;

  @Parameters(paramLabel = "FILE", description = "The file.")
  @SuppressWarnings("NullAway.Init") // required
  private Path file;

  @Override
  public Integer call() {
    Console console = parent.mfr().console();
    List<Person> people = PeopleFile.read(file);
    if (people.isEmpty()) {
      console.failure(file + " holds nobody");
      return ExitCode.NOTHING_FOUND;
    }
    try (Gallery gallery = choice.openOrBegin(console)) {
      int before = gallery.size();
      int templates = gallery.templateCount();
      gallery.addAll(people);
      int fresh = gallery.size() - before;
      int added = gallery.templateCount() - templates;
      if (json) {
        console.json(
            Json.object()
                .put("people", people.size())
                .put("newPeople", fresh)
                .put("newTemplates", added));
      } else {
        console.line(
            "imported "
                + (people.size() == 1 ? "1 person" : people.size() + " people")
                + ", "
                + fresh
                + " of them new, with "
                + Text.count(added, "new template"));
      }
      return ExitCode.DONE;
    }
  }
}
