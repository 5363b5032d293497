package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.Classification;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.PictureOutcome;
import dev.mfr.RankedIdentity;
import dev.mfr.RecognizedFace;
import dev.mfr.RejectedFace;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryClassifier;
import dev.mfr.gallery.GalleryFilter;
import dev.mfr.gallery.GalleryOptions;
import java.nio.file.Path;
import java.util.List;
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
    name = "identify",
    description = {
      "Says who of a gallery the faces of pictures are, or that they are nobody known.",
      "Folders are searched with all below them. The gallery is not changed, and may be in use elsewhere."
    })
final class IdentifyCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private GalleryChoice choice;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "Look only among the people with this tag.")
  private @Nullable String tag;

  @Option(
      names = "--false-positives",
      paramLabel = "R",
      description =
          "The share of faces of nobody enrolled that may get a name, between 0 and 1: lower names fewer strangers and"
              + " refuses more of the people; default: ${DEFAULT-VALUE}.")
  private double falsePositives = GalleryOptions.DEFAULT_FALSE_POSITIVE_RATE;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description =
          "How much more alike the first candidate must be than the second, 0 to 2; default: 0.")
  private double margin;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Candidates in a JSON ranking; default: ${DEFAULT-VALUE}.")
  private int top = GalleryOptions.DEFAULT_RANKING;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CalibrationChoice calibration;

  @Option(names = "--json", description = "One JSON object a picture on stdout.")
  private boolean json;

  @Parameters(paramLabel = "IMAGE|DIR", arity = "1..*", description = "Picture files, or folders.")
  private List<Path> images = List.of();

  @Override
  public Integer call() {
    if (top < 1) {
      throw new ParameterException(spec.commandLine(), "--top must be 1 or more, got " + top);
    }
    jobs.count();
    GalleryOptions options = options();
    Console console = mfr.console();
    try (Gallery gallery = choice.openToRead(console)) {
      if (gallery.size() == 0) {
        console.failure(
            "nobody is enrolled in the gallery " + choice.folder() + "; 'mfr enrol' does that");
        return ExitCode.NOTHING_FOUND;
      }
      if (tag != null && gallery.people().noneMatch(person -> person.tags().contains(tag))) {
        console.failure(
            "nobody in the gallery "
                + choice.folder()
                + " has the tag \""
                + tag
                + "\"; 'mfr gallery list' shows the tags");
        return ExitCode.NOTHING_FOUND;
      }
      try (MaskedFaceRecognizer recognizer =
          MaskedFaceRecognizer.builder().gallery(gallery).galleryOptions(options).build()) {
        return identify(recognizer, PictureFiles.expand(images, console));
      }
    }
  }

  private GalleryOptions options() {
    try {
      GalleryOptions.Builder builder =
          GalleryOptions.builder()
              .falsePositiveRate(falsePositives)
              .minMargin(margin)
              // The margin is told too, which needs a second candidate.
              .ranking(Math.max(2, top))
              .filter(tag == null ? GalleryFilter.EVERYBODY : GalleryFilter.tagged(tag));
      calibration.applyTo(builder);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int identify(MaskedFaceRecognizer recognizer, List<Path> files) {
    Console console = mfr.console();
    GalleryClassifier classifier = recognizer.galleryClassifier().orElseThrow();
    Batch batch = new Batch();
    try (Console.Progress progress = console.progress("identify", files.size())) {
      mfr.reader()
          .recognize(
              recognizer,
              files,
              jobs.count(),
              outcome -> {
                if (outcome instanceof PictureOutcome.Recognized done) {
                  done.recognition().faces().forEach(face -> batch.usable());
                  tell(classifier, done);
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

  private void tell(GalleryClassifier classifier, PictureOutcome.Recognized done) {
    Console console = mfr.console();
    if (json) {
      console.json(line(classifier, done));
      return;
    }
    List<RecognizedFace> faces = done.recognition().faces();
    if (faces.isEmpty()) {
      console.line(done.file() + ": no face");
    }
    for (RecognizedFace face : faces) {
      console.line(done.file() + ": " + words(classifier, face));
    }
    for (RejectedFace rejected : done.recognition().rejected()) {
      console.remark(done.file() + ": a face is left out, " + rejected.reason());
    }
  }

  private static String words(GalleryClassifier classifier, RecognizedFace face) {
    Classification answer = face.classification();
    double threshold = classifier.threshold(face.mask().state()).threshold();
    String who =
        face.identity()
            .map(
                name ->
                    name
                        + "  similarity "
                        + Text.similarity(answer.similarity())
                        + ", from "
                        + Text.similarity(threshold))
            .orElseGet(
                () ->
                    "nobody known  "
                        + answer.explanation()
                        + answer.ranking().stream()
                            .findFirst()
                            .map(nearest -> " (nearest " + nearest.identity() + ")")
                            .orElse(""));
    return who
        + (answer.ranking().size() < 2
            ? ""
            : ", margin " + Text.similarity(margin(answer.ranking())))
        + ", "
        + Text.mask(face.mask().state())
        + ", "
        + Text.box(face.box());
  }

  /** NaN without a second candidate. */
  private static double margin(List<RankedIdentity> ranking) {
    return ranking.size() < 2
        ? Double.NaN
        : ranking.get(0).similarity() - ranking.get(1).similarity();
  }

  private ObjectNode line(GalleryClassifier classifier, PictureOutcome.Recognized done) {
    ObjectNode line =
        Json.object()
            .put("image", done.file().toString())
            .put("width", done.recognition().width())
            .put("height", done.recognition().height());
    ArrayNode faces = line.putArray("faces");
    for (RecognizedFace face : done.recognition().faces()) {
      Classification answer = face.classification();
      ObjectNode node = faces.addObject();
      node.set("box", Json.box(face.box()));
      node.put("person", face.identity().orElse(null));
      node.set("similarity", Json.share(answer.similarity()));
      node.set("threshold", Json.share(classifier.threshold(face.mask().state()).threshold()));
      node.set("margin", Json.share(margin(answer.ranking())));
      node.set("mask", Json.mask(face.mask()));
      ArrayNode ranking = node.putArray("ranking");
      for (RankedIdentity candidate :
          answer.ranking().subList(0, Math.min(top, answer.ranking().size()))) {
        ObjectNode entry = ranking.addObject().put("person", candidate.identity());
        entry.set("similarity", Json.share(candidate.similarity()));
        entry.set("probability", Json.share(candidate.probability()));
      }
      if (face.identity().isEmpty()) {
        node.put("reason", answer.explanation());
      }
    }
    ArrayNode rejected = line.putArray("rejected");
    for (RejectedFace face : done.recognition().rejected()) {
      rejected.addObject().put("reason", face.reason()).set("box", Json.box(face.face().box()));
    }
    return line;
  }
}
