package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.VerificationPairs;
import dev.mfr.examples.experiment.Workers;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.GalleryOptions;
import dev.mfr.gallery.Probe;
import dev.mfr.gallery.Verification;
import dev.mfr.image.ImageDecodeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    name = "verify",
    description = {
      "Says whether two pictures show one person; or, with --pairs, whether the pictures of each pair of a list do.",
      "A picture counts with its most prominent face. There is no gallery to it."
    },
    footer = {
      "",
      "The list is as LFW's pairs.txt: it says which pairs are of one person, and how many answers are right is told"
          + " at the end. Picture 4 of Ada is DIR/Ada/Ada_0004.jpg."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final String NO_FACE = "no face that can be used was found";

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(names = "--pairs", paramLabel = "FILE", description = "A list of pairs, as LFW's.")
  private @Nullable Path pairs;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "With --pairs: the folder that holds the people's folders.")
  private @Nullable Path data;

  @Option(
      names = "--false-accepts",
      paramLabel = "R",
      description =
          "The share of pairs of two people that may pass as one, between 0 and 1; default: ${DEFAULT-VALUE}.")
  private double falseAccepts = GalleryOptions.DEFAULT_FALSE_ACCEPT_RATE;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CalibrationChoice calibration;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Option(names = "--json", description = "One JSON object a pair on stdout.")
  private boolean json;

  @Parameters(paramLabel = "A B", arity = "0..2", description = "Two picture files.")
  private List<Path> images = List.of();

  private final Batch batch = new Batch();

  /** A picture's main face, or why there is none. */
  private record Seen(Optional<Probe> probe, String failure) {}

  /** What is said of two pictures, or why nothing is. */
  private record Answer(Optional<Verification> verification, String failure) {}

  @Override
  public Integer call() {
    checkUsage();
    GalleryOptions options = options();
    VerificationPairs list = pairs == null || data == null ? null : read(pairs, data);
    try (Gallery nobody = Gallery.inMemory();
        MaskedFaceRecognizer recognizer =
            MaskedFaceRecognizer.builder().gallery(nobody).galleryOptions(options).build()) {
      return list == null ? verifyTwo(recognizer) : verifyList(recognizer, list);
    }
  }

  private void checkUsage() {
    String wrong = "";
    if (pairs == null && images.size() != 2) {
      wrong = "Missing required parameter: name two pictures, A B; or a list with --pairs";
    } else if (pairs != null && !images.isEmpty()) {
      wrong = "--pairs and two pictures exclude each other; give one of them";
    } else if (pairs == null != (data == null)) {
      wrong = "--pairs and --data go together: the list and the folder of its pictures";
    }
    if (!wrong.isEmpty()) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
    jobs.count();
  }

  private GalleryOptions options() {
    try {
      GalleryOptions.Builder builder = GalleryOptions.builder().falseAcceptRate(falseAccepts);
      calibration.applyTo(builder);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static VerificationPairs read(Path list, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          Files.exists(folder)
              ? folder + " is a file; name the folder that holds the people's folders"
              : "there is no folder " + folder + "; name the one that holds the people's folders",
          null);
    }
    return VerificationPairs.read(list, folder);
  }

  private Seen look(MaskedFaceRecognizer recognizer, Path file) {
    try {
      Optional<Probe> probe = recognizer.probe(mfr.reader().read(file));
      return new Seen(probe, probe.isPresent() ? "" : file + ": " + NO_FACE);
    } catch (ImageDecodeException e) {
      synchronized (batch) {
        return new Seen(Optional.empty(), batch.failed(e));
      }
    }
  }

  private int verifyTwo(MaskedFaceRecognizer recognizer) {
    Console console = mfr.console();
    Seen first = look(recognizer, images.get(0));
    Seen second = look(recognizer, images.get(1));
    ObjectNode line =
        Json.object()
            .put("first", images.get(0).toString())
            .put("second", images.get(1).toString());
    if (first.probe.isPresent() && second.probe.isPresent()) {
      batch.usable();
      Verification answer = recognizer.verify(first.probe.get(), second.probe.get());
      if (json) {
        console.json(put(line, answer));
      } else {
        console.line(words(answer));
        console.line("threshold " + answer.threshold().source());
      }
    } else {
      if (!first.failure.isEmpty()) {
        console.failure(first.failure);
      }
      if (!second.failure.isEmpty()) {
        console.failure(second.failure);
      }
      if (json) {
        console.json(line.put("error", failure(first, second)));
      }
    }
    return batch.exitCode();
  }

  private static String failure(Seen first, Seen second) {
    return first.failure.isEmpty() || second.failure.isEmpty()
        ? first.failure + second.failure
        : first.failure + "; " + second.failure;
  }

  /** Thresholds that say nothing of such a pair are no reason to leave the others out. */
  private static Answer answer(MaskedFaceRecognizer recognizer, Seen first, Seen second) {
    if (first.probe.isEmpty() || second.probe.isEmpty()) {
      return new Answer(Optional.empty(), failure(first, second));
    }
    try {
      return new Answer(Optional.of(recognizer.verify(first.probe.get(), second.probe.get())), "");
    } catch (GalleryException e) {
      return new Answer(Optional.empty(), Sentences.of(e));
    }
  }

  private static String words(Verification answer) {
    return String.format(
        Locale.ROOT,
        "%s  similarity %.3f, from %.3f, %s and %s",
        answer.same() ? "one person" : "two people",
        answer.similarity(),
        answer.threshold().threshold(),
        Text.mask(answer.first().state()),
        Text.mask(answer.second().state()));
  }

  private static ObjectNode put(ObjectNode line, Verification answer) {
    line.put("same", answer.same());
    line.set("similarity", Json.share(answer.similarity()));
    line.set("probability", Json.share(answer.probability()));
    line.set("threshold", Json.share(answer.threshold().threshold()));
    line.put("thresholdSource", answer.threshold().source());
    line.putArray("masks").add(Json.mask(answer.first())).add(Json.mask(answer.second()));
    return line;
  }

  private int verifyList(MaskedFaceRecognizer recognizer, VerificationPairs list) {
    Console console = mfr.console();
    Map<LabelledPicture, Seen> seen = lookAtAll(recognizer, list);
    Counts counts = new Counts();
    for (VerificationPairs.Pair pair : list.list()) {
      Seen first = seen.get(pair.first());
      Seen second = seen.get(pair.second());
      ObjectNode line =
          Json.object()
              .put("first", pair.first().name())
              .put("second", pair.second().name())
              .put("fold", pair.fold())
              .put("samePerson", pair.same());
      String words = pair.first().name() + "  " + pair.second().name() + ": ";
      Answer answer =
          first == null || second == null
              ? new Answer(Optional.empty(), NO_FACE)
              : answer(recognizer, first, second);
      if (answer.verification.isPresent()) {
        batch.usable();
        Verification said = answer.verification.get();
        boolean right = said.same() == pair.same();
        counts.add(pair.same(), right);
        put(line, said).put("right", right);
        words += words(said) + (right ? ", right" : ", wrong");
      } else {
        counts.leftOut++;
        line.put("error", answer.failure);
        words += "left out, " + answer.failure;
      }
      if (json) {
        console.json(line);
      } else {
        console.line(words);
      }
    }
    counts.lines().forEach(json ? console::remark : console::line);
    return batch.exitCode();
  }

  /** Each picture once, whatever the number of its pairs. */
  private Map<LabelledPicture, Seen> lookAtAll(
      MaskedFaceRecognizer recognizer, VerificationPairs list) {
    List<LabelledPicture> pictures =
        list.list().stream()
            .flatMap(pair -> List.of(pair.first(), pair.second()).stream())
            .distinct()
            .toList();
    Map<LabelledPicture, Seen> seen = new HashMap<>();
    try (Console.Progress progress = mfr.console().progress("verify", pictures.size())) {
      List<Seen> faces =
          Workers.map(
              jobs.count(),
              pictures,
              picture -> look(recognizer, Path.of(picture.name())),
              progress::step);
      for (int i = 0; i < faces.size(); i++) {
        seen.put(pictures.get(i), faces.get(i));
      }
    }
    return seen;
  }

  /** How many answers are right. */
  private static final class Counts {
    private int same;
    private int sameRight;
    private int different;
    private int differentRight;
    private int leftOut;

    void add(boolean isSame, boolean right) {
      if (isSame) {
        same++;
        sameRight += right ? 1 : 0;
      } else {
        different++;
        differentRight += right ? 1 : 0;
      }
    }

    List<String> lines() {
      int compared = same + different;
      return List.of(
          String.format(
              Locale.ROOT,
              "pairs      %d of %d compared, %d left out",
              compared,
              compared + leftOut,
              leftOut),
          "right      "
              + share(sameRight + differentRight, compared)
              + "; of one person "
              + share(sameRight, same)
              + ", of two people "
              + share(differentRight, different));
    }

    private static String share(int right, int all) {
      return right
          + " of "
          + all
          + (all == 0 ? "" : " (" + Text.percent((double) right / all) + ")");
    }
  }
}
