package dev.mfr.evaluation.page;

import com.google.common.html.HtmlEscapers;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A part of the page.
 *
 * @param json its content as maps, lists, strings and numbers
 * @param html its part of the page's body, by its place among the sections, under which the page's
 *     script finds its data
 */
record Section(Map<String, Object> json, IntFunction<String> html) {

  /** {@return a text that is safe between tags and inside quotes} */
  static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }

  /** {@return a title with a place that the page's script draws into, hidden until it does} */
  static String plot(String title, int number) {
    return """
        <h3>%s</h3>
        <div class="plot" hidden><div class="canvas"><canvas data-section="%d" role="img" aria-label="%s; its numbers follow as a table"></canvas></div></div>
        """
        .formatted(escape(title), number, escape(title));
  }
}
