package dev.mfr.examples.experiment;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.Iterables;
import dev.mfr.FeatureExtractor;
import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.LandmarkDetector;
import dev.mfr.MfrException;
import dev.mfr.cache.CacheKey;
import dev.mfr.cache.CachingDetector;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.examples.experiment.Table1Result.Cell;
import dev.mfr.examples.experiment.Table1Result.Curve;
import dev.mfr.examples.experiment.Table1Result.DetectorTime;
import dev.mfr.examples.experiment.Table1Result.Dropout;
import dev.mfr.examples.experiment.Table1Result.Row;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.Landmarks;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.dlib.DlibLandmarkDetector;
import dev.mfr.landmarks.dlib.DlibShapePredictor;
import dev.mfr.landmarks.mask.MaskObstacle;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.DefaultEmbedder;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.ResNet50Embedder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The paper's table, measured under three protocols.
 *
 * <p>Per person and seed, some photographs are drawn for the test and as many others for training
 * B; one masked copy is drawn of each, from the face mesh of the original, and both detectors look
 * at the same copies. See {@link Protocol} for who is trained on and {@link Arm} for the rows.
 *
 * <p>All that is expensive is kept in the cache, finished trainings among it: a run that was ended
 * goes on where it was, and a second one takes little more than reading the photographs. Equal
 * pictures and options give equal results, whatever the number of threads. Immutable.
 */
public final class Table1 {
  private static final int CHUNK = 128;
  private static final int TIMED = 100;

  private final Options options;
  private final DiskCache cache;
  private final Listener listener;

  /**
   * @param options how much to do
   * @param cache where results are kept; not closed
   * @param listener hears how far it is
   */
  public Table1(Options options, DiskCache cache, Listener listener) {
    this.options = options;
    this.cache = cache;
    this.listener = listener;
  }

  /**
   * How much to do.
   *
   * @param seeds how many seeds, from 1 on, at least 1
   * @param people the most people, those with the most photographs; at least 2
   * @param photographs the most photographs a person, by name; at least 2
   * @param perPerson masked pictures a person, in the test and in training B, at least 1; a person
   *     needs twice as many photographs that can get a mask
   * @param jobs threads, at least 1
   */
  public record Options(int seeds, int people, int photographs, int perPerson, int jobs) {
    public Options {
      checkArgument(seeds >= 1, "the number of seeds must be 1 or more, got %s", seeds);
      checkArgument(people >= 2, "the number of people must be 2 or more, got %s", people);
      checkArgument(
          photographs >= 2, "the number of photographs must be 2 or more, got %s", photographs);
      checkArgument(
          perPerson >= 1, "the number of masked pictures must be 1 or more, got %s", perPerson);
      checkArgument(
          2 * perPerson <= photographs,
          "%s masked pictures for training and as many for the test need %s photographs a person, not %s",
          perPerson,
          2 * perPerson,
          photographs);
      checkArgument(jobs >= 1, "the number of jobs must be 1 or more, got %s", jobs);
    }
  }

  /** Hears how far the experiment is, on the thread that runs it. */
  public interface Listener {
    /**
     * Called when a part begins.
     *
     * @param name what is done
     * @param steps how many steps it has
     */
    void begin(String name, int steps);

    /** Called after each step. */
    void step();

    /**
     * Called for what a user should know, such as a person who is left out.
     *
     * @param text a sentence
     */
    void remark(String text);
  }

  /** A photograph as the mesh sees it. */
  private record Seen(LabelledPicture picture, @Nullable Landmarks landmarks, String obstacle) {}

