package dev.mfr.examples.demo;

import dev.mfr.MfrException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The demo's result as a small HTML page beside the contact sheet. */
public final class DemoPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>mfr demo</title>
      <style>
        body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1480px; padding: 0 1rem;
               color: #1d2530; background: #f5f6f8 }
        h1 { font-size: 1.5rem; margin-bottom: .2rem }
        p { max-width: 48rem }
        table { border-collapse: collapse; background: #fff; margin: 1.2rem 0 }
        th, td { padding: .45rem .9rem; border-bottom: 1px solid #dfe3e8; text-align: right }
        th:first-child, td:first-child { text-align: left }
        th { font-weight: 600; font-size: .85rem; color: #55606e }
        .good { color: #17803d; font-weight: 600 }
        .bad { color: #c02b2b; font-weight: 600 }
        img { max-width: 100%; height: auto; border: 1px solid #dfe3e8 }
        small { color: #55606e }
      </style>
      </head>
      <body>
      <h1>Masked face recognition: the demo</h1>
      """;

  private DemoPage() {}

  /**
   * Writes the page, whole or not at all.
   *
   * @param results what the demo found out
   * @param sheet the contact sheet's file name, as seen from the page
   * @param file the page; replaced when it exists
   * @throws MfrException when it cannot be written
   */
  public static void write(List<PersonResult> results, String sheet, Path file) {
    TextFiles.write(html(results, sheet), file);
  }

  private static String html(List<PersonResult> results, String sheet) {
    StringBuilder html = new StringBuilder(HEAD);
    html.append(
        String.format(
            Locale.ROOT,
            "<p>Each person is enrolled with %d unmasked pictures: one portrait and variants of it. Then other"
                + " variants, with masks drawn on, are recognised. In turn each person is left out of the enrolment and"
                + " must come out as unknown. Everything goes through the library's public interface.</p>%n",
            Demo.ENROLLED));
    html.append(
        """
        <table>
        <tr><th>person</th><th>masked: recognised</th><th>mean probability</th>
        <th>left out, masked: unknown</th><th>left out, unmasked: unknown</th></tr>
        """);
    for (PersonResult result : results) {
      html.append("<tr><td>")
          .append(result.portrait().person())
          .append(" <small>")
          .append(result.portrait().credit())
          .append("</small></td>")
          .append(cell(result.recognised(), result.enrolled().size()))
          .append(String.format(Locale.ROOT, "<td>%.1f %%</td>", 100 * result.meanProbability()))
          .append(cell(result.unknownMasked(), result.leftOutMasked().size()))
          .append(cell(result.unknownUnmasked(), result.leftOutUnmasked().size()))
          .append("</tr>\n");
    }
    html.append("</table>\n<a href=\"")
        .append(sheet)
        .append("\"><img src=\"")
        .append(sheet)
        .append(
            "\" alt=\"For each person: the portrait with box, mesh and region; the crop; a masked picture; its crop;"
                + " and the verdicts\"></a>\n");
    html.append(
        "<p><small>Variants of one photograph are much alike, so this shows that the pipeline works and says little"
            + " about accuracy on other photographs. The portraits are in the public domain.</small></p>\n");
    return html.append("</body>\n</html>\n").toString();
  }

  private static String cell(int count, int all) {
    return "<td class=\"" + (count == all ? "good" : "bad") + "\">" + count + "/" + all + "</td>";
  }
}
