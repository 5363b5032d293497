package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.ComponentProvider;
import dev.mfr.FeatureExtractor;
import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.RoiCropper;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureListing;
import dev.mfr.examples.experiment.Workers;
import dev.mfr.face.Embedding;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.DecisionThreshold;
import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.MaskPairing;
import dev.mfr.gallery.ProbeBlock;
import dev.mfr.gallery.ThresholdCalibrator;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskedCopies;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.MaskStateNetwork;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "calibrate",
    description = {
      "Measures thresholds on a folder of people: how alike faces of two people are, with and without masks.",
      "'mfr identify' and 'mfr verify' take the file with --calibration."
    },
    footer = {
      "",
      "Take as many people as can be had, two pictures of each or more, without masks and of the kind that will be"
          + " compared. A rate of 1 in 1000 needs some hundred people.",
      "A mask is drawn on every picture for the thresholds with masks. A picture that shows a mask already counts as"
          + " masked as it is; no other mask is drawn on it, and it is not enrolled."
    })
final class CalibrateCommand implements Callable<Integer> {
  private static final double[] RATES = {.1, .01, .001, 1e-4, 1e-5};

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
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The file to write, such as ours.properties; an existing one is replaced.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(
      names = "--embedder",
      paramLabel = "gallery|fused|maskaware|resnet50|dlib",
      defaultValue = "gallery",
      description = "The networks that the thresholds are for; default: those of galleries.")
  @SuppressWarnings("NullAway.Init") // has a default
  private EmbedderChoice embedder;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call the pictures in the file; default: the folder's name.")
  private @Nullable String name;

