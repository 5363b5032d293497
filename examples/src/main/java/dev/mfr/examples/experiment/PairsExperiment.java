package dev.mfr.examples.experiment;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.Iterables;
import com.google.common.collect.MapMaker;
import dev.mfr.FeatureExtractor;
import dev.mfr.LandmarkDetector;
import dev.mfr.MfrException;
import dev.mfr.cache.CacheKey;
import dev.mfr.cache.CachingDetector;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureSource;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mask.MaskedCopies;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Verification: are the people on two pictures one person, with and without masks?
 *
 * <p>Every picture gets one masked copy, on which the detector has to find the face again. All
 * embedders see the same copies. Equal pictures, names and seeds give equal results, whatever the
 * number of threads. Immutable.
 */
public final class PairsExperiment {
  private static final int CHUNK = 128;

  private final LandmarkDetector detector;
  private final List<VerificationEmbedder> embedders;
  private final long seed;
  private final int jobs;
  private final Optional<DiskCache> cache;
  private final Listener listener;

  /**
   * @param detector finds the faces, also for the masks; not closed
   * @param embedders at least one, of different names
   * @param seed chooses the masks, and the halves of the people
   * @param jobs threads, at least 1
   * @param cache where features are kept; not closed
   * @param listener hears how far it is
   */
  public PairsExperiment(
      LandmarkDetector detector,
      List<VerificationEmbedder> embedders,
      long seed,
      int jobs,
      Optional<DiskCache> cache,
      Listener listener) {
    LandmarkDetector once = new DetectedOnce(detector);
    this.detector = cache.map(kept -> CachingDetector.of(once, kept)).orElse(once);
    this.embedders = List.copyOf(embedders);
    this.seed = seed;
    this.jobs = jobs;
    this.cache = cache;
    this.listener = listener;
  }

  /** Hears how far the experiment is, on the thread that runs it. */
  public interface Listener {
    /**
     * Called when a part begins.
     *
     * @param name what is done
     * @param steps how many steps it has
     */
    void begin(String name, long steps);

    /** Called after each step. */
    void step();

    /**
     * Called once for each picture without features.
     *
     * @param text a sentence
     */
    void remark(String text);
  }

  /** An embedder at work. */
  private record Arm(
      String name,
      FaceEmbedder embedder,
      FeatureExtractor extractor,
      PairsFeatures unmasked,
      PairsFeatures masked) {}

  /**
   * {@return what was found; without rows when no picture shows a usable face}
   *
   * @param selection the pairs and their pictures; the pictures' names choose their masks
   * @throws dev.mfr.dataset.DatasetException when too few pairs can be compared
   * @throws MfrException when a network fails
   */
  public PairsResult run(PairsSelection selection) {
    List<Arm> arms = new ArrayList<>();
    try {
      for (VerificationEmbedder embedder : embedders) {
        arms.add(open(embedder));
      }
      embed(selection.pictures(), arms);
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("detector", detector.id().orElse("without an id"));
      facts.put("masks", MaskSynthesizer.create().id());
      for (int i = 0; i < arms.size(); i++) {
        facts.put(
            arms.get(i).name, embedders.get(i).sees() + "; " + arms.get(i).embedder.modelId());
      }
      boolean nothing = arms.stream().allMatch(arm -> arm.unmasked.isEmpty());
      return new PairsResult(
          selection, nothing ? List.of() : measure(selection, arms), seed, facts);
    } finally {
      arms.forEach(arm -> arm.embedder.close());
    }
  }

  private Arm open(VerificationEmbedder choice) {
    FaceEmbedder embedder = choice.open().get();
    FeatureExtractor plain =
        new FeatureExtractor(detector, choice.cropper(), embedder).threads(jobs);
    return new Arm(
        choice.name(),
        embedder,
        cache.map(plain::withCache).orElse(plain),
        new PairsFeatures(),
        new PairsFeatures());
  }