  /**
   * {@return what was found}
   *
   * @param pictures photographs of people
   * @param shapes dlib's shape predictor; without it the rows of Dlib are missing
   * @throws DatasetException when fewer than two people have enough photographs
   * @throws MfrException when a network fails
   */
  public Table1Result run(LabelledPictures pictures, Optional<DlibShapePredictor> shapes) {
    try (FaceMeshDetector mesh = FaceMeshDetector.open();
        FaceEmbedder resNet = ResNet50Embedder.open();
        FaceEmbedder fullFace = DlibEmbedder.open();
        FaceEmbedder maskAware = MaskAwareEmbedder.open()) {
      LandmarkDetector cachedMesh = CachingDetector.of(mesh, cache);
      Map<String, String> leftOut = new TreeMap<>();
      MaskSynthesizer synthesizer = MaskSynthesizer.create();
      Map<String, Seen> seen = look(candidates(pictures, leftOut), cachedMesh, synthesizer);
      LabelledPictures photographs = participants(seen, leftOut);
      leftOut.forEach((person, why) -> listener.remark("left out: " + person + ", " + why));
      if (photographs.people().size() < 2) {
        throw new DatasetException(
            "the experiment needs two people with "
                + 2 * options.perPerson
                + " photographs each that can get a mask; "
                + photographs.people().size()
                + " of "
                + pictures.people().size()
                + " have them. Give more pictures, or fewer masked ones a person",
            null);
      }
      Map<Long, Draw> draws = new TreeMap<>();
      Map<String, LabelledPicture> copies = new LinkedHashMap<>();
      for (long seed = 1; seed <= options.seeds; seed++) {
        Draw draw =
            Draw.of(
                photographs,
                picture -> requireNonNull(seen.get(picture.name())).obstacle.isEmpty(),
                options.perPerson,
                seed);
        draws.put(seed, draw);
        for (LabelledPicture original : Iterables.concat(draw.test(), draw.others())) {
          Landmarks landmarks = requireNonNull(requireNonNull(seen.get(original.name())).landmarks);
          LabelledPicture copy = MaskedCopy.of(original, landmarks, synthesizer, seed);
          copies.put(copy.name(), copy);
        }
      }

      DlibLandmarkDetector dlib =
          shapes
              .map(
                  trees -> DlibLandmarkDetector.builder().predictor(trees).faces(cachedMesh).open())
              .orElse(null);
      List<LabelledPicture> all = new ArrayList<>(photographs.list());
      all.addAll(copies.values());
      Map<Arm, ArmFeatures> features = features(all, cachedMesh, dlib, resNet, fullFace, maskAware);
      Map<Training, Training.Outcome> outcomes = train(draws, copies, features);
      return new Table1Result(
          photographs,
          draws,
          options.perPerson,
          leftOut,
          rows(draws, copies, features, outcomes),
          curves(outcomes),
          times(photographs, mesh, shapes),
          dropouts(draws, copies, seen, photographs, features),
          dlib == null
              ? "The rows of Dlib are missing: they need dlib's shape_predictor_68_face_landmarks.dat (Debian: apt"
                  + " install libdlib-data); name it with --dlib."
              : "",
          facts(mesh, dlib, resNet, fullFace, maskAware, synthesizer));
    }
  }

  private List<LabelledPicture> candidates(LabelledPictures pictures, Map<String, String> leftOut) {
    List<Map.Entry<String, List<LabelledPicture>>> people = new ArrayList<>();
    for (Map.Entry<String, List<LabelledPicture>> person : pictures.byPerson().entrySet()) {
      if (person.getValue().size() < 2 * options.perPerson) {
        leftOut.put(person.getKey(), tooFew(person.getValue().size(), "photographs"));
      } else {
        people.add(person);
      }
    }
    people.sort(
        Comparator.comparingInt(
                (Map.Entry<String, List<LabelledPicture>> person) -> -person.getValue().size())
            .thenComparing(Map.Entry::getKey));
    return people.stream()
        .limit(options.people)
        .sorted(Map.Entry.comparingByKey())
        .flatMap(person -> person.getValue().stream().limit(options.photographs))
        .map(Photograph::of)
        .toList();
  }

  private String tooFew(int count, String of) {
    return String.format("who has %d %s of the %d needed", count, of, 2 * options.perPerson);
  }

  private Map<String, Seen> look(
      List<LabelledPicture> photographs, LandmarkDetector mesh, MaskSynthesizer synthesizer) {
    listener.begin("photographs", photographs.size());
    Map<String, Seen> seen = new LinkedHashMap<>();
    for (Seen one :
        Workers.map(options.jobs, photographs, p -> look(p, mesh, synthesizer), listener::step)) {
      seen.put(one.picture.name(), one);
    }
    return seen;
  }

