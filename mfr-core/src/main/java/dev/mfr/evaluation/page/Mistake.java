package dev.mfr.evaluation.page;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A picture and the wrong answer that it got. It shows a face: biometric data.
 *
 * @param actual who it is
 * @param answer who it was taken for
 * @param probability the answer's probability, 0…1
 * @param name the picture's name, such as its file
 * @param image the picture, small, as a {@code data:} URI in base64
 */
public record Mistake(String actual, String answer, double probability, String name, String image) {
  private static final Pattern DATA =
      Pattern.compile("data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+=*");

  public Mistake {
    checkArgument(
        probability >= 0 && probability <= 1, "a probability lies in 0…1, got %s", probability);
    checkArgument(
        DATA.matcher(image).matches(),
        "the picture of %s is no data: URI of an image in base64; make it with Mistake.of",
        name);
  }

  /**
   * {@return a mistake with an encoded picture}
   *
   * @param actual who it is
   * @param answer who it was taken for
   * @param probability the answer's probability, 0…1
   * @param name the picture's name, such as its file
   * @param encoded the bytes of a small picture's file; not modified
   * @param mediaType what they are, such as "image/jpeg"
   */
  public static Mistake of(
      String actual,
      String answer,
      double probability,
      String name,
      byte[] encoded,
      String mediaType) {
    return new Mistake(
        actual,
        answer,
        probability,
        name,
        "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(encoded));
  }

  void appendTo(StringBuilder html) {
    html.append("<figure><img alt=\"\" src=\"")
        .append(image)
        .append("\"><figcaption>")
        .append(Section.escape(actual))
        .append("<br>taken for <b>")
        .append(Section.escape(answer))
        .append("</b>, ")
        .append(ReportPage.percent(probability).replace(" ", "&nbsp;"))
        .append("<br><small>")
        .append(Section.escape(name))
        .append("</small></figcaption></figure>\n");
  }

  /** Without the picture. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("actual", actual);
    json.put("answer", answer);
    json.put("probability", probability);
    json.put("name", name);
    return json;
  }

  /** {@return who and what, without the picture} */
  @Override
  public String toString() {
    return "Mistake[" + name + ", " + actual + " taken for " + answer + "]";
  }
}
