package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MfrException;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "gallery",
    description = "Says who is enrolled in a gallery, and changes that.",
    subcommands = {
      GalleryExportCommand.class,
      GalleryImportCommand.class,
      GalleryCheckCommand.class
    })
final class GalleryCommand implements Runnable {
  private static final String JSON = "One JSON object a person on stdout.";

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  Mfr mfr() {
    return mfr;
  }

  /** Without one of the commands there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what to do is missing: " + String.join(", ", spec.subcommands().keySet()));
  }

  @Command(
      name = "list",
      description = "Lists the people of a gallery; or, of those who are named, all templates.")
  int list(
      @Mixin GalleryChoice choice,
      @Option(names = "--json", description = JSON) boolean json,
      @Parameters(paramLabel = "NAME", arity = "0..*", description = "Whom; default: everybody.")
          @Nullable List<String> names) {
    Console console = mfr.console();
    try (Gallery gallery = choice.openToRead(console)) {
      boolean some = names != null && !names.isEmpty();
      List<Person> people = new ArrayList<>();
      if (names != null && some) {
        names.forEach(name -> people.add(known(gallery, name)));
      } else {
        gallery.people().forEach(people::add);
      }
      if (people.isEmpty()) {
        console.failure("nobody is enrolled in the gallery " + choice.folder());
        return ExitCode.NOTHING_FOUND;
      }
      if (json) {
        people.forEach(person -> console.json(line(person)));
      } else {
        Text.table(some ? templates(people) : rows(people)).forEach(console::line);
      }
      return ExitCode.DONE;
    }
  }

  private static Person known(Gallery gallery, String name) {
    return gallery
        .find(name)
        .orElseThrow(() -> new MfrException("nobody of the name \"" + name + "\" is enrolled"));
  }

  private static List<List<String>> rows(List<Person> people) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "photographs", "templates", "enrolled", "tags"));
    for (Person person : people) {
      rows.add(
          List.of(
              Text.printable(person.name()),
              String.valueOf(photographs(person)),
              String.valueOf(person.templates().size()),
              day(first(person)),
              Text.printable(String.join(", ", person.tags().stream().sorted().toList()))));
    }
    return rows;
  }

  private static List<List<String>> templates(List<Person> people) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "template", "of", "mask", "made"));
    for (Person person : people) {
      for (Template template : person.templates()) {
        rows.add(
            List.of(
                Text.printable(person.name()),
                template.id(),
                template.origin() == TemplateOrigin.PHOTOGRAPH ? "a photograph" : "a drawn mask",
                Text.mask(template.mask().state()),
                day(template.created())));
      }
    }
    return rows;
  }

  private static long photographs(Person person) {
    return person.templates().stream()
        .filter(template -> template.origin() == TemplateOrigin.PHOTOGRAPH)
        .count();
  }

  private static Instant first(Person person) {
    return person.templates().stream().map(Template::created).min(Instant::compareTo).orElseThrow();
  }

  private static String day(Instant time) {
    return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  private static ObjectNode line(Person person) {
    ObjectNode line =
        Json.object()
            .put("person", person.name())
            .put("id", person.id())
            .put("photographs", photographs(person))
            .put("enrolled", first(person).toString());
    ArrayNode tags = line.putArray("tags");
    person.tags().stream().sorted().forEach(tags::add);
    ArrayNode templates = line.putArray("templates");
    for (Template template : person.templates()) {
      ObjectNode node =
          templates
              .addObject()
              .put("id", template.id())
              .put("origin", Json.camelCase(template.origin()));
      node.set("mask", Json.mask(template.mask()));
      node.set("quality", template.quality().map(Json::quality).orElse(null));
      node.put("created", template.created().toString());
    }
    return line;
  }

  /** Tells of a person who was changed. */
  private int told(Gallery gallery, String name, String words, boolean json) {
    if (json) {
      mfr.console().json(line(known(gallery, name)));
    } else {
      mfr.console().line(words);
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "remove",
      description = "Removes people, or one template of a person. Nothing of it is left.")
  int remove(
      @Mixin GalleryChoice choice,
      @Option(
              names = "--template",
              paramLabel = "ID",
              description =
                  "Remove this template only, as 'mfr gallery list NAME' lists it, and the masks drawn on it; the last"
                      + " one takes the person with it.")
          @Nullable String template,
      @Option(names = "--json", description = JSON) boolean json,
      @Parameters(paramLabel = "NAME", arity = "1..*", description = "Whom.") List<String> names) {
    if (template != null && names.size() > 1) {
      throw new ParameterException(
          spec.subcommands().get("remove"), "--template is about one person; name one");
    }
    Console console = mfr.console();
    try (Gallery gallery = choice.open(console)) {
      if (template != null) {
        gallery.removeTemplate(names.get(0), template);
      } else {
        gallery.removeAll(names);
      }
      for (String name : names.stream().distinct().toList()) {
        boolean gone = !gallery.contains(name);
        if (json) {
          console.json(Json.object().put("person", name).put("removed", gone));
        } else {
          console.line(
              gone ? "removed \"" + name + "\"" : "removed a template of \"" + name + "\"");
        }
      }
      return ExitCode.DONE;
    }
  }

  @Command(name = "rename", description = "Gives a person another name.")
  int rename(
      @Mixin GalleryChoice choice,
      @Option(names = "--json", description = JSON) boolean json,
      @Parameters(paramLabel = "OLD", description = "The name until now.") String from,
      @Parameters(paramLabel = "NEW", description = "The name from now on.") String to) {
    try {
      Gallery.checkName(to);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.subcommands().get("rename"), String.valueOf(e.getMessage()), e);
    }
    try (Gallery gallery = choice.open(mfr.console())) {
      gallery.rename(from, to);
      return told(gallery, to, "\"" + from + "\" is \"" + to + "\" now", json);
    }
  }