  private static Seen look(
      LabelledPicture photograph, LandmarkDetector mesh, MaskSynthesizer synthesizer) {
    RgbImage image;
    try {
      image = photograph.source().load();
    } catch (MfrException e) {
      return new Seen(photograph, null, requireNonNull(e.getMessage()));
    }
    Optional<DetectedFace> face =
        mesh.detect(image).stream()
            .max(Comparator.comparingDouble(f -> f.prominence(image.width(), image.height())));
    if (face.isEmpty()) {
      return new Seen(photograph, null, "no face was found");
    }
    Landmarks landmarks = face.get().landmarks();
    String obstacle = synthesizer.obstacle(image, landmarks).map(MaskObstacle::sentence).orElse("");
    return new Seen(photograph, landmarks, obstacle);
  }

  private LabelledPictures participants(Map<String, Seen> seen, Map<String, String> leftOut) {
    LabelledPictures all = LabelledPictures.of(seen.values().stream().map(Seen::picture).toList());
    List<LabelledPicture> kept = new ArrayList<>();
    all.byPerson()
        .forEach(
            (person, own) -> {
              long maskable =
                  own.stream()
                      .filter(p -> requireNonNull(seen.get(p.name())).obstacle.isEmpty())
                      .count();
              if (maskable < 2L * options.perPerson) {
                leftOut.put(person, tooFew((int) maskable, "photographs that can get a mask"));
              } else {
                kept.addAll(own);
              }
            });
    return LabelledPictures.of(kept);
  }

  private Map<Arm, ArmFeatures> features(
      List<LabelledPicture> pictures,
      LandmarkDetector mesh,
      @Nullable LandmarkDetector dlib,
      FaceEmbedder resNet,
      FaceEmbedder fullFace,
      FaceEmbedder maskAware) {
    Map<Arm, FeatureExtractor> extractors = new EnumMap<>(Arm.class);
    PeriocularCropper region = PeriocularCropper.fourPoint();
    extractors.put(Arm.MEDIAPIPE, new FeatureExtractor(mesh, region, resNet));
    extractors.put(Arm.FULL_FACE, new FeatureExtractor(mesh, AlignedFaceCropper.dlib(), fullFace));
    extractors.put(
        Arm.MASK_AWARE, new FeatureExtractor(mesh, AlignedFaceCropper.dlib(), maskAware));
    if (dlib != null) {
      extractors.put(Arm.DLIB, new FeatureExtractor(dlib, region, resNet));
    }
    extractors.replaceAll((arm, e) -> e.withCache(cache).threads(options.jobs));
    Map<Arm, List<Extraction>> parts = new EnumMap<>(Arm.class);
    listener.begin("features", pictures.size());
    // Part by part, so that a masked copy is drawn once for all arms.
    for (List<LabelledPicture> part : Iterables.partition(pictures, CHUNK)) {
      extractors.forEach(
          (arm, extractor) ->
              parts
                  .computeIfAbsent(arm, a -> new ArrayList<>())
                  .add(extractor.extract(part, (picture, reason) -> {})));
      for (LabelledPicture picture : part) {
        if (picture.source() instanceof MaskedCopy copy) {
          copy.forget();
        }
        listener.step();
      }
    }
    Map<Arm, ArmFeatures> features = new EnumMap<>(Arm.class);
    parts.forEach((arm, extractions) -> features.put(arm, ArmFeatures.of(extractions)));
    features.put(
        Arm.FUSED,
        ArmFeatures.fused(
            DefaultEmbedder.fuse(resNet, maskAware),
            requireNonNull(features.get(Arm.MEDIAPIPE)),
            requireNonNull(features.get(Arm.MASK_AWARE))));
    return features;
  }

  private static List<LabelledPicture> masked(
      List<LabelledPicture> originals, long seed, Map<String, LabelledPicture> copies) {
    return originals.stream()
        .map(original -> requireNonNull(copies.get(MaskedCopy.name(original, seed))))
        .toList();
  }

  private static Training.Pictures pictures(
      Training training, Map<Long, Draw> draws, Map<String, LabelledPicture> copies) {
    Draw draw = requireNonNull(draws.get(training.seed()));
    List<LabelledPicture> train = new ArrayList<>(training.protocol().unmasked(draw));
    if (training.masks()) {
      train.addAll(masked(training.protocol().masked(draw), training.seed(), copies));
    }
    return new Training.Pictures(train, masked(draw.test(), training.seed(), copies), draw.test());
  }

