package dev.mfr.examples.experiment;

import dev.mfr.dataset.LabelledPicture;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How training and test share the photographs. In all of them the test is the masked copies of
 * {@link Draw#test()}; training A is unmasked photographs, training B the same and masked copies.
 */
public enum Protocol {
  /** As the paper prints it: training B holds the test pictures themselves. */
  P1(
      "P1",
      "as printed",
      "Training A holds all photographs, also the unmasked originals of the test. Training B adds masked"
          + " copies, and these are the very pictures of the test. It leaks: B is asked about pictures that it"
          + " was trained on."),

  /** As the paper may have meant it: masked copies of other photographs, all originals. */
  P2(
      "P2",
      "as published, charitably",
      "Training A is the same. Training B adds masked copies of other photographs than those of the test. It"
          + " leaks: the unmasked original of every test picture is trained on."),

  /** No test photograph has a copy of any kind in training. */
  CLEAN(
      "clean",
      "split before masking",
      "The test's photographs are set aside before any mask is drawn: neither they nor a copy of them is"
          + " trained on. Training A holds the other photographs, training B also masked copies of some of"
          + " these. Only this protocol says what the method can do with a new picture.");

  private final String shortName;
  private final String title;
  private final String explanation;

  Protocol(String shortName, String title, String explanation) {
    this.shortName = shortName;
    this.title = title;
    this.explanation = explanation;
  }

  /** {@return such as "P1"} */
  public String shortName() {
    return shortName;
  }

  /** {@return such as "as printed"} */
  public String title() {
    return title;
  }

  /** {@return what it is, for readers of the table} */
  public String explanation() {
    return explanation;
  }

  /**
   * {@return the unmasked photographs of both trainings}
   *
   * @param draw which photographs are the test
   */
  public List<LabelledPicture> unmasked(Draw draw) {
    if (this != CLEAN) {
      return draw.photographs();
    }
    Set<String> test = new HashSet<>();
    draw.test().forEach(picture -> test.add(picture.photograph()));
    return draw.photographs().stream()
        .filter(picture -> !test.contains(picture.photograph()))
        .toList();
  }

  /**
   * {@return the photographs whose masked copies training B adds}
   *
   * @param draw which photographs are the test
   */
  public List<LabelledPicture> masked(Draw draw) {
    return this == P1 ? draw.test() : draw.others();
  }

  /** {@return the short name} */
  @Override
  public String toString() {
    return shortName;
  }
}
