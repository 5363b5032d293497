package dev.mfr.evaluation.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mfr.Classification;
import dev.mfr.MfrException;
import dev.mfr.RankedIdentity;
import dev.mfr.evaluation.ClassificationReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  /** Ends a script, opens one, closes an attribute, begins a comment, is not ASCII. */
  private static final String HOSTILE = "</script><script>alert(1)</script><!--\"'&\\ Žofie 李";

  private static final Pattern SCRIPT = Pattern.compile("(?s)<script([^>]*)>(.*?)</script>");
  private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};

  @TempDir private Path dir;

  private static Classification answer(String name, double probability) {
    return Classification.known(List.of(new RankedIdentity(name, probability)));
  }

  /*
   * Ada: 2 of 3 right, 1 taken for the hostile name. The hostile one: 1 right, 1 without a face.
   * Accuracy 3/5. Named 4, 3 of them rightly.
   */
  private static ClassificationReport report(String other) {
    return ClassificationReport.builder()
        .add("Ada", answer("Ada", .9))
        .add("Ada", answer("Ada", .8))
        .add("Ada", answer(other, .7))
        .add(other, answer(other, .6))
        .addNoFace(other)
        .build();
  }

  private static ReportPage.Builder everything() {
    double[] xs = {1, 2};
    return ReportPage.builder("Page of " + HOSTILE)
        .fact(HOSTILE, HOSTILE)
        .heading(HOSTILE)
        .text(HOSTILE)
        .classification(report(HOSTILE))
        .table(Table.builder(HOSTILE, HOSTILE, "n").row(HOSTILE, 1).build())
        .plot(
            LinePlot.builder(HOSTILE, Axis.linear(HOSTILE), Axis.share(HOSTILE))
                .line(HOSTILE, xs, xs)
                .note(HOSTILE)
                .build())
        .mistakes(HOSTILE, List.of(Mistake.of("Ada", HOSTILE, .7, HOSTILE, PICTURE, "image/jpeg")));
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static List<MatchResult> scripts(String html) {
    return SCRIPT.matcher(html).results().toList();
  }

  @Test
  void html_hostileTexts_areTextAndNothingElse() {
    String html = everything().build().html();

    List<MatchResult> scripts = scripts(html);
    assertThat(scripts).hasSize(3);
    assertThat(scripts.get(0).group(1)).isEqualTo(" type=\"application/json\" id=\"report\"");
    assertThat(html.replaceAll("(?s)<script[^>]*>.*?</script>", ""))
        .doesNotContain("alert(1)<", "<!--")
        .contains(
            "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!--&quot;&#39;&amp;\\ Žofie 李");
    JsonNode json = read(scripts.get(0).group(2));
    assertThat(json.at("/facts/0/0").asText()).isEqualTo(HOSTILE);
    assertThat(json.at("/sections/0/text").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void html_anyPage_loadsNothingAndRunsOnlyItsOwnScripts() throws Exception {
    String html = everything().build().html();

    Matcher policy =
        Pattern.compile(
                "content=\"default-src 'none'; img-src data:; style-src (\\S+); script-src (\\S+) (\\S+)\"")
            .matcher(html);
    assertThat(policy.find()).isTrue();
    String style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
    assertThat(policy.group(1)).isEqualTo(sha256(style));
    assertThat(policy.group(2)).isEqualTo(sha256(scripts(html).get(1).group(2)));
    assertThat(policy.group(3)).isEqualTo(sha256(scripts(html).get(2).group(2)));
    String markup = html.replaceAll("(?s)<script[^>]*>.*?</script>", "");
    assertThat(markup).doesNotContain("http:", "https:", "href=", "url(");
    assertThat(Pattern.compile("<[^>]* (style|on\\w+)=").matcher(markup).find()).isFalse();
    assertThat(Pattern.compile("src=\"(?!data:)").matcher(markup).find()).isFalse();
  }

  private static String sha256(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  @Test
  void html_anyPage_carriesChartJsWithItsLicence() {
    String script = scripts(everything().build().html()).get(1).group(2);
    assertThat(script)
        .contains("Chart.js v4")
        .contains("Permission is hereby granted, free of charge");
  }

  @Test
  void json_page_isWhatThePageHolds() {
    ReportPage page = everything().build();
    assertThat(scripts(page.html()).get(0).group(2)).isEqualTo(page.json());
  }

  @Test
  void classification_fivePictures_hasTheFiguresOfTheReport() {
    JsonNode json = read(ReportPage.builder("Test").classification(report("Bob")).build().json());

    List<String> figures = new ArrayList<>();
    json.at("/sections/1/rows")
        .forEach(row -> figures.add(row.get(0).asText() + "=" + row.get(1).asText()));
    // Ada: precision 1, recall 2/3, F1 .8; Bob: precision 1/2, recall 1/2, F1 .5.
    // Calibration: (|.9 − 1| + |.8 − 1| + .7 + |.6 − 1|)/4 = .35, each in a bin of its own.
    assertThat(figures)
        .containsExactly(
            "pictures=5",
            "accuracy=60.0 %",
            "top 5=60.0 %",
            "named=4",
            "right names=75.0 %",
            "unknown=0",
            "precision=75.0 %",
            "recall=58.3 %",
            "F1=65.0 %",
            "calibration error=35.0 %");
    assertThat(json.at("/sections/1/rows/0/2").asText()).startsWith("1 of them");
  }

  @Test
  void classification_fivePictures_hasConfusionsReliabilityAndPeople() {
    JsonNode sections =
        read(ReportPage.builder("Test").classification(report("Bob")).build().json())
            .get("sections");

    JsonNode map = sections.get(3);
    assertThat(map.get("type").asText()).isEqualTo("confusion");
    assertThat(map.get("people").toString()).isEqualTo("[\"Ada\",\"Bob\"]");
    assertThat(map.get("answers").toString()).isEqualTo("[\"Ada\",\"Bob\",\"(no face)\"]");
    assertThat(map.get("pictures").toString()).isEqualTo("{\"Ada\":3,\"Bob\":2}");
    assertThat(map.get("counts").toString())
        .isEqualTo(
            "[{\"actual\":\"Ada\",\"answer\":\"Ada\",\"count\":2},"
                + "{\"actual\":\"Ada\",\"answer\":\"Bob\",\"count\":1},"
                + "{\"actual\":\"Bob\",\"answer\":\"(no face)\",\"count\":1},"
                + "{\"actual\":\"Bob\",\"answer\":\"Bob\",\"count\":1}]");
    assertThat(sections.get(4).get("rows").toString())
        .isEqualTo("[[\"Ada\",\"Bob\",\"1\"],[\"Bob\",\"(no face)\",\"1\"]]");
    assertThat(sections.at("/6/series/1/counts").toString()).isEqualTo("[1,1,1,1]");
    assertThat(sections.at("/8/rows").toString())
        .isEqualTo(
            "[[\"Bob\",\"2\",\"50.0 %\",\"50.0 %\",\"50.0 %\"],"
                + "[\"Ada\",\"3\",\"100.0 %\",\"66.7 %\",\"80.0 %\"]]");
  }

  @Test
  void confusion_morePeopleThanTheMapHolds_keepsThoseWithMistakesAndAllCounts() {
    ClassificationReport.Builder report = ClassificationReport.builder();
    for (int i = 0; i < 150; i++) {
      String name = "P" + i;
      report.add(name, answer(i >= 140 ? "P0" : name, .5));
    }

    ReportPage page = ReportPage.builder("Test").confusion(report.build()).build();

    JsonNode map = read(page.json()).at("/sections/0");
    List<String> people = new ArrayList<>();
    map.get("people").forEach(name -> people.add(name.asText()));
    assertThat(people).hasSize(Confusions.MAP_PEOPLE).isSorted().contains("P0", "P140", "P149");
    assertThat(map.get("counts")).hasSize(150);
    assertThat(page.html()).contains("Shown are the 120 of 150 people with the most wrong answers");
  }

  @Test
  void confusion_nothingWrong_hasNoTableOfConfusions() {
    ClassificationReport report =
        ClassificationReport.builder().add("Ada", answer("Ada", 1)).build();
    JsonNode json = read(ReportPage.builder("Test").confusion(report).build().json());
    assertThat(json.get("sections")).hasSize(1);
  }

  @Test
  void table_columnsOfNumbers_areSetToTheRight() {
    String html =
        Table.builder("Accuracy", "network", "plain", "masked")
            .row("ResNet-50", "84.3 % ± 0.4", "–")
            .row("dlib", 100, "−1")
            .build()
            .html();
    assertThat(html)
        .contains("<td>dlib</td><td class=\"number\">100</td><td class=\"number\">−1</td>")
        .contains("<th>network</th><th class=\"number\">plain</th>");
  }

  @Test
  void table_rowOfAnotherLength_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Table.builder("Accuracy", "a", "b").row(1).build())
        .withMessage("the table \"Accuracy\" has 2 columns and the row [1] has 1 cells");
  }

  @Test
  void mistakes_picture_isInThePageAndNotInTheJson() {
    ReportPage page =
        ReportPage.builder("Test")
            .mistakes(
                "Worst", List.of(Mistake.of("Ada", "Bob", .97, "a.jpg", PICTURE, "image/jpeg")))
            .build();

    assertThat(page.html())
        .contains("src=\"data:image/jpeg;base64," + Base64.getEncoder().encodeToString(PICTURE))
        .contains("Ada<br>taken for <b>Bob</b>, 97.0&nbsp;%<br><small>a.jpg</small>");
    assertThat(read(page.json()).at("/sections/0/mistakes").toString())
        .isEqualTo(
            "[{\"actual\":\"Ada\",\"answer\":\"Bob\",\"probability\":0.97,\"name\":\"a.jpg\"}]");
  }

  @Test
  void mistake_noPicture_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mistake("Ada", "Bob", .5, "a.jpg", "https://example.org/a.jpg"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mistake.of("Ada", "Bob", .5, "a.jpg", PICTURE, "image/png\" onload=\"x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mistake.of("Ada", "Bob", 1.5, "a.jpg", PICTURE, "image/png"));
  }

  @Test
  void write_existingFile_isReplacedWholly() throws IOException {
    Path html = dir.resolve("page.html");
    Path json = dir.resolve("page.json");
    Files.writeString(html, "old");
    ReportPage page = everything().build();

    page.write(html);
    page.writeJson(json);

    assertThat(html).content(StandardCharsets.UTF_8).isEqualTo(page.html());
    assertThat(json).content(StandardCharsets.UTF_8).isEqualTo(page.json() + "\n");
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).containsExactlyInAnyOrder(html, json);
    }
  }

  @Test
  void write_missingFolderOrAFolder_saysSo() {
    ReportPage page = ReportPage.builder("Test").build();
    assertThatExceptionOfType(MfrException.class)
        .isThrownBy(() -> page.write(dir.resolve("no").resolve("page.html")))
        .withMessageContaining("cannot write");
    assertThatExceptionOfType(MfrException.class)
        .isThrownBy(() -> page.write(dir))
        .withMessageContaining("it is a folder; give a file name");
  }
}