  private Map<Training, Training.Outcome> train(
      Map<Long, Draw> draws, Map<String, LabelledPicture> copies, Map<Arm, ArmFeatures> features) {
    Map<Training, CacheKey> keys = new LinkedHashMap<>();
    Map<CacheKey, Training> distinct = new LinkedHashMap<>();
    for (Arm arm : features.keySet()) {
      for (int epochs : arm.epochs()) {
        for (long seed : draws.keySet()) {
          for (Protocol protocol : Protocol.values()) {
            for (boolean masks : new boolean[] {false, true}) {
              Training training = new Training(arm, protocol, masks, epochs, seed);
              CacheKey key =
                  training.key(
                      pictures(training, draws, copies), requireNonNull(features.get(arm)));
              keys.put(training, key);
              distinct.putIfAbsent(key, training);
            }
          }
        }
      }
    }
    listener.begin("trainings", distinct.size());
    List<Map.Entry<CacheKey, Training>> work = List.copyOf(distinct.entrySet());
    List<Training.Outcome> done =
        Workers.map(
            options.jobs,
            work,
            one ->
                one.getValue()
                    .run(
                        pictures(one.getValue(), draws, copies),
                        requireNonNull(features.get(one.getValue().arm())),
                        one.getKey(),
                        cache),
            listener::step);
    Map<CacheKey, Training.Outcome> byKey = new HashMap<>();
    for (int i = 0; i < done.size(); i++) {
      byKey.put(work.get(i).getKey(), done.get(i));
    }
    Map<Training, Training.Outcome> outcomes = new LinkedHashMap<>();
    keys.forEach((training, key) -> outcomes.put(training, requireNonNull(byKey.get(key))));
    return outcomes;
  }

  private static List<Row> rows(
      Map<Long, Draw> draws,
      Map<String, LabelledPicture> copies,
      Map<Arm, ArmFeatures> features,
      Map<Training, Training.Outcome> outcomes) {
    List<Row> rows = new ArrayList<>();
    for (Arm arm : features.keySet()) {
      for (boolean masks : new boolean[] {false, true}) {
        for (int epochs : arm.epochs()) {
          Map<Protocol, Cell> cells = new EnumMap<>(Protocol.class);
          for (Protocol protocol : Protocol.values()) {
            cells.put(
                protocol,
                cell(
                    draws.keySet().stream()
                        .map(seed -> new Training(arm, protocol, masks, epochs, seed))
                        .toList(),
                    draws,
                    copies,
                    requireNonNull(features.get(arm)),
                    outcomes));
          }
          rows.add(new Row(arm, masks, epochs, cells));
        }
      }
    }
    return rows;
  }

  private static Cell cell(
      List<Training> trainings,
      Map<Long, Draw> draws,
      Map<String, LabelledPicture> copies,
      ArmFeatures features,
      Map<Training, Training.Outcome> outcomes) {
    List<Double> train = new ArrayList<>();
    List<Double> masked = new ArrayList<>();
    List<Double> unmasked = new ArrayList<>();
    List<Double> dropouts = new ArrayList<>();
    double pictures = 0;
    for (Training training : trainings) {
      Training.Outcome outcome = requireNonNull(outcomes.get(training));
      List<LabelledPicture> test = requireNonNull(draws.get(training.seed())).test();
      train.add(outcome.train());
      masked.add((double) outcome.maskedRight() / test.size());
      unmasked.add((double) outcome.unmaskedRight() / test.size());
      dropouts.add(
          (double)
              masked(test, training.seed(), copies).stream()
                  .filter(copy -> !features.has(copy))
                  .count());
      pictures += (double) outcome.trainPictures() / trainings.size();
    }
    return new Cell(
        pictures, new Stat(train), new Stat(masked), new Stat(unmasked), new Stat(dropouts));
  }

  private static List<Curve> curves(Map<Training, Training.Outcome> outcomes) {
    List<Curve> curves = new ArrayList<>();
    outcomes.forEach(
        (training, outcome) -> {
          if (training.epochs() == training.arm().epochs().get(0)) {
            curves.add(
                new Curve(
                    training.arm(),
                    training.protocol(),
                    training.masks(),
                    training.seed(),
                    outcome.losses(),
                    outcome.accuracies()));
          }
        });
    return curves;
  }