  /** Part by part, so that each picture is read, and each mask drawn, once for all embedders. */
  private void embed(List<LabelledPicture> pictures, List<Arm> arms) {
    listener.begin("features", 2L * pictures.size() * arms.size());
    MaskedCopies copies = MaskedCopies.create(MaskOptions.defaults(), 1, seed);
    Set<String> told = new LinkedHashSet<>();
    for (List<LabelledPicture> part : Iterables.partition(pictures, CHUNK)) {
      List<LabelledPicture> originals = part.stream().map(Held::of).toList();
      List<LabelledPicture> masked = new ArrayList<>();
      for (LabelledPicture original : originals) {
        copies.copies(original, detector).forEach(copy -> masked.add(Held.of(copy)));
      }
      for (Arm arm : arms) {
        arm.unmasked.add(arm.extractor.extract(originals, (p, why) -> tell(p, why, told)));
      }
      for (Arm arm : arms) {
        arm.masked.add(arm.extractor.extract(masked, (p, why) -> tell(p, why, told)));
      }
    }
  }

  private void tell(LabelledPicture picture, Optional<String> reason, Set<String> told) {
    reason
        .map(why -> "without features: " + picture.name() + ": " + why)
        .filter(told::add)
        .ifPresent(listener::remark);
    listener.step();
  }

  private List<PairsResult.Row> measure(PairsSelection selection, List<Arm> arms) {
    listener.begin("comparisons", (long) PairCase.values().length * arms.size());
    VerificationMeasure measure = new VerificationMeasure(selection, seed);
    List<PairsResult.Row> rows = new ArrayList<>();
    for (PairCase pairCase : PairCase.values()) {
      for (Arm arm : arms) {
        PairsFeatures first = pairCase.firstMasked() ? arm.masked : arm.unmasked;
        PairsFeatures second = pairCase.secondMasked() ? arm.masked : arm.unmasked;
        rows.add(
            new PairsResult.Row(
                arm.name,
                arm.embedder.modelId(),
                pairCase,
                measure.pairs(first, second, pairCase),
                measure.all(first, second, first == second),
                arm.unmasked.reasons(),
                arm.masked.reasons()));
        listener.step();
      }
    }
    return rows;
  }

  /** A picture that is held while memory allows, and whose key is known once it was loaded. */
  private static final class Held implements PictureSource {
    private final PictureSource source;
    private volatile @Nullable SoftReference<RgbImage> loaded;
    private volatile @Nullable String key;

    private Held(PictureSource source) {
      this.source = source;
    }

    static LabelledPicture of(LabelledPicture picture) {
      return new LabelledPicture(
          picture.label(), picture.name(), picture.photograph(), new Held(picture.source()));
    }

    @Override
    public RgbImage load() {
      SoftReference<RgbImage> held = loaded;
      RgbImage image = held == null ? null : held.get();
      if (image == null) {
        image = source.load();
        if (key == null) {
          key = source.contentId().orElse(CacheKey.ofPixels(image).hex());
        }
        loaded = new SoftReference<>(image);
      }
      return image;
    }

    @Override
    public Optional<String> contentId() {
      String known = key;
      return known == null ? source.contentId() : Optional.of(known);
    }
  }

  /** Looks at a picture that is held in memory once, whoever asks. */
  private static final class DetectedOnce implements LandmarkDetector {
    private final LandmarkDetector detector;
    // Compares pictures by identity and forgets them with their last user.
    private final ConcurrentMap<RgbImage, List<DetectedFace>> known =
        new MapMaker().weakKeys().makeMap();

    DetectedOnce(LandmarkDetector detector) {
      this.detector = detector;
    }

    @Override
    public List<DetectedFace> detect(RgbImage image) {
      return requireNonNull(known.computeIfAbsent(image, detector::detect));
    }

    @Override
    public Optional<String> id() {
      return detector.id();
    }
  }
}
