package dev.mfr.gallery.lucene;

import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts people together from records in any order and knows what is missing. Not thread-safe. */
final class FoundPeople {
  private final Map<String, Found> people = new LinkedHashMap<>();
  private final RecordReader reader = new RecordReader();

  /** Whom the record before belonged to. */
  private @Nullable Found last;

  private static final class Found {
    final String id;
    final long revision;
    final @Nullable Template[] templates;
    String name = "";
    Set<String> tags = Set.of();

    Found(String id, long revision, int count) {
      this.id = id;
      this.revision = revision;
      templates = new @Nullable Template[count];
    }

    void put(int number, Template template, String name, Set<String> tags) {
      templates[number] = template;
      this.name = name;
      this.tags = tags;
    }

    List<Template> whole() {
      List<Template> there = new ArrayList<>(templates.length);
      for (Template template : templates) {
        if (template != null) {
          there.add(template);
        }
      }
      return there;
    }
  }

  /**
   * Takes what is readable of a record.
   *
   * @param bytes hold the record; not modified
   * @param start where it should begin
   * @param limit where the bytes end
   * @return how many bytes it has, or 0 when its head is damaged or there is none
   */
  int add(byte[] bytes, int start, int limit) {
    TemplateRecord.Head head = reader.head(bytes, start, limit);
    if (head == null) {
      return 0;
    }
    TemplateRecord record = reader.record(head, bytes, start, limit);
    Found found = newest(head.person(), head.revision(), head.count());
    if (record == null) {
      return head.size();
    }
    if (found != null) {
      found.put(head.number(), record.template(), record.name(), record.tags());
    }
    return head.length();
  }

  /** {@return where templates of a writing belong, or null when the person has a newer one} */
  private @Nullable Found newest(String id, long revision, int count) {
    Found found = last;
    if (found == null || !found.id.equals(id)) {
      found = people.get(id);
    }
    if (found == null || revision > found.revision) {
      found = new Found(id, revision, count);
      people.put(id, found);
    }
    last = found;
    return revision == found.revision && count == found.templates.length ? found : null;
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
   * Hands out everybody of whom a template is left, and forgets them.
   *
   * @param consumer hears of each person once
   * @return a sentence for each person who lost something
   */
  List<String> handOut(Consumer<? super Person> consumer) {
    last = null;
    List<String> losses = new ArrayList<>();
    Iterator<Found> rest = people.values().iterator();
    while (rest.hasNext()) {
      Found found = rest.next();
      // So that the garbage collector need not copy what the gallery has already.
      rest.remove();
      handOut(found, consumer, losses);
    }
    return losses;
  }

  private static void handOut(Found found, Consumer<? super Person> consumer, List<String> losses) {
    List<Template> templates = found.whole();
    int lost = found.templates.length - templates.size();
    if (templates.isEmpty()) {
      losses.add(
          "all %d templates of the person with the id %s are damaged; the person was left out"
              .formatted(lost, found.id));
      return;
    }
    if (lost > 0) {
      losses.add(
          "%d of %d templates of the person with the id %s are damaged and were left out"
              .formatted(lost, found.templates.length, found.id));
    }
    consumer.accept(new Person(found.id, found.name, found.tags, templates));
  }
}
