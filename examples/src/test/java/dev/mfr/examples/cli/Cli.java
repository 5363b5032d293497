package dev.mfr.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Runs the command line inside the test's process. */
final class Cli {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What {@link Console.Progress} tells of a job that takes long, as it does on a slow machine. */
  private static final Pattern PROGRESS = Pattern.compile("(?m)^.+ \\d+ of \\d+, \\d.* left\\R");

  private Cli() {}

  /** What a run left behind; without the progress, which depends on the machine. */
  record Run(int code, String out, String err) {

    /** Every line of stdout as JSON; fails on anything else there. */
    List<JsonNode> json() {
      return out.lines().map(Run::parse).toList();
    }

    private static JsonNode parse(String line) {
      try {
        return MAPPER.readTree(line);
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON on stdout: " + line, e);
      }
    }

    List<String> errLines() {
      return err.lines().toList();
    }
  }

  static Run run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      line[i] = args[i].toString();
    }
    int code = Mfr.run(new PrintWriter(out, true), new PrintWriter(err, true), line);
    return new Run(code, out.toString(), PROGRESS.matcher(err.toString()).replaceAll(""));
  }
}