  @Option(
      names = "--exclude",
      paramLabel = "LISTING",
      description = "Leave out the people of a listing of pictures in DIR, such as a training set.")
  private @Nullable Path exclude;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keep features there, so that a second run is quick; made when it is not there.")
  private @Nullable Path cache;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Chooses the drawn masks; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "The thresholds as one JSON object on stdout.")
  private boolean json;

  @Override
  public Integer call() {
    jobs.count();
    if (name != null && name.isBlank()) {
      throw new ParameterException(spec.commandLine(), "--name must not be blank");
    }
    Console console = mfr.console();
    OutputFile.check("the calibration", out);
    Optional<LabelledPictures> all = data.pictures(console);
    if (all.isEmpty()) {
      return ExitCode.NOTHING_FOUND;
    }
    Set<String> left =
        exclude == null
            ? Set.of()
            : Set.copyOf(PictureListing.read(exclude, data.folder()).people());
    List<LabelledPicture> pictures =
        mfr.reader().labelled(all.get()).stream().filter(p -> !left.contains(p.label())).toList();
    Optional<Calibration> measured = measure(pictures);
    if (measured.isEmpty()) {
      console.failure("none of the " + pictures.size() + " pictures can be used");
      return ExitCode.NOTHING_FOUND;
    }
    measured.get().write(out);
    for (MaskPairing pairing : MaskPairing.values()) {
      if (!measured.get().hasComparisons(pairing)) {
        console.remark(
            "too few pictures for thresholds of "
                + words(pairing)
                + ", at least 100 comparisons of two people and 10 of one are needed: 'mfr verify' with this"
                + " file says nothing of such");
      }
    }
    for (MaskState state : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
      if (!measured.get().hasSearches(state)) {
        console.remark(
            "too few pictures for thresholds of searches "
                + (state == MaskState.UNMASKED ? "without" : "with")
                + " a mask, at least 100 of each kind are needed: 'mfr verify' can use this file, 'mfr"
                + " identify' not");
      }
    }
    tell(measured.get());
    return ExitCode.DONE;
  }

  /** Empty when there is no usable picture. */
  private Optional<Calibration> measure(List<LabelledPicture> pictures) {
    Console console = mfr.console();
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        FaceEmbedder network = embedder.open();
        DiskCache results = cache == null ? null : DiskCache.open(cache, console::remark)) {
      FeatureExtractor extractor =
          new FeatureExtractor(detector, embedder.cropper(), network).threads(jobs.count());
      if (results != null) {
        extractor = extractor.withCache(results);
      }
      Extraction plain = extract(extractor, pictures, "pictures");
      if (plain.pictures().isEmpty()) {
        return Optional.empty();
      }
      List<MaskState> states = maskStates(plain.pictures(), detector);
      List<LabelledPicture> bare = new ArrayList<>();
      for (int i = 0; i < states.size(); i++) {
        if (states.get(i) != MaskState.MASKED) {
          bare.add(plain.pictures().get(i));
        }
      }
      if (bare.size() < states.size()) {
        console.remark(
            Text.count(states.size() - bare.size(), "picture")
                + " of faces that wear a mask already; they count as masked");
      }
      Extraction masked = masked(extractor, bare, detector, seed, "masks");
      // Nobody comes in the very mask that was drawn when he was enrolled.
      Extraction enrolled = masked(extractor, bare, detector, seed + 1, "other masks");
      GalleryModel model =
          new GalleryModel(network.modelId(), plain.viewRecipe(), network.embeddingLength());
      return Optional.of(
          calibrator(model, plain, states, masked, enrolled)
              .calibrate(
                  name == null
                      ? String.valueOf(data.folder().toAbsolutePath().normalize().getFileName())
                      : name,
                  LocalDate.now(ZoneOffset.UTC)));
    }
  }

  /** What a gallery would see of each picture's main face, so that thresholds are for that. */
  private List<MaskState> maskStates(List<LabelledPicture> pictures, FaceMeshDetector detector) {
    RoiCropper cropper = AlignedFaceCropper.dlib();
    try (MaskStateNetwork network = MaskStateNetwork.open();
        Console.Progress progress = mfr.console().progress("mask states", pictures.size())) {
      return Workers.map(
          jobs.count(),
          pictures,
          picture -> maskState(picture.source().load(), detector, cropper, network),
          progress::step);
    }
  }

  private static MaskState maskState(
      RgbImage image, FaceMeshDetector detector, RoiCropper cropper, MaskStateNetwork network) {
    return detector.detect(image).stream()
        .max(Comparator.comparingDouble(face -> face.prominence(image.width(), image.height())))
        .map(face -> cropper.crop(image, face))
        .filter(views -> !views.isRejected())
        .map(views -> network.estimate(List.of(views)).get(0).state())
        .orElse(MaskState.NOT_SURE);
  }

  private Extraction masked(
      FeatureExtractor extractor,
      List<LabelledPicture> bare,
      FaceMeshDetector detector,
      long maskSeed,
      String what) {
    MaskedCopies copies = MaskedCopies.create(MaskOptions.defaults(), 1, maskSeed);
    List<LabelledPicture> wanted = new ArrayList<>();
    bare.forEach(picture -> wanted.addAll(copies.copies(picture, detector)));
    return extract(extractor, wanted, what);
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

  /**
   * A photograph and its masked copy are compared with all others; it is enrolled with a second
   * one, unless it shows a mask itself: galleries do not compare such a one with bare faces.
   */
  private static ThresholdCalibrator calibrator(
      GalleryModel model,
      Extraction plain,
      List<MaskState> states,
      Extraction masked,
      Extraction enrolled) {
    ThresholdCalibrator calibrator = ThresholdCalibrator.of(model).blocks(blocks(model));
    Map<String, Embedding> drawn = new HashMap<>();
    for (int i = 0; i < enrolled.pictures().size(); i++) {
      drawn.put(enrolled.pictures().get(i).photograph(), embedding(enrolled, i));
    }
    for (int i = 0; i < plain.pictures().size(); i++) {
      LabelledPicture picture = plain.pictures().get(i);
      Embedding embedding = embedding(plain, i);
      calibrator.add(picture.label(), picture.photograph(), states.get(i), embedding);
      if (states.get(i) == MaskState.MASKED) {
        continue;
      }
      Embedding synthetic = drawn.get(picture.photograph());
      calibrator.enrol(
          picture.label(), embedding, synthetic == null ? List.of() : List.of(synthetic));
    }
    for (int i = 0; i < masked.pictures().size(); i++) {
      LabelledPicture copy = masked.pictures().get(i);
      calibrator.add(copy.label(), copy.photograph(), MaskState.MASKED, embedding(masked, i));
    }
    return calibrator;
  }

  /** How the networks count by mask is known from more people than most have. */
  private static List<ProbeBlock> blocks(GalleryModel model) {
    return ServiceLoader.load(ComponentProvider.class).stream()
        .flatMap(provider -> provider.get().calibrationOf(model.embedderId()).stream())
        .findFirst()
        .map(Calibration::blocks)
        .orElse(List.of());
  }

  private static Embedding embedding(Extraction extraction, int row) {
    return Embedding.of(extraction.features().embeddings().row(row));
  }

  /** A line of the table; thresholds by rate, empty where a rate cannot be told. */
  private record Row(String words, List<Optional<DecisionThreshold>> thresholds) {}

  private static List<Row> rows(Calibration c) {
    List<Row> rows = new ArrayList<>();
    for (MaskPairing pairing : MaskPairing.values()) {
      rows.add(row(words(pairing), rate -> c.verification(rate, pairing)));
    }
    for (int size = 10; size <= Math.max(10, c.pictures()); size *= 10) {
      int enrolled = size;
      rows.add(
          row(
              "no mask, " + size + " enrolled",
              rate -> c.identification(rate, enrolled, MaskState.UNMASKED)));
      rows.add(
          row(
              "masked, " + size + " enrolled",
              rate -> c.identification(rate, enrolled, MaskState.MASKED)));
    }
    return rows;
  }

  private static String words(MaskPairing pairing) {
    return switch (pairing) {
      case BOTH_UNMASKED -> "two pictures, no mask";
      case ONE_MASKED -> "two pictures, one mask";
      case BOTH_MASKED -> "two pictures, two masks";
    };
  }

  /** Gives the threshold of a rate. */
  private interface ByRate {
    DecisionThreshold at(double rate);
  }

  private static Row row(String words, ByRate thresholds) {
    List<Optional<DecisionThreshold>> found = new ArrayList<>();
    for (double rate : RATES) {
      found.add(orNothing(() -> thresholds.at(rate)));
    }
    return new Row(words, found);
  }

  /** A rate that so few pictures cannot tell has no threshold. */
  private static Optional<DecisionThreshold> orNothing(Supplier<DecisionThreshold> threshold) {
    try {
      return Optional.of(threshold.get());
    } catch (GalleryException e) {
      return Optional.empty();
    }
  }

  private void tell(Calibration calibration) {
    Console console = mfr.console();
    if (json) {
      console.json(line(calibration));
      return;
    }
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("false accepts"));
    for (double rate : RATES) {
      head.add(rate(rate));
    }
    table.add(head);
    for (Row row : rows(calibration)) {
      List<String> cells = new ArrayList<>(List.of(row.words));
      row.thresholds.forEach(t -> cells.add(t.map(CalibrateCommand::words).orElse("–")));
      table.add(cells);
    }
    Text.table(table).forEach(console::line);
    console.line("");
    console.line("In brackets where the threshold would mostly lie with other people (95 %).");
    console.line(
        "measured   "
            + calibration.people()
            + " people, "
            + calibration.pictures()
            + " pictures with the masked copies; "
            + calibration.dataset());
    console.line("embedder   " + calibration.model().embedderId());
    console.line("written    " + out);
  }

  private static String rate(double rate) {
    return String.format(Locale.ROOT, "1 in %.0f", 1 / rate);
  }

  private static String words(DecisionThreshold threshold) {
    return Text.similarity(threshold.threshold())
        + threshold
            .thresholdInterval()
            .map(in -> " (" + Text.similarity(in.low()) + " to " + Text.similarity(in.high()) + ")")
            .orElse("");
  }

  private ObjectNode line(Calibration calibration) {
    ObjectNode line =
        Json.object()
            .put("file", out.toString())
            .put("dataset", calibration.dataset())
            .put("embedder", calibration.model().embedderId())
            .put("people", calibration.people())
            .put("pictures", calibration.pictures());
    ArrayNode array = line.putArray("thresholds");
    for (Row row : rows(calibration)) {
      for (int i = 0; i < RATES.length; i++) {
        if (row.thresholds.get(i).isPresent()) {
          DecisionThreshold threshold = row.thresholds.get(i).get();
          ObjectNode node = array.addObject().put("of", row.words);
          node.set("rate", Json.share(RATES[i]));
          node.set("threshold", Json.share(threshold.threshold()));
          threshold
              .thresholdInterval()
              .ifPresent(
                  in ->
                      node.putArray("interval")
                          .add(Json.share(in.low()))
                          .add(Json.share(in.high())));
        }
      }
    }
    return line;
  }
}
