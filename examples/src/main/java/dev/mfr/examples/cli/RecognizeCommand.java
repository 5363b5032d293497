package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.PictureOutcome;
import dev.mfr.RankedIdentity;
import dev.mfr.Recognition;
import dev.mfr.RecognizedFace;
import dev.mfr.RejectedFace;
import dev.mfr.geometry.Point;
import dev.mfr.landmarks.FaceAnnotator;
import dev.mfr.landmarks.ImageFiles;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "recognize",
    description = "Says who the faces of pictures are. Folders are searched with all below them.")
final class RecognizeCommand implements Callable<Integer> {
  private static final Color KNOWN = new Color(0x2E, 0xCC, 0x71);
  private static final Color UNKNOWN = new Color(0xFF, 0xA5, 0x3C);

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "A model that 'mfr train' wrote.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Option(names = "--json", description = "One JSON object a picture on stdout.")
  private boolean json;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "10",
      description = "Candidates in a JSON ranking; default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--annotate",
      paramLabel = "DIR",
      description = "Also write each picture with boxes and names, as NAME.png.")
  private @Nullable Path annotate;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Parameters(paramLabel = "IMAGE|DIR", arity = "1..*", description = "Picture files, or folders.")
  private List<Path> images = List.of();

  @Override
  public Integer call() {
    if (top < 1) {
      throw new ParameterException(spec.commandLine(), "--top must be 1 or more, got " + top);
    }
    int workers = jobs.count();
    Console console = mfr.console();
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.load(model)) {
      List<Path> files = PictureFiles.expand(images, console);
      Path folder = annotate == null ? null : PictureFiles.outputFolder(annotate);
      PictureFiles names = new PictureFiles();
      Batch batch = new Batch();
      try (Console.Progress progress = console.progress("recognize", files.size())) {
        mfr.reader()
            .recognize(
                recognizer,
                files,
                workers,
                outcome -> {
                  if (outcome instanceof PictureOutcome.Recognized done) {
                    done.recognition().faces().forEach(face -> batch.usable());
                    tell(console, done);
                    if (folder != null) {
                      draw(done, beside(done.file(), folder, names.uniqueName(done.file())));
                    }
                  } else if (outcome instanceof PictureOutcome.Failed failed) {
                    String message = batch.failed(failed.failure());
                    console.failure(message);
                    if (json) {
                      console.json(Json.error(failed.file().toString(), message));
                    }
                  }
                  progress.step();
                });
      }
      return batch.exitCode();
    }
  }

  /** Where the drawing goes: never onto the picture itself. */
  private static Path beside(Path picture, Path folder, String name) {
    Path drawing = folder.resolve(name + ".png");
    return drawing.toAbsolutePath().normalize().equals(picture.toAbsolutePath().normalize())
        ? folder.resolve(name + "-faces.png")
        : drawing;
  }

  private void tell(Console console, PictureOutcome.Recognized done) {
    if (json) {
      console.json(line(done));
      return;
    }
    List<RecognizedFace> faces = done.recognition().faces();
    if (faces.isEmpty()) {
      console.line(done.file() + ": no face");
    }
    for (RecognizedFace face : faces) {
      console.line(done.file() + ": " + words(face));
    }
    for (RejectedFace rejected : done.recognition().rejected()) {
      console.remark(done.file() + ": a face is left out, " + rejected.reason());
    }
  }

  private static String words(RecognizedFace face) {
    if (face.identity().isPresent()) {
      return face.identity().get() + "  " + Text.percent(face.probability());
    }
    return "nobody known"
        + (face.ranking().isEmpty() ? "" : "  (nearest " + face.ranking().get(0).identity() + ")")
        + (face.classification().explanation().isEmpty()
            ? ""
            : "  " + face.classification().explanation());
  }

  private ObjectNode line(PictureOutcome.Recognized done) {
    Recognition recognition = done.recognition();
    ObjectNode line =
        Json.object()
            .put("image", done.file().toString())
            .put("width", recognition.width())
            .put("height", recognition.height());
    ArrayNode faces = line.putArray("faces");
    for (RecognizedFace face : recognition.faces()) {
      ObjectNode node = faces.addObject();
      node.set("box", Json.box(face.box()));
      node.put("identity", face.identity().orElse(null));
      node.set("probability", Json.share(face.probability()));
      List<RankedIdentity> ranking = face.ranking();
      node.set("ranking", Json.ranking(ranking.subList(0, Math.min(top, ranking.size()))));
      if (face.identity().isEmpty()) {
        node.put("reason", face.classification().explanation());
      }
    }
    ArrayNode rejected = line.putArray("rejected");
    for (RejectedFace face : recognition.rejected()) {
      rejected.addObject().put("reason", face.reason()).set("box", Json.box(face.face().box()));
    }
    return line;
  }

  private void draw(PictureOutcome.Recognized done, Path target) {
    FaceAnnotator annotator = FaceAnnotator.of(mfr.reader().read(done.file()));
    for (RecognizedFace face : done.recognition().faces()) {
      Color color = face.identity().isPresent() ? KNOWN : UNKNOWN;
      annotator
          .box(face.box(), color)
          .outline(face.region(), new Color(255, 255, 255, 150))
          .caption(
              face.identity()
                  .map(
                      name ->
                          String.format(Locale.ROOT, "%s %.0f %%", name, 100 * face.probability()))
                  .orElse("nobody known"),
              new Point(face.box().x(), face.box().y()),
              color);
    }
    ImageFiles.writePng(annotator.image(), target);
  }
}
