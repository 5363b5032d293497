package dev.mfr.examples.cli;

import dev.mfr.examples.demo.ContactSheet;
import dev.mfr.examples.demo.Demo;
import dev.mfr.examples.demo.DemoPage;
import dev.mfr.examples.demo.PersonResult;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.landmarks.ImageFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "demo",
    description = {
      "Recognises the portraits that travel with the program, with masks drawn on.",
      "People are enrolled without a mask and recognised with one; each is left out in turn, and must then come"
          + " out as unknown. Writes a contact sheet and a page that show it."
    })
final class DemoCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "mfr-demo",
      description = "Where contact-sheet.png and index.html go; default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // has a default
  private Path out;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    Console console = mfr.console();
    Path folder = PictureFiles.outputFolder(out);
    List<PersonResult> results = run();
    Path sheet = folder.resolve("contact-sheet.png");
    ImageFiles.writePng(ContactSheet.draw(results), sheet);
    Path page = folder.resolve("index.html");
    DemoPage.write(results, String.valueOf(sheet.getFileName()), page);
    table(results).forEach(console::line);
    console.line("");
    long unexpected = results.stream().filter(result -> !result.isAsExpected()).count();
    console.line(
        unexpected == 0
            ? "Everybody was recognised with a mask on, and nobody who was left out got a name."
            : "Not all came out as it should: see the "
                + (unexpected == 1 ? "row" : unexpected + " rows")
                + " with an exclamation mark.");
    console.line(
        "Written: " + sheet + ", " + page + " (" + Text.seconds(System.nanoTime() - start) + ")");
    return ExitCode.DONE;
  }

  private List<PersonResult> run() {
    List<Console.Progress> bar = new ArrayList<>();
    Demo demo = new Demo(Portrait.ALL, () -> bar.forEach(Console.Progress::step));
    try (Console.Progress progress = mfr.console().progress("demo", demo.steps())) {
      bar.add(progress);
      return demo.run();
    }
  }

  private static List<String> table(List<PersonResult> results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "person",
            "masked: recognised",
            "mean probability",
            "left out, masked: unknown",
            "left out, unmasked: unknown",
            ""));
    for (PersonResult result : results) {
      rows.add(
          List.of(
              result.portrait().person(),
              of(result.recognised(), result.enrolled()),
              Text.percent(result.meanProbability()),
              of(result.unknownMasked(), result.leftOutMasked()),
              of(result.unknownUnmasked(), result.leftOutUnmasked()),
              result.isAsExpected() ? " " : "!"));
    }
    return Text.table(rows);
  }

  private static String of(int count, List<?> all) {
    return count + "/" + all.size();
  }
}
