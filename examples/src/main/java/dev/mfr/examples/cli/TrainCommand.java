package dev.mfr.examples.cli;

import dev.mfr.FeatureExtractor;
import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskedCopies;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description = "Trains a model on a folder of people, by transfer learning.",
    footer = {
      "",
      "DIR holds a folder for each person, named as the person, with that person's pictures, such as"
          + " DIR/Ada_Lovelace/0001.jpg. The model holds names and face features: biometric data."
    })
final class TrainCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private PeopleFolderChoice data;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The model to write; an existing one is replaced.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Option(
      names = "--preset",
      paramLabel = "default|paper",
      defaultValue = "default",
      description = {
        "default: both networks, each picture also with a mask drawn on.",
        "paper: the paper's own configuration, the ResNet-50 alone at a constant rate, five masked"
            + " pictures of each person.",
        "Options given beside it come first."
      })
  @SuppressWarnings("NullAway.Init") // has a default
  private TrainPreset preset;

  @Option(
      names = "--embedder",
      paramLabel = "fused|gallery|maskaware|resnet50|dlib",
      description =
          "maskaware looks at the whole face, masked or not, resnet50 at the region above a mask, fused at"
              + " both; dlib at the whole face without knowing masks; gallery is all three; default: fused.")
  private @Nullable EmbedderChoice embedder;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often every picture is looked at; default: 100.")
  private @Nullable Integer epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "The step of the gradient descent; default: 0.1.")
  private @Nullable Double learningRate;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Default: 0.")
  private long seed;

  @ArgGroup(exclusive = true)
  private @Nullable Masks masks;

  /** How many masked pictures are added. */
  private static final class Masks {
    @Option(
        names = "--masks",
        required = true,
        paramLabel = "N",
        description = "Train also on N copies of each picture with a mask drawn on; default: 1.")
    private @Nullable Integer perPicture;

    @Option(
        names = "--masks-per-person",
        required = true,
        paramLabel = "N",
        description = "Or on N such copies of each person.")
    private @Nullable Integer perPerson;
  }

  @Option(
      names = "--false-accepts",
      paramLabel = "R",
      description =
          "The share of strangers that may pass as somebody, 0 to 1: lower names fewer strangers and"
              + " refuses more of the people; default: 0.05.")
  private @Nullable Double falseAccepts;

  private double trainingAccuracy;

  @Override
  public Integer call() {
    TrainingOptions options = options();
    EmbedderChoice choice = embedder == null ? preset.embedder() : embedder;
    int perPicture = masks == null ? preset.masksPerPicture() : orZero(masks.perPicture);
    int perPerson = masks == null ? preset.masksPerPerson() : orZero(masks.perPerson);
    if (perPicture < 0 || perPerson < 0) {
      throw new ParameterException(
          spec.commandLine(),
          perPicture < 0
              ? "--masks must not be negative, got " + perPicture
              : "--masks-per-person must not be negative, got " + perPerson);
    }
    long start = System.nanoTime();
    Console console = mfr.console();
    OutputFile.check("the model", model);
    Optional<LabelledPictures> found = data.pictures(console);
    if (found.isEmpty()) {
      return ExitCode.NOTHING_FOUND;
    }
    LabelledPictures pictures = found.get();
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        FaceEmbedder network = choice.open()) {
      FeatureExtractor extractor = new FeatureExtractor(detector, choice.cropper(), network);
      Extraction plain = extract(extractor, mfr.reader().labelled(pictures), "pictures");
      if (plain.pictures().isEmpty()) {
        console.failure("none of the " + pictures.size() + " pictures can be used");
        return ExitCode.NOTHING_FOUND;
      }
      MaskedCopies copies = MaskedCopies.create(MaskOptions.defaults(), perPicture, seed);
      List<LabelledPicture> wanted = new ArrayList<>();
      plain.pictures().forEach(picture -> wanted.addAll(copies.copies(picture, detector)));
      wanted.addAll(copies.perPerson(LabelledPictures.of(plain.pictures()), detector, perPerson));
      Extraction masked = extract(extractor, wanted, "masks");
      SoftmaxHead head = train(options, set(plain, masked, network));
      head.save(model);
      tell(pictures, plain, masked, head, System.nanoTime() - start);
      return ExitCode.DONE;
    }
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private TrainingOptions options() {
    TrainingOptions.Builder builder = preset.training().seed(seed);
    if (epochs != null) {
      builder.epochs(epochs);
    }
    if (learningRate != null) {
      builder.learningRate(learningRate);
    }
    if (falseAccepts != null) {
      builder.unknownFalseAcceptRate(falseAccepts);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Extraction extract(
      FeatureExtractor extractor, List<LabelledPicture> pictures, String what) {
    Console console = mfr.console();
    try (Console.Progress progress = console.progress(what, pictures.size())) {
      return extractor.extract(
          pictures,
          (picture, reason) -> {
            reason.ifPresent(
                why -> console.remark("skipped " + picture.name() + ": " + Sentences.of(why)));
            progress.step();
          });
    }
  }

  private static TrainingSet set(Extraction plain, Extraction masked, FaceEmbedder network) {
    List<LabelledPicture> pictures = new ArrayList<>(plain.pictures());
    pictures.addAll(masked.pictures());
    FaceFeatures faces =
        new FaceFeatures(
            FeatureMatrix.concat(
                network.featureLength(),
                List.of(plain.features().features(), masked.features().features())),
            FeatureMatrix.concat(
                network.embeddingLength(),
                List.of(plain.features().embeddings(), masked.features().embeddings())));
    return new TrainingSet(
        pictures.stream().map(LabelledPicture::label).toList(),
        pictures.stream().map(LabelledPicture::photograph).toList(),
        faces,
        plain.embedderId(),
        plain.viewRecipe(),
        network.similarityThreshold(),
        network.featureBlocks());
  }

  private SoftmaxHead train(TrainingOptions options, TrainingSet set) {
    // A first run finds the temperature and a second one the weights; without held-out pictures
    // there is one.
    try (Console.Progress progress = mfr.console().progress("epochs", 2L * options.epochs())) {
      return SoftmaxTrainer.create(options)
          .listener(
              epoch -> {
                trainingAccuracy = epoch.accuracy();
                progress.step();
              })
          .train(set);
    }
  }

  private void tell(
      LabelledPictures pictures,
      Extraction plain,
      Extraction masked,
      SoftmaxHead head,
      long nanos) {
    Console console = mfr.console();
    int skipped = plain.skipped().size();
    console.line(
        String.format(
            Locale.ROOT,
            "pictures   %d of %d used, %d skipped%s",
            plain.pictures().size(),
            pictures.size(),
            skipped,
            reasons(plain)));
    if (masked.pictures().size() + masked.skipped().size() > 0) {
      console.line(
          String.format(
              Locale.ROOT,
              "masked     %d added, %d skipped%s",
              masked.pictures().size(),
              masked.skipped().size(),
              reasons(masked)));
    }
    List<String> people = new ArrayList<>(pictures.people());
    people.removeAll(head.labels());
    console.line(
        "people     "
            + head.labels().size()
            + (people.isEmpty()
                ? ""
                : "; without a usable picture and left out: " + String.join(", ", people)));
    console.line("training   " + Text.percent(trainingAccuracy) + " right in the last epoch");
    int heldOut = head.summary().heldOutPictures();
    console.line(
        heldOut == 0
            ? "held out   none: too few pictures; the temperature is 1 and probabilities tend to be too high"
            : String.format(
                Locale.ROOT,
                "held out   %s right of %d pictures; temperature %.3f",
                Text.percent(head.summary().heldOutAccuracy()),
                heldOut,
                head.temperature()));
    console.line(
        String.format(
            Locale.ROOT,
            "unknown    below similarity %.3f (%s)%s",
            head.unknownRule().minSimilarity(),
            switch (head.thresholdSource()) {
              case TRAINING_PEOPLE -> "fitted on these people";
              case EMBEDDER_DEFAULT -> "the embedder's own, there are too few people to fit one";
              case LIBRARY_DEFAULT -> "the library's own, there are too few people to fit one";
              case GIVEN -> "given";
            },
            head.unknownRule().minProbability() > 0
                ? String.format(
                    Locale.ROOT, " or probability %.3f", head.unknownRule().minProbability())
                : ""));
    console.line("embedder   " + head.embedderId() + ", views " + head.viewRecipe());
    console.line("model      " + model + ", " + Text.seconds(nanos));
    if (head.labels().size() == 1) {
      console.remark(
          "only one person: the model tells that person from strangers by similarity alone");
    }
  }

  /** Such as ": 2 no face was found". */
  private static String reasons(Extraction extraction) {
    Map<String, Integer> counts = new TreeMap<>();
    for (FeatureExtractor.Skipped skipped : extraction.skipped()) {
      String reason = skipped.reason();
      counts.merge(reason.startsWith("cannot read") ? "cannot be read" : reason, 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((reason, count) -> parts.add(count + " × " + reason));
    return parts.isEmpty() ? "" : ": " + String.join("; ", parts);
  }
}
