package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Set;

/**
 * An enrolled person.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id stays when the person is renamed; names the person in a store
 * @param name what an identification answers with, not blank; unlike every other in a gallery
 * @param tags words to filter by, such as a site or a group; may be empty
 * @param templates at least one, all of one model
 */
public record Person(String id, String name, Set<String> tags, List<Template> templates) {

  public Person {
    checkArgument(!id.isBlank(), "a person needs an id");
    checkArgument(!name.isBlank(), "a person needs a name");
    tags = Set.copyOf(tags);
    templates = List.copyOf(templates);
    checkArgument(!templates.isEmpty(), "a person needs one template or more");
    for (Template template : templates) {
      checkArgument(
          template.model().equals(templates.get(0).model()),
          "a person has templates of %s and of %s, which cannot be compared",
          templates.get(0).model(),
          template.model());
    }
  }

  /** {@return the id and how many templates there are; no name, so that none gets into a log} */
  @Override
  public String toString() {
    return "Person[" + id + ", " + templates.size() + " templates]";
  }
}
