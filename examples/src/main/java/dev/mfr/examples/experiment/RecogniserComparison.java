package dev.mfr.examples.experiment;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import dev.mfr.FeatureExtractor;
import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.LandmarkDetector;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.evaluation.ClassificationReport;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.head.CrossValidation;
import dev.mfr.head.CrossValidationReport;
import dev.mfr.head.HeadKind;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mask.MaskKind;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskedCopies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the recogniser that training gives by default, on training photographs alone, and then
 * measures it on the others.
 *
 * <p>Photographs are split by person and source photograph before any mask is drawn. On the
 * training side ways to recognise are compared by cross-validation: networks and their fusions,
 * then how many masked copies are trained on, then the kind of head. The winner is the one with the
 * highest mean of its accuracies on masked and unmasked faces. Only then the test side is opened.
 * Not thread-safe.
 */
public final class RecogniserComparison {
  /** Training options of the comparisons; the winner's test uses the defaults. */
  private static final int EPOCHS = 50;

  private final DiskCache cache;
  private final int jobs;
  private final int folds;
  private final long seed;
  private final Consumer<String> progress;

  /**
   * @param cache keeps features from one run to the next; not closed
   * @param jobs how many threads extract features, at least 1
   * @param folds of the cross-validation, at least 2
   * @param seed of the split, the folds and the masks
   * @param progress hears what is being done
   */
  public RecogniserComparison(
      DiskCache cache, int jobs, int folds, long seed, Consumer<String> progress) {
    this.cache = cache;
    this.jobs = jobs;
    this.folds = folds;
    this.seed = seed;
    this.progress = progress;
  }

  /**
   * A way to recognise.
   *
   * @param shares each network's share, by {@link FaceEmbedder#modelId()}
   * @param maskedCopies on how many masked copies of a photograph a head is trained, 0…3
   * @param kind of the head
   */
  public record Way(Map<String, Double> shares, int maskedCopies, HeadKind kind) {

    public Way {
      shares = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(shares));
      checkArgument(!shares.isEmpty(), "a way to recognise needs a network");
    }

    /** {@return such as "resnet50-periocular-int8 0.15 + dlib-mask-aware 0.85"} */
    public String networks() {
      return shares.entrySet().stream()
          .map(
              e ->
                  shortName(e.getKey())
                      + (shares.size() == 1
                          ? ""
                          : String.format(Locale.ROOT, " %.2f", e.getValue())))
          .collect(Collectors.joining(" + "));
    }

    /** {@return the kind of head in a word} */
    public String head() {
      return kind instanceof HeadKind.Linear
          ? "linear"
          : kind instanceof HeadKind.Cosine
              ? "cosine margin"
              : kind instanceof HeadKind.AdditiveAngular ? "angular margin" : "hidden layer";
    }

