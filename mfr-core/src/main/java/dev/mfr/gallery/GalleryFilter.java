package dev.mfr.gallery;

import java.util.Collection;
import java.util.Set;

/**
 * Says who of a gallery may be an answer, such as only the people of one site. Thread-safe; a
 * lambda will do. It must not call the gallery.
 */
@FunctionalInterface
public interface GalleryFilter {

  /** Everybody. */
  GalleryFilter EVERYBODY = (name, tags) -> true;

  /**
   * {@return whether a person may be an answer}
   *
   * @param name the person's name
   * @param tags the person's tags
   */
  boolean accepts(String name, Set<String> tags);

  /**
   * {@return a filter for people with a tag}
   *
   * @param tag the tag
   */
  static GalleryFilter tagged(String tag) {
    return (name, tags) -> tags.contains(tag);
  }

  /**
   * {@return a filter for some people}
   *
   * @param names who; copied
   */
  static GalleryFilter named(Collection<String> names) {
    Set<String> some = Set.copyOf(names);
    return (name, tags) -> some.contains(name);
  }

  /**
   * {@return a filter for whom this one and another accept}
   *
   * @param other the other
   */
  default GalleryFilter and(GalleryFilter other) {
    return (name, tags) -> accepts(name, tags) && other.accepts(name, tags);
  }

  /** {@return a filter for whom this one does not accept} */
  default GalleryFilter negate() {
    return (name, tags) -> !accepts(name, tags);
  }
}
