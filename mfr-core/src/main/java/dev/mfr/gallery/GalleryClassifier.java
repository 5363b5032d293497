package dev.mfr.gallery;

import dev.mfr.Classification;
import dev.mfr.Classifier;
import dev.mfr.RankedIdentity;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskState;
import dev.mfr.internal.StageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Says who of a gallery a face is, or that it is nobody of it; the counterpart of the softmax
 * classifier where people come and go.
 *
 * <p>Whether a face wears a mask chooses how the networks' answers are weighed and which threshold
 * applies: masked strangers are more alike. The threshold of an identification also grows with the
 * gallery, so that the rate of strangers who get a name stays.
 *
 * <p>Thread-safe, also while people are enrolled and removed. It owns the encoder, which {@link
 * #close} closes, and not the gallery.
 */
public final class GalleryClassifier implements Classifier, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(GalleryClassifier.class.getName());

  private final FaceEncoder encoder;
  private final Gallery gallery;
  private final Calibration calibration;
  private final GalleryOptions options;

  /** The last threshold of each mask state. */
  private final Map<MaskState, Known> thresholds = new ConcurrentHashMap<>();

  /** The threshold for a gallery of a number of photographs. */
  private record Known(int pictures, DecisionThreshold threshold) {}

  /**
   * A classifier.
   *
   * @param encoder makes probes of faces; closed by {@link #close}
   * @param gallery who is known; stays open
   * @param calibration where thresholds come from, of the encoder's embedder
   * @param options how sure answers must be; its own calibration is not looked at
   * @throws GalleryException when gallery, calibration and embedder do not belong together, or the
   *     calibration does not carry a rate that the options set; the encoder stays open. Where it
   *     does not carry a default rate, or has no searches or comparisons at all, {@link #identify}
   *     or {@link #verify} throws: whoever only needs the other need not care
   */
  public GalleryClassifier(
      FaceEncoder encoder, Gallery gallery, Calibration calibration, GalleryOptions options) {
    String embedderId = encoder.embedder().modelId();
    Optional<GalleryModel> enrolled = gallery.model();
    if (enrolled.isPresent()
        && gallery.size() > 0
        && !enrolled.get().embedderId().equals(embedderId)) {
      throw new GalleryException(
          "the gallery's templates were made by "
              + enrolled.get().embedderId()
              + " and cannot be compared with faces that "
              + embedderId
              + " sees; open that embedder, or enrol everybody again in a new gallery",
          null);
    }
    if (!calibration.model().embedderId().equals(embedderId)) {
      throw new GalleryException(
          "the thresholds were measured with "
              + calibration.model().embedderId()
              + " and say nothing of "
              + embedderId
              + "; calibrate with this embedder",
          null);
    }
    this.encoder = encoder;
    this.gallery = gallery;
    this.calibration = calibration;
    this.options = options;
    for (MaskState state : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
      if (calibration.hasSearches(state)) {
        check(
            () -> threshold(state, GalleryFilter.EVERYBODY),
            options.falsePositiveRate() == GalleryOptions.DEFAULT_FALSE_POSITIVE_RATE);
      }
    }
    for (MaskPairing pairing : MaskPairing.values()) {
      if (calibration.hasComparisons(pairing)) {
        check(
            () -> calibration.verification(options.falseAcceptRate(), pairing),
            options.falseAcceptRate() == GalleryOptions.DEFAULT_FALSE_ACCEPT_RATE);
      }
    }
  }

  /** Refuses a rate that was asked for here and not at the first face. */
  private static void check(Supplier<DecisionThreshold> threshold, boolean byDefault) {
    try {
      LOG.log(System.Logger.Level.DEBUG, "a threshold is {0}", threshold.get().threshold());
    } catch (GalleryException e) {
      if (!byDefault) {
        throw e;
      }
      LOG.log(System.Logger.Level.DEBUG, "not to be had: {0}", e.getMessage());
    }
  }

  /** {@return what makes probes of faces} */
  public FaceEncoder encoder() {
    return encoder;
  }

  /** {@return who is known} */
  public Gallery gallery() {
    return gallery;
  }

  /** {@return where thresholds come from} */
  public Calibration calibration() {
    return calibration;
  }

  /** {@return how sure answers must be} */
  public GalleryOptions options() {
    return options;
  }

  /**
   * {@return who of the gallery a face is}
   *
   * @param probe a face, encoded by this classifier's {@link #encoder} or one like it
   * @throws GalleryException when the probe is of another model, or the calibration has no searches
   *     by such probes
   * @throws IllegalStateException when the gallery is closed
   */
  public Identification identify(Probe probe) {
    return identify(probe, options.filter());
  }

  /**
   * {@return who of a part of the gallery a face is}
   *
   * @param probe a face, encoded by this classifier's {@link #encoder} or one like it
   * @param filter who may be an answer, instead of the options' filter
   * @throws GalleryException when the probe is of another model, or the calibration has no searches
   *     by such probes
   * @throws IllegalStateException when the gallery is closed
   */
  public Identification identify(Probe probe, GalleryFilter filter) {
    float[] numbers = probe.embedding().toArray();
    calibration.weigh(probe.mask().state(), numbers);
    return identify(new FaceEncoder.Weighed(probe.model(), numbers, probe.mask()), filter);
  }

  private Identification identify(FaceEncoder.Weighed probe, GalleryFilter filter) {
    checkModel(probe.model);
    MaskState mask = probe.mask.state();
    DecisionThreshold threshold = threshold(mask, filter);
    List<Candidate> candidates =
        gallery.search(probe.numbers, mask, filter, Math.max(2, options.ranking()));
    Identification nearest = new Identification(candidates, false, threshold, probe.mask);
    boolean known =
        !candidates.isEmpty()
            && threshold.accepts(nearest.similarity())
            && nearest.margin() >= options.minMargin();
    return known ? new Identification(candidates, true, threshold, probe.mask) : nearest;
  }

  /**
   * {@return what an identification of a face would be compared with now, among whom the options'
   * filter accepts}
   *
   * <p>In a gallery larger than any that was measured it is extrapolated, and its {@linkplain
   * DecisionThreshold#source() source} says so.
   *
   * @param probe whether the face wears a mask
   * @throws GalleryException when the calibration has no searches by such probes, or not at the
   *     options' rate for a gallery of this size
   */
  public DecisionThreshold threshold(MaskState probe) {
    return threshold(probe, options.filter());
  }

  /** {@return whether the calibration carries searches by such probes at the options' rate} */
  boolean identifies(MaskState probe) {
    try {
      threshold(probe);
      return true;
    } catch (GalleryException e) {
      return false;
    }
  }

  private DecisionThreshold threshold(MaskState probe, GalleryFilter filter) {
    int pictures = Math.max(1, gallery.photographCount(filter));
    // A race costs a calculation and nothing else.
    Known known = thresholds.get(probe);
    if (known == null || known.pictures() != pictures) {
      known =
          new Known(
              pictures, calibration.identification(options.falsePositiveRate(), pictures, probe));
      thresholds.put(probe, known);
    }
    return known.threshold();
  }

  private void checkModel(GalleryModel probe) {
    Optional<GalleryModel> model = gallery.model();
    if (model.isPresent() && gallery.size() > 0) {
      Gallery.checkSame(model.get(), probe);
    }
  }

  /**
   * {@return whether two faces are the same person's; the gallery has no part in it}
   *
   * @param first a face, encoded by this classifier's {@link #encoder} or one like it
   * @param second another one
   * @throws GalleryException when the two are of different models, the calibration is of another
   *     one, or it has not measured such a pair
   */
  public Verification verify(Probe first, Probe second) {
    Gallery.checkSame(first.model(), second.model());
    if (!calibration.fits(first.model())) {
      throw new GalleryException(
          "the thresholds were measured with "
              + calibration.model().embedderId()
              + " on faces cropped as \""
              + calibration.model().viewRecipe()
              + "\" and say nothing of "
              + first.model().embedderId()
              + " on faces cropped as \""
              + first.model().viewRecipe()
              + "\"; use the detector and cropper that they were measured with, or calibrate anew",
          null);
    }
    MaskState a = first.mask().state();
    MaskState b = second.mask().state();
    MaskPairing pairing = MaskPairing.of(a, b);
    double similarity = calibration.similarity(first.embedding(), a, second.embedding(), b);
    DecisionThreshold threshold = calibration.verification(options.falseAcceptRate(), pairing);
    return new Verification(
        similarity,
        threshold.accepts(similarity),
        calibration.samePersonProbability(similarity, pairing),
        threshold,
        first.mask(),
        second.mask());
  }

  /**
   * {@return an answer for each face, in the order given}
   *
   * @param faces views of faces, among them the encoder's
   * @throws IllegalArgumentException when a face lacks a view
   * @throws GalleryException when a face was cropped in another way than the enrolled ones
   * @throws IllegalStateException after {@link #close}, or when the gallery is closed
   */
  @Override
  public List<Classification> classify(List<FaceViews> faces) {
    StageEvent embed = StageEvent.begin(StageEvent.Embed::new);
    List<FaceEncoder.Weighed> probes = encoder.encodeWeighed(faces, calibration);
    StageEvent.end(embed, faces.size());
    StageEvent decide = StageEvent.begin(StageEvent.Head::new);
    List<Classification> answers = new ArrayList<>(probes.size());
    for (FaceEncoder.Weighed probe : probes) {
      answers.add(classification(identify(probe, options.filter())));
    }
    StageEvent.end(decide, faces.size());
    return answers;
  }

  private Classification classification(Identification answer) {
    MaskPairing pairing =
        answer.mask().state() == MaskState.UNMASKED
            ? MaskPairing.BOTH_UNMASKED
            : MaskPairing.ONE_MASKED;
    int length = Math.min(answer.candidates().size(), options.ranking());
    List<RankedIdentity> ranking = new ArrayList<>(length);
    for (Candidate candidate : answer.candidates().subList(0, length)) {
      ranking.add(
          new RankedIdentity(
              candidate.name(),
              calibration.probability(candidate.similarity(), pairing, answer.threshold()),
              candidate.similarity()));
    }
    return new Classification(ranking, answer.known(), explanation(answer), answer.mask());
  }

  private String explanation(Identification answer) {
    if (answer.known()) {
      return "";
    }
    if (answer.candidates().isEmpty()) {
      return gallery.size() == 0
          ? "the gallery is empty"
          : "nobody who may be an answer can be compared with this face";
    }
    if (answer.similarity() < answer.threshold().threshold()) {
      return String.format(
          Locale.ROOT,
          "similarity %.3f is below %.3f",
          answer.similarity(),
          answer.threshold().threshold());
    }
    return String.format(
        Locale.ROOT,
        "the second candidate is only %.3f less alike, not %.3f",
        answer.margin(),
        options.minMargin());
  }

  /** Closes the encoder. The gallery stays open. */
  @Override
  public void close() {
    encoder.close();
  }
}