  /** Measured anew in each run, without the cache, on one thread, the detectors in turn. */
  private List<DetectorTime> times(
      LabelledPictures photographs, FaceMeshDetector mesh, Optional<DlibShapePredictor> shapes) {
    Map<String, LandmarkDetector> detectors = new LinkedHashMap<>();
    detectors.put(Arm.MEDIAPIPE.detector(), mesh);
    shapes.ifPresent(
        trees ->
            detectors.put(
                Arm.DLIB.detector(),
                // Not closed: it would close the mesh, and holds nothing else.
                DlibLandmarkDetector.builder().predictor(trees).faces(mesh).open()));
    int count = Math.min(TIMED, photographs.size());
    listener.begin("times", count);
    Map<String, List<Double>> millis = new HashMap<>();
    for (int i = 0; i < count; i++) {
      LabelledPicture picture =
          photographs.list().get((int) ((long) i * photographs.size() / count));
      RgbImage image;
      try {
        image = picture.source().load();
      } catch (MfrException e) {
        continue;
      }
      detectors.forEach(
          (name, detector) -> {
            long start = System.nanoTime();
            detector.detect(image);
            millis
                .computeIfAbsent(name, n -> new ArrayList<>())
                .add((System.nanoTime() - start) / 1e6);
          });
      listener.step();
    }
    List<DetectorTime> times = new ArrayList<>();
    detectors
        .keySet()
        .forEach(
            name -> {
              double[] sorted =
                  millis.getOrDefault(name, List.of()).stream().mapToDouble(m -> m).toArray();
              Arrays.sort(sorted);
              times.add(
                  new DetectorTime(
                      name,
                      sorted.length,
                      sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2]));
            });
    return times;
  }

  private static List<Dropout> dropouts(
      Map<Long, Draw> draws,
      Map<String, LabelledPicture> copies,
      Map<String, Seen> seen,
      LabelledPictures photographs,
      Map<Arm, ArmFeatures> features) {
    List<Dropout> dropouts = new ArrayList<>();
    for (LabelledPicture photograph : photographs.list()) {
      String obstacle = requireNonNull(seen.get(photograph.name())).obstacle;
      if (!obstacle.isEmpty()) {
        dropouts.add(
            new Dropout(
                Arm.MEDIAPIPE.detector(),
                "",
                photograph.label(),
                photograph.name(),
                "photograph",
                "never drawn for a mask",
                obstacle));
      }
    }
    Map<String, LabelledPicture> all = new LinkedHashMap<>(copies);
    photographs.list().forEach(picture -> all.put(picture.name(), picture));
    Map<String, String> uses = new HashMap<>();
    draws.forEach(
        (seed, draw) -> {
          draw.test().forEach(p -> uses.put(MaskedCopy.name(p, seed), "test, seed " + seed));
          draw.others()
              .forEach(p -> uses.put(MaskedCopy.name(p, seed), "training B, seed " + seed));
        });
    Set<Arm> own = new HashSet<>(features.keySet());
    own.remove(Arm.FUSED);
    for (Arm arm : Arm.values()) {
      if (!own.contains(arm)) {
        continue;
      }
      requireNonNull(features.get(arm))
          .reasons()
          .forEach(
              (name, reason) ->
                  dropouts.add(
                      new Dropout(
                          arm.detector(),
                          arm.embedder(),
                          requireNonNull(all.get(name)).label(),
                          name,
                          uses.containsKey(name) ? "masked copy" : "photograph",
                          uses.getOrDefault(name, "training, and the unmasked test where drawn"),
                          reason)));
    }
    return dropouts;
  }

  private Map<String, String> facts(
      LandmarkDetector mesh,
      @Nullable LandmarkDetector dlib,
      FaceEmbedder resNet,
      FaceEmbedder fullFace,
      FaceEmbedder maskAware,
      MaskSynthesizer synthesizer) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("detector MediaPipe", mesh.id().orElse(""));
    if (dlib != null) {
      facts.put("detector Dlib", dlib.id().orElse(""));
    }
    facts.put("network of the region", resNet.modelId());
    facts.put("network of the whole face", fullFace.modelId());
    facts.put("mask-aware network", maskAware.modelId());
    facts.put("region", PeriocularCropper.fourPoint().recipe());
    facts.put("masks", synthesizer.id());
    facts.put("training of the paper's rows", Arm.MEDIAPIPE.options(100, 1).toString());
    facts.put("training of our own rows", Arm.FUSED.options(100, 1).toString());
    facts.put("options", options.toString());
    return facts;
  }
}
