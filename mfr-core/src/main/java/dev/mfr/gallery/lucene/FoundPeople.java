package dev.mfr.gallery.lucene;

import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts people together from records in any order and knows what is missing. */
final class FoundPeople {
  private final Map<String, Found> people = new LinkedHashMap<>();
  // Few models and sets of tags, but each record brings its own.
  private final Map<GalleryModel, GalleryModel> models = new HashMap<>();
  private final Map<Set<String>, Set<String>> tagSets = new HashMap<>();

  private static final class Found {
    final long revision;
    final @Nullable Template[] templates;
    String name = "";
    Set<String> tags = Set.of();

    Found(TemplateRecord.Head head) {
      revision = head.revision();
      templates = new @Nullable Template[head.count()];
    }

    List<Template> whole() {
      return Stream.of(templates).flatMap(Stream::ofNullable).toList();
    }
  }

  /**
   * Takes what is readable of a record.
   *
   * @param bytes hold the record; not modified
   * @param start where it should begin
   * @return how many bytes it has, or 0 when its head is damaged or there is none
   */
  int add(ByteBuffer bytes, int start) {
    TemplateRecord.Head head = TemplateRecord.head(bytes, start);
    if (head == null) {
      return 0;
    }
    TemplateRecord record = TemplateRecord.decode(head, bytes, start);
    Found found = people.computeIfAbsent(head.person(), id -> new Found(head));
    if (head.revision() > found.revision) {
      found = new Found(head);
      people.put(head.person(), found);
    }
    boolean sameWriting =
        head.revision() == found.revision && head.count() == found.templates.length;
    if (record == null) {
      return head.size();
    }
    if (sameWriting) {
      found.name = record.name();
      found.tags = tagSets.computeIfAbsent(Set.copyOf(record.tags()), tags -> tags);
      found.templates[head.number()] = shared(record.template());
    }
    return head.length();
  }

  private Template shared(Template template) {
    GalleryModel model = models.computeIfAbsent(template.model(), m -> m);
    return new Template(
        template.id(),
        model,
        template.embedding(),
        template.origin(),
        template.mask(),
        template.quality(),
        template.created());
  }

  /** Forgets everything. */
  void clear() {
    people.clear();
  }

  /** {@return how many templates the people that were heard of have, damaged ones included} */
  int templates() {
    return people.values().stream().mapToInt(found -> found.templates.length).sum();
  }

  /** {@return how many people were heard of} */
  int people() {
    return people.size();
  }

  /**
   * Hands out everybody of whom a template is left.
   *
   * @param consumer hears of each person once
   * @return a sentence for each person who lost something
   */
  List<String> forEach(Consumer<? super Person> consumer) {
    List<String> losses = new ArrayList<>();
    people.forEach(
        (id, found) -> {
          List<Template> templates = found.whole();
          int lost = found.templates.length - templates.size();
          if (templates.isEmpty()) {
            losses.add(
                "all %d templates of the person with the id %s are damaged; the person was left out"
                    .formatted(lost, id));
            return;
          }
          if (lost > 0) {
            losses.add(
                "%d of %d templates of the person with the id %s are damaged and were left out"
                    .formatted(lost, found.templates.length, id));
          }
          consumer.accept(new Person(id, found.name, found.tags, templates));
        });
    return losses;
  }
}