  @Command(
      name = "merge",
      description = "Makes one person of two: all that the first one has goes to the second one.")
  int merge(
      @Mixin GalleryChoice choice,
      @Option(names = "--json", description = JSON) boolean json,
      @Parameters(paramLabel = "FROM", description = "Who is gone afterwards.") String from,
      @Parameters(paramLabel = "INTO", description = "Who has everything then.") String into) {
    if (from.equals(into)) {
      throw new ParameterException(
          spec.subcommands().get("merge"), "FROM and INTO are the same person; name two");
    }
    try (Gallery gallery = choice.open(mfr.console())) {
      gallery.merge(from, into);
      return told(
          gallery,
          into,
          "\""
              + into
              + "\" has everything of \""
              + from
              + "\" and "
              + Text.count(known(gallery, into).templates().size(), "template")
              + " now",
          json);
    }
  }

  @Command(name = "tag", description = "Gives a person tags, and takes tags away.")
  int tag(
      @Mixin GalleryChoice choice,
      @Option(names = "--json", description = JSON) boolean json,
      @Option(
              names = "--add",
              paramLabel = "T",
              description = "A tag to give; can be given several times.")
          @Nullable List<String> added,
      @Option(
              names = "--remove",
              paramLabel = "T",
              description = "A tag to take away; can be given several times.")
          @Nullable List<String> removed,
      @Parameters(paramLabel = "NAME", description = "The person.") String name) {
    List<String> more = added == null ? List.of() : added;
    List<String> less = removed == null ? List.of() : removed;
    if ((more.isEmpty() && less.isEmpty()) || more.stream().anyMatch(String::isBlank)) {
      throw new ParameterException(
          spec.subcommands().get("tag"), "name a tag with --add T or --remove T");
    }
    try (Gallery gallery = choice.open(mfr.console())) {
      gallery.retag(
          name,
          present -> {
            Set<String> tags = new HashSet<>(present);
            less.forEach(tags::remove);
            tags.addAll(more);
            return tags;
          });
      Set<String> tags = known(gallery, name).tags();
      return told(
          gallery,
          name,
          "\""
              + name
              + "\" has "
              + (tags.isEmpty()
                  ? "no tags"
                  : "the tags " + String.join(", ", tags.stream().sorted().toList()))
              + " now",
          json);
    }
  }
}