    private static String shortName(String modelId) {
      int colon = modelId.indexOf(':');
      int plus = modelId.indexOf('+');
      return colon < 0
          ? modelId
          : modelId.substring(0, colon) + (plus < 0 ? "" : " " + modelId.substring(plus));
    }
  }

  /**
   * A way's figures on held-out photographs of the training side.
   *
   * @param way what was tried
   * @param masked accuracy on masked faces
   * @param unmasked accuracy on unmasked faces
   */
  public record Compared(
      Way way, CrossValidationReport.Scores masked, CrossValidationReport.Scores unmasked) {
    /** {@return what is maximised} */
    public double score() {
      return (masked.accuracy() + unmasked.accuracy()) / 2;
    }
  }

  /**
   * Figures on the test side; a face that was not found counts as wrong.
   *
   * @param what was trained and tested
   * @param pictures how many
   * @param accuracy 0…1
   * @param interval its 95 % interval
   */
  public record Tested(String what, int pictures, double accuracy, BootstrapInterval interval) {}

  /**
   * What was found.
   *
   * @param people how many
   * @param trainingPhotographs on the training side
   * @param testPhotographs on the test side
   * @param networks the first comparison
   * @param copies the second, with the best networks
   * @param heads the third, with the best number of copies
   * @param winner the best of all
   * @param test each network alone, and the winner's networks, also with a linear head, on the test
   *     side
   * @param leaveOneOut the winner, tested on masks of one kind after training on the others
   */
  public record Result(
      int people,
      int trainingPhotographs,
      int testPhotographs,
      List<Compared> networks,
      List<Compared> copies,
      List<Compared> heads,
      Compared winner,
      List<Tested> test,
      List<Tested> leaveOneOut) {

    public Result {
      networks = List.copyOf(networks);
      copies = List.copyOf(copies);
      heads = List.copyOf(heads);
      test = List.copyOf(test);
      leaveOneOut = List.copyOf(leaveOneOut);
    }
  }

  /** The features of all pictures of a side: each photograph, and a masked copy of each kind. */
  private record Side(
      Extraction extraction,
      List<FaceEmbedder> parts,
      List<@Nullable MaskKind> kinds,
      List<Integer> ranks,
      List<LabelledPicture> lostUnmasked,
      Map<MaskKind, List<LabelledPicture>> lost) {

    IntPredicate unmasked() {
      return row -> kinds.get(row) == null;
    }

    /** Copies that are trained on when a photograph has some. */
    IntPredicate trained(int copies) {
      return row -> kinds.get(row) == null || ranks.get(row) < copies;
    }

    /** Whether a row is a copy that is never trained on. */
    boolean scored(int row) {
      return kinds.get(row) != null && ranks.get(row) == MaskKind.values().length - 1;
    }

    TrainingSet set(Map<String, Double> shares) {
      List<FeatureMatrix> features = new ArrayList<>();
      List<FeatureMatrix> embeddings = new ArrayList<>();
      List<FeatureBlock> blocks = new ArrayList<>();
      int feature = 0;
      int embedding = 0;
      for (FaceEmbedder part : parts) {
        Double share = shares.get(part.modelId());
        if (share != null) {
          features.add(columns(extraction.features().features(), feature, part.featureLength()));
          embeddings.add(
              columns(extraction.features().embeddings(), embedding, part.embeddingLength()));
          blocks.add(new FeatureBlock(part.featureLength(), share));
        }
        feature += part.featureLength();
        embedding += part.embeddingLength();
      }
      return new TrainingSet(
          extraction.pictures().stream().map(LabelledPicture::label).toList(),
          extraction.pictures().stream().map(LabelledPicture::photograph).toList(),
          new FaceFeatures(beside(features), beside(embeddings)),
          String.join(" & ", shares.keySet()),
          extraction.viewRecipe(),
          OptionalDouble.empty(),
          blocks);
    }
  }

  private static FeatureMatrix columns(FeatureMatrix from, int first, int count) {
    float[] values = new float[from.rows() * count];
    float[] row = new float[from.columns()];
    for (int r = 0; r < from.rows(); r++) {
      from.copyRowInto(r, row, 0);
      System.arraycopy(row, first, values, r * count, count);
    }
    return FeatureMatrix.of(from.rows(), count, values);
  }

  private static FeatureMatrix beside(List<FeatureMatrix> parts) {
    int rows = parts.get(0).rows();
    int columns = parts.stream().mapToInt(FeatureMatrix::columns).sum();
    float[] values = new float[rows * columns];
    int at = 0;
    for (FeatureMatrix part : parts) {
      for (int r = 0; r < rows; r++) {
        part.copyRowInto(r, values, r * columns + at);
      }
      at += part.columns();
    }
    return FeatureMatrix.of(rows, columns, values);
  }

  /**
   * {@return what was found}
   *
   * @param pictures of two people or more
   * @param trainShare the part of each person's photographs to choose and train on
   * @param detector finds the faces; not closed
   * @param networks what can be fused; not closed
   * @param fusions ways to share the features out, by {@link FaceEmbedder#modelId()}
   */
  public Result run(
      LabelledPictures pictures,
      double trainShare,
      LandmarkDetector detector,
      List<FaceEmbedder> networks,
      List<Map<String, Double>> fusions) {
    LabelledPictures.Split split = pictures.split(trainShare, seed);
    progress.accept("features of the training side");
    Side train = side(split.train(), detector, networks);
    CrossValidation validation = CrossValidation.of(folds, seed);
    int usual = MaskedCopies.DEFAULT_COPIES;
    List<Compared> byNetworks = new ArrayList<>();
    for (Map<String, Double> shares : fusions) {
      byNetworks.add(compare(validation, train, new Way(shares, usual, HeadKind.linear())));
    }
    Way best = best(byNetworks).way();
    List<Compared> byCopies = new ArrayList<>();
    for (int copies = 0; copies < MaskKind.values().length; copies++) {
      byCopies.add(compare(validation, train, new Way(best.shares(), copies, HeadKind.linear())));
    }
    best = best(byCopies).way();
    List<Compared> byHeads = new ArrayList<>();
    for (HeadKind kind :
        List.of(
            HeadKind.linear(), HeadKind.cosine(), HeadKind.additiveAngular(), HeadKind.hidden())) {
      byHeads.add(compare(validation, train, new Way(best.shares(), best.maskedCopies(), kind)));
    }
    Compared winner = best(byHeads);

    progress.accept("features of the test side");
    Side test = side(split.test(), detector, networks);
    List<Tested> tested = new ArrayList<>();
    for (FaceEmbedder network : networks) {
      Map<String, Double> alone = Map.of(network.modelId(), 1.);
      for (int copies : new int[] {0, winner.way().maskedCopies()}) {
        tested.addAll(test(train, test, new Way(alone, copies, HeadKind.linear())));
      }
    }
    Way way = winner.way();
    Set<HeadKind> kinds = new LinkedHashSet<>(List.of(HeadKind.linear(), way.kind()));
    for (HeadKind kind : kinds) {
      for (int copies : new int[] {0, way.maskedCopies()}) {
        tested.addAll(test(train, test, new Way(way.shares(), copies, kind)));
      }
    }
    return new Result(
        pictures.people().size(),
        split.train().size(),
        split.test().size(),
        byNetworks,
        byCopies,
        byHeads,
        winner,
        tested,
        leaveOneOut(train, test, winner.way()));
  }

  private Side side(
      LabelledPictures photographs, LandmarkDetector detector, List<FaceEmbedder> networks) {
    Map<LabelledPicture, MaskKind> kinds = new HashMap<>();
    Map<LabelledPicture, Integer> ranks = new HashMap<>();
    List<LabelledPicture> all = new ArrayList<>();
    for (LabelledPicture photograph : photographs.list()) {
      all.add(photograph);
      List<MaskKind> order = new ArrayList<>(Arrays.asList(MaskKind.values()));
      order.sort(Comparator.comparing(kind -> order(photograph, kind)));
      long look = seed;
      for (MaskKind kind : MaskKind.values()) {
        MaskOptions options = MaskOptions.builder().kinds(List.of(kind)).build();
        for (LabelledPicture copy :
            MaskedCopies.create(options, 1, look++).copies(photograph, detector)) {
          kinds.put(copy, kind);
          ranks.put(copy, order.indexOf(kind));
          all.add(copy);
        }
      }
    }
    FusedEmbedder.Builder every = FusedEmbedder.builder();
    networks.forEach(every::add);
    FaceEmbedder joined = networks.size() == 1 ? networks.get(0) : every.build();
    int[] done = {0};
    Extraction extraction =
        new FeatureExtractor(
                detector, PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib()), joined)
            .withCache(cache)
            .threads(jobs)
            .extract(
                all,
                (picture, reason) -> {
                  if (++done[0] % 1000 == 0) {
                    progress.accept(done[0] + " of " + all.size() + " pictures");
                  }
                });
    List<LabelledPicture> lostUnmasked = new ArrayList<>();
    Map<MaskKind, List<LabelledPicture>> lost = new HashMap<>();
    for (FeatureExtractor.Skipped skipped : extraction.skipped()) {
      MaskKind kind = kinds.get(skipped.picture());
      (kind == null ? lostUnmasked : lost.computeIfAbsent(kind, k -> new ArrayList<>()))
          .add(skipped.picture());
    }
    List<@Nullable MaskKind> rowKinds = new ArrayList<>();
    List<Integer> rowRanks = new ArrayList<>();
    for (LabelledPicture picture : extraction.pictures()) {
      rowKinds.add(kinds.get(picture));
      rowRanks.add(ranks.getOrDefault(picture, -1));
    }
    return new Side(
        extraction,
        ImmutableList.copyOf(networks),
        rowKinds,
        ImmutableList.copyOf(rowRanks),
        lostUnmasked,
        lost);
  }

  /** A shuffled order of the kinds for each photograph. */
  private long order(LabelledPicture photograph, MaskKind kind) {
    return Hashing.sha256()
        .newHasher()
        .putLong(seed)
        .putString(kind.name(), StandardCharsets.UTF_8)
        .putString(photograph.label() + "/" + photograph.fileName(), StandardCharsets.UTF_8)
        .hash()
        .asLong();
  }

  private Compared compare(CrossValidation validation, Side side, Way way) {
    progress.accept(
        "cross-validation: "
            + way.networks()
            + ", "
            + way.maskedCopies()
            + " masked copies, "
            + way.kind());
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(EPOCHS)
            .seed(seed)
            .heldOutShare(0)
            .headKind(way.kind())
            .build();
    CrossValidationReport report =
        validation.run(side.set(way.shares()), options, side.trained(way.maskedCopies()));
    return new Compared(way, report.scores(side::scored), report.scores(side.unmasked()));
  }

  private static Compared best(List<Compared> compared) {
    return compared.stream().max(Comparator.comparingDouble(Compared::score)).orElseThrow();
  }

  private List<Tested> test(Side train, Side test, Way way) {
    progress.accept("test: " + way.networks() + ", " + way.maskedCopies() + " masked copies");
    SoftmaxHead head = train(train, way, train.trained(way.maskedCopies()));
    TrainingSet probes = test.set(way.shares());
    String what =
        way.networks()
            + (way.maskedCopies() == 0
                ? ", no mask in training"
                : ", masked copies: " + way.maskedCopies())
            + ", "
            + way.head();
    List<LabelledPicture> lostMasked = new ArrayList<>();
    test.lost.values().forEach(lostMasked::addAll);
    return List.of(
        tested(what + "; unmasked", head, probes, test.unmasked(), test.lostUnmasked),
        tested(what + "; masked", head, probes, test.unmasked().negate(), lostMasked));
  }

  private List<Tested> leaveOneOut(Side train, Side test, Way way) {
    List<Tested> all = new ArrayList<>();
    for (MaskKind kind : MaskKind.values()) {
      progress.accept("without " + kind + " in training");
      TrainingSet probes = test.set(way.shares());
      List<LabelledPicture> lost = test.lost.getOrDefault(kind, List.of());
      IntPredicate ofKind = row -> test.kinds.get(row) == kind;
      SoftmaxHead without = train(train, way, row -> train.kinds.get(row) != kind);
      SoftmaxHead with = train(train, way, train.trained(MaskKind.values().length - 1));
      all.add(tested(kind + ", not trained on", without, probes, ofKind, lost));
      all.add(tested(kind + ", trained on like the others", with, probes, ofKind, lost));
    }
    return all;
  }

  private SoftmaxHead train(Side side, Way way, IntPredicate rows) {
    TrainingSet set = side.set(way.shares());
    TrainingOptions options = TrainingOptions.builder().seed(seed).headKind(way.kind()).build();
    return SoftmaxTrainer.create(options)
        .train(set.select(IntStream.range(0, set.size()).filter(rows).toArray()));
  }

  private Tested tested(
      String what,
      SoftmaxHead head,
      TrainingSet probes,
      IntPredicate counted,
      List<LabelledPicture> lost) {
    ClassificationReport.Builder report = ClassificationReport.builder();
    for (int row = 0; row < probes.size(); row++) {
      if (counted.test(row)) {
        report.add(probes.labels().get(row), head.classify(probes.faces(), row));
      }
    }
    lost.forEach(picture -> report.addNoFace(picture.label()));
    ClassificationReport done = report.build();
    return new Tested(what, done.pictures(), done.accuracy(), done.accuracyInterval(.95, seed));
  }
}
