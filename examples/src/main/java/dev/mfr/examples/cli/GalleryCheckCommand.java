package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.lucene.LuceneGalleryStore;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "check",
    description = {
      "Reads a gallery whole, with its checksums, and says what is damaged and how much is well.",
      "Ends with 0 when all is well or was repaired, with 3 otherwise."
    })
final class GalleryCheckCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryCommand parent;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryChoice choice;

  @Option(
      names = "--repair",
      description =
          "Put what is well into a new folder in place of the damaged one, which is kept beside it.")
  private boolean repair;

  @Option(names = "--json", description = "The findings as one JSON object on stdout.")
  private boolean json;

  @Override
  public Integer call() {
    Console console = parent.mfr().console();
    choice.checkExists();
    List<String> done = repair ? LuceneGalleryStore.repair(choice.folder()) : List.of();
    List<Person> people = new ArrayList<>();
    List<String> damage;
    try (LuceneGalleryStore store = LuceneGalleryStore.openReadOnly(choice.folder())) {
      damage = store.read(people::add);
    }
    int templates = people.stream().mapToInt(person -> person.templates().size()).sum();
    Set<GalleryModel> models = new LinkedHashSet<>();
    people.forEach(person -> models.add(person.templates().get(0).model()));
    if (json) {
      ObjectNode line =
          Json.object()
              .put("gallery", choice.folder().toString())
              .put("well", damage.isEmpty())
              .put("people", people.size())
              .put("templates", templates);
      ArrayNode embedders = line.putArray("embedders");
      models.forEach(model -> embedders.add(model.embedderId()));
      damage.forEach(line.putArray("damage")::add);
      done.forEach(line.putArray("repaired")::add);
      console.json(line);
    } else {
      done.forEach(sentence -> console.line("repaired  " + sentence));
      damage.forEach(sentence -> console.line("damaged   " + sentence));
      console.line(
          "well      "
              + (people.size() == 1 ? "1 person" : people.size() + " people")
              + " with "
              + Text.count(templates, "template"));
      models.forEach(model -> console.line("embedder  " + model.embedderId()));
      if (!damage.isEmpty()) {
        console.line("'mfr gallery check --repair' makes the gallery usable with what is well");
      }
    }
    return damage.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
