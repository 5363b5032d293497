package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.Augmentation;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.face.DetectedFace;
import dev.mfr.gallery.Candidate;
import dev.mfr.gallery.Enroller;
import dev.mfr.gallery.Enrolment;
import dev.mfr.gallery.EnrolmentOptions;
import dev.mfr.gallery.Gallery;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import dev.mfr.quality.QualityGate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
    name = "enrol",
    description = {
      "Enrols a person in a gallery, from pictures; or everybody of a folder of people, with --data.",
      "Who is enrolled is known to 'mfr identify' at once. A person who is enrolled already is known by more pictures"
          + " then."
    },
    footer = {
      "",
      "The gallery's folder is made when it is not there. It holds names and face features, and no pictures:"
          + " biometric data, to be kept as the pictures themselves."
    })
final class EnrolCommand implements Callable<Integer> {
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
      names = "--data",
      paramLabel = "DIR",
      description =
          "Enrol everybody who has a folder of pictures in DIR, named as the person. Where a picture shows several"
              + " people, the most prominent one is meant.")
  private @Nullable Path data;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Option(
      names = "--face",
      paramLabel = "N",
      description = "Which face of the picture is meant, counted from 1, from left to right.")
  private @Nullable Integer face;

  @Option(
      names = "--most-prominent",
      description = "The most prominent face is meant where a picture shows several people.")
  private boolean mostProminent;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A word to look for with 'mfr identify --tag'; can be given several times.")
  private List<String> tags = List.of();

  @Option(
      names = "--no-mask",
      description =
          "Keep the picture alone and not also with a mask drawn on; masked faces are then known less well.")
  private boolean noMask;

  @Option(
      names = "--any-quality",
      description = "Take pictures that are small, dark, blurred or from the side, too.")
  private boolean anyQuality;

  @Option(names = "--new", description = "Take nobody who is enrolled already.")
  private boolean onlyNew;

  @Option(names = "--json", description = "One JSON object a picture on stdout.")
  private boolean json;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The person.")
  private @Nullable String name;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "Pictures of the person, or folders of such.")
  private List<Path> images = List.of();

  private final Batch batch = new Batch();
  private int templates;

  @Override
  public Integer call() {
    checkUsage();
    Console console = mfr.console();
    Optional<LabelledPictures> people =
        data == null ? Optional.empty() : PictureFiles.people(data, console);
    List<Path> files = data == null ? PictureFiles.expand(images, console) : List.of();
    if (people.isEmpty() && files.isEmpty()) {
      return ExitCode.NOTHING_FOUND; // and no gallery is begun
    }
    try (Gallery gallery = choice.openOrBegin(console);
        MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.builder().gallery(gallery).build()) {
      Enroller enroller = recognizer.enroller(options());
      return people.isPresent()
          ? enrolPeople(gallery, enroller, people.get())
          : enrolPerson(gallery, enroller, String.valueOf(name), files);
    }
  }

  private void checkUsage() {
    if (data == null && (name == null || images.isEmpty())) {
      throw wrong(
          "Missing required parameter: name the person and one picture or more, NAME IMAGE…; or a folder of people"
              + " with --data");
    }
    if (data != null && name != null) {
      throw wrong("--data and NAME IMAGE… exclude each other; give one of them");
    }
    if (face != null && (data != null || images.size() > 1 || mostProminent)) {
      throw wrong(
          "--face N is about one picture; give one, and neither --data nor --most-prominent with it");
    }
    if (face != null && face < 1) {
      throw wrong("--face must be 1 or more, got " + face);
    }
    jobs.count();
    if (tags.stream().anyMatch(String::isBlank)) {
      throw wrong("a tag is a word, not nothing");
    }
    if (name != null) {
      try {
        Gallery.checkName(name);
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private EnrolmentOptions options() {
    EnrolmentOptions options = EnrolmentOptions.defaults().withTags(Set.copyOf(tags));
    if (noMask) {
      options = options.withMaskedCopies(Augmentation.NONE);
    }
    if (anyQuality) {
      options = options.withGate(QualityGate.none());
    }
    return mostProminent || data != null
        ? options.withFaces(EnrolmentOptions.Faces.MOST_PROMINENT)
        : options;
  }

  private int enrolPerson(Gallery gallery, Enroller enroller, String person, List<Path> files) {
    Console console = mfr.console();
    if (onlyNew && gallery.contains(person)) {
      console.failure(
          "\""
              + person
              + "\" is enrolled already; leave --new out to add pictures, or take another name");
      return ExitCode.FAILED;
    }
    for (Path file : files) {
      try {
        RgbImage image = mfr.reader().read(file);
        Optional<Enrolment> done = enrol(enroller, person, image, file);
        done.ifPresent(enrolment -> tell(file.toString(), person, enrolment));
      } catch (ImageDecodeException e) {
        String message = batch.failed(e);
        console.failure(message);
        if (json) {
          console.json(Json.error(file.toString(), message));
        }
      }
    }
    return batch.exitCode();
  }

  /** Empty when there is no face of the number. */
  private Optional<Enrolment> enrol(Enroller enroller, String person, RgbImage image, Path file) {
    if (face == null) {
      return Optional.of(enroller.enrol(person, image));
    }
    List<DetectedFace> faces = leftToRight(enroller.faces(image));
    if (face <= faces.size()) {
      return Optional.of(enroller.enrol(person, image, faces, faces.get(face - 1)));
    }
    String message =
        "there is no face " + face + "; the picture shows " + Text.count(faces.size(), "face");
    if (json) {
      ObjectNode line = line(file.toString(), person, "noSuchFace", message);
      line.set("faces", numbered(faces));
      mfr.console().json(line);
    } else {
      mfr.console().line(file + ": not enrolled: " + message);
      list(faces);
    }
    return Optional.empty();
  }

  private static List<DetectedFace> leftToRight(List<DetectedFace> faces) {
    return faces.stream().sorted(Comparator.comparingDouble(f -> f.box().centre().x())).toList();
  }

  private void tell(String picture, String person, Enrolment enrolment) {
    Console console = mfr.console();
    if (enrolment.isEnrolled()) {
      batch.usable();
    }
    templates += enrolment.templates().size();
    if (json) {
      console.json(line(picture, person, enrolment));
    } else if (data == null) {
      console.line(picture + ": " + words(enrolment));
      if (enrolment.outcome() == Enrolment.Outcome.SEVERAL_FACES) {
        list(leftToRight(enrolment.faces()));
      }
    } else if (!enrolment.isEnrolled()) {
      console.remark("skipped " + picture + ": " + sentence(enrolment));
    }
    if (enrolment.outcome() == Enrolment.Outcome.ENROLLED) {
      enrolment.lookalike().ifPresent(other -> remark(picture, other));
    }
  }

  private void remark(String picture, Candidate other) {
    mfr.console()
        .remark(
            picture
                + " looks like \""
                + other.name()
                + "\" (similarity "
                + Text.similarity(other.similarity())
                + "); if the two are one person, 'mfr gallery merge' makes them one");
  }

  private static String words(Enrolment enrolment) {
    return switch (enrolment.outcome()) {
      case ENROLLED ->
          sentence(enrolment)
              + ", "
              + Text.count(enrolment.templates().size(), "template")
              + ", "
              + Text.mask(enrolment.mask().state());
      case ALREADY_ENROLLED -> sentence(enrolment);
      default -> "not enrolled: " + sentence(enrolment);
    };
  }

  private static String sentence(Enrolment enrolment) {
    String message = Sentences.of(enrolment.message());
    return enrolment.outcome() == Enrolment.Outcome.SEVERAL_FACES
        ? message.replace(
            "say which one is meant", "say which one is meant, with --face N or --most-prominent")
        : message;
  }

  private void list(List<DetectedFace> faces) {
    for (int i = 0; i < faces.size(); i++) {
      mfr.console().line("  face " + (i + 1) + "  " + Text.box(faces.get(i).box()));
    }
  }

  private static ObjectNode line(String picture, String person, String outcome, String message) {
    return Json.object()
        .put("image", picture)
        .put("person", person)
        .put("outcome", outcome)
        .put("message", message);
  }

  private static ObjectNode line(String picture, String person, Enrolment enrolment) {
    ObjectNode line =
        line(picture, person, Json.camelCase(enrolment.outcome()), sentence(enrolment));
    ArrayNode added = line.putArray("templates");
    enrolment
        .templates()
        .forEach(
            template ->
                added
                    .addObject()
                    .put("id", template.id())
                    .put("origin", Json.camelCase(template.origin())));
    line.set("mask", Json.mask(enrolment.mask()));
    line.set("faces", numbered(leftToRight(enrolment.faces())));
    line.set("quality", enrolment.quality().map(Json::quality).orElse(null));
    line.set("issues", Json.issues(enrolment.verdict()));
    enrolment
        .lookalike()
        .ifPresentOrElse(
            other ->
                line.putObject("lookalike")
                    .put("person", other.name())
                    .set("similarity", Json.share(other.similarity())),
            () -> line.putNull("lookalike"));
    return line;
  }

  private static ArrayNode numbered(List<DetectedFace> faces) {
    ArrayNode array = Json.array();
    for (int i = 0; i < faces.size(); i++) {
      array.addObject().put("number", i + 1).set("box", Json.box(faces.get(i).box()));
    }
    return array;
  }

  private int enrolPeople(Gallery gallery, Enroller enroller, LabelledPictures all) {
    long start = System.nanoTime();
    Console console = mfr.console();
    Set<String> leftOut = new TreeSet<>();
    for (String person : all.people()) {
      if (onlyNew && gallery.contains(person)) {
        console.remark("\"" + person + "\" is enrolled already and is left as it is");
        leftOut.add(person);
      }
    }
    List<LabelledPicture> pictures =
        mfr.reader().labelled(all).stream()
            .filter(picture -> !leftOut.contains(picture.label()))
            .toList();
    Set<String> enrolled = new TreeSet<>();
    List<LabelledPicture> used = new ArrayList<>();
    try (Console.Progress progress = console.progress("enrol", pictures.size())) {
      enroller
          .threads(jobs.count())
          .enrolAll(
              pictures,
              (picture, enrolment, failure) -> {
                progress.step();
                tell(picture, enrolment, failure);
                if (enrolment.filter(Enrolment::isEnrolled).isPresent()) {
                  enrolled.add(picture.label());
                  used.add(picture);
                }
              });
    }
    List<String> missing = new ArrayList<>(all.people());
    missing.removeAll(leftOut);
    missing.removeAll(enrolled);
    List<String> summary =
        List.of(
            String.format(Locale.ROOT, "pictures   %d of %d used", used.size(), pictures.size()),
            "people     "
                + enrolled.size()
                + (missing.isEmpty()
                    ? ""
                    : "; without a usable picture and not enrolled: " + String.join(", ", missing)),
            "templates  " + templates + " added",
            "gallery    "
                + choice.folder()
                + ", "
                + (gallery.size() == 1 ? "1 person" : gallery.size() + " people")
                + ", "
                + Text.seconds(System.nanoTime() - start));
    summary.forEach(json ? console::remark : console::line);
    return batch.exitCode();
  }

  private void tell(LabelledPicture picture, Optional<Enrolment> enrolment, String failure) {
    if (enrolment.isPresent()) {
      tell(picture.name(), picture.label(), enrolment.get());
      return;
    }
    mfr.console().remark("skipped " + picture.name() + ": " + Sentences.of(failure));
    if (json) {
      mfr.console().json(Json.error(picture.name(), Sentences.of(failure)));
    }
  }
}
