package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskState;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of the similarities of a {@link GalleryModel}: how to weigh its networks for a
 * masked and for an unmasked probe, and which thresholds keep a wanted rate of false accepts.
 *
 * <p>Made by a {@link ThresholdCalibrator} from pictures of known people, and kept as a readable
 * text. A threshold holds for pictures like those it was measured on. Faces that may wear a mask
 * count as masked throughout.
 *
 * <p>Immutable and thread-safe.
 *
 * <pre>{@code
 * Calibration calibration = Calibration.read(file);
 * double similarity = calibration.similarity(a, MaskState.UNMASKED, b, MaskState.MASKED);
 * boolean same = calibration.verification(1e-3, MaskPairing.ONE_MASKED).accepts(similarity);
 * }</pre>
 */
public final class Calibration {
  /** Of a probability that nobody fitted. */
  private static final double ASSUMED_SLOPE = 40;

  private final GalleryModel model;
  private final String dataset;
  private final Optional<LocalDate> date;
  private final int people;
  private final int pictures;
  private final List<ProbeBlock> blocks;
  private final Map<MaskPairing, Comparisons> comparisons;
  private final Map<MaskState, Searches> searches;
  private final double single;

  /**
   * What two pictures' similarities were measured to say.
   *
   * @param genuine how many comparisons of one person
   * @param impostor how many of two people
   * @param curve thresholds by false accept rate
   * @param logistic the probability of one person
   */
  record Comparisons(long genuine, long impostor, RateCurve curve, Logistic logistic) {
    Comparisons {
      checkArgument(
          genuine >= 0 && impostor >= 0, "counts are 0 or more, got %s, %s", genuine, impostor);
    }
  }

  /**
   * What searches of galleries were measured to give.
   *
   * @param probes how many pictures searched
   * @param curves thresholds by false-positive rate, by the number of enrolled pictures
   */
  record Searches(int probes, NavigableMap<Integer, RateCurve> curves) {
    Searches {
      checkArgument(
          probes >= 0 && !curves.isEmpty() && curves.firstKey() >= 1,
          "searches need a gallery of 1 picture or more");
      curves = Collections.unmodifiableNavigableMap(new TreeMap<>(curves));
    }
  }

  Calibration(
      GalleryModel model,
      String dataset,
      Optional<LocalDate> date,
      int people,
      int pictures,
      List<ProbeBlock> blocks,
      Map<MaskPairing, Comparisons> comparisons,
      Map<MaskState, Searches> searches,
      double single) {
    this.model = model;
    this.dataset = dataset;
    this.date = date;
    this.people = people;
    this.pictures = pictures;
    this.blocks = List.copyOf(blocks);
    this.comparisons = new EnumMap<>(MaskPairing.class);
    this.comparisons.putAll(comparisons);
    this.searches = new EnumMap<>(MaskState.class);
    this.searches.putAll(searches);
    this.single = single;
    checkArgument(!dataset.isBlank(), "a calibration needs the name of its data set");
    checkArgument(
        people >= 0 && pictures >= 0, "counts are 0 or more, got %s and %s", people, pictures);
    int sum = blocks.stream().mapToInt(ProbeBlock::length).sum();
    checkArgument(
        blocks.isEmpty() || sum == model.embeddingLength(),
        "the blocks are %s numbers long, the model's embeddings %s",
        sum,
        model.embeddingLength());
  }

  /**
   * {@return a calibration of a model for which one threshold is known, whatever the rate, masks
   * and number of people: no more than a beginning}
   *
   * <p>The probability is ½ at the threshold; its slope is assumed, not measured.
   *
   * @param model what made the embeddings
   * @param threshold the similarity below which faces count as two people's, −1…1, as {@link
   *     dev.mfr.face.FaceEmbedder#similarityThreshold()} gives it
   */
  public static Calibration single(GalleryModel model, double threshold) {
    checkArgument(
        threshold >= -1 && threshold <= 1, "a similarity lies in −1…1, got %s", threshold);
    return new Calibration(
        model,
        "the network's own threshold",
        Optional.empty(),
        0,
        0,
        List.of(),
        Map.of(),
        Map.of(),
        threshold);
  }

  /** {@return what made the embeddings that this is about} */
  public GalleryModel model() {
    return model;
  }

  /** {@return the name of the data set that it was measured on} */
  public String dataset() {
    return dataset;
  }

  /** {@return the day of the measurement; empty for a {@link #single} threshold} */
  public Optional<LocalDate> date() {
    return date;
  }

  /** {@return how many people were measured; 0 for a {@link #single} threshold} */
  public int people() {
    return people;
  }

  /** {@return how many pictures of them, masked copies among them} */
  public int pictures() {
    return pictures;
  }

  /**
   * {@return how many comparisons of two pictures of one person were measured}
   *
   * @param pairing who wears a mask
   */
  public long genuineComparisons(MaskPairing pairing) {
    Comparisons measured = comparisons.get(pairing);
    return measured == null ? 0 : measured.genuine;
  }

  /**
   * {@return how many comparisons of pictures of two people were measured}
   *
   * @param pairing who wears a mask
   */
  public long impostorComparisons(MaskPairing pairing) {
    Comparisons measured = comparisons.get(pairing);
    return measured == null ? 0 : measured.impostor;
  }

  /** {@return whether all that is known is one threshold, see {@link #single}} */
  public boolean isSingle() {
    return !Double.isNaN(single);
  }

  /** {@return the runs of the embedding and their factors; empty when nothing is weighed} */
  public List<ProbeBlock> blocks() {
    return blocks;
  }

  /**
   * Multiplies a probe's embedding by the factors of its blocks; what is searched for must be
   * weighed, what is enrolled must not.
   *
   * @param probe whether the probe wears a mask
   * @param embedding of the model's length; written over; afterwards not of unit length in general
   */
  public void weigh(MaskState probe, float[] embedding) {
    checkArgument(
        embedding.length >= model.embeddingLength(),
        "the model's embeddings have %s numbers, got %s",
        model.embeddingLength(),
        embedding.length);
    int at = 0;
    for (ProbeBlock block : blocks) {
      float factor = (float) block.factor(probe);
      for (int end = at + block.length(); at < end; at++) {
        embedding[at] *= factor;
      }
    }
  }

  /**
   * {@return how alike two faces are by the weights of their {@link MaskPairing#weighedAs}: what
   * the thresholds of {@link #verification} are for}
   *
   * @param a of the model, not weighed
   * @param maskA whether the first face wears a mask
   * @param b likewise
   * @param maskB whether the second does
   */
  public double similarity(Embedding a, MaskState maskA, Embedding b, MaskState maskB) {
    int length = model.embeddingLength();
    checkArgument(
        a.length() == length && b.length() == length,
        "the model's embeddings have %s numbers, got %s and %s",
        length,
        a.length(),
        b.length());
    if (blocks.isEmpty()) {
      return a.dot(b);
    }
    MaskState state = MaskPairing.of(maskA, maskB).weighedAs();
    double sum = 0;
    int at = 0;
    for (ProbeBlock block : blocks) {
      double own = 0;
      for (int end = at + block.length(); at < end; at++) {
        own += (double) a.get(at) * b.get(at);
      }
      sum += block.factor(state) * own;
    }
    return sum;
  }

  /**
   * {@return the threshold for one comparison of two pictures}
   *
   * @param falseAcceptRate the part of comparisons of two people that may be accepted, such as 1e-3
   * @param pairing who wears a mask
   * @throws GalleryException when the rate lies outside of what was measured, or the pairing was
   *     not
   */
  public DecisionThreshold verification(double falseAcceptRate, MaskPairing pairing) {
    checkRate(falseAcceptRate);
    if (isSingle()) {
      return unmeasured(falseAcceptRate);
    }
    Comparisons measured = measured(pairing);
    checkCovered(measured.curve, falseAcceptRate, measured.impostor + " comparisons of two people");
    return decision(
        measured.curve.at(falseAcceptRate),
        falseAcceptRate,
        String.format(
            Locale.ROOT,
            "measured on %,d comparisons of two people%s, %s",
            measured.impostor,
            switch (pairing) {
              case BOTH_UNMASKED -> " without masks";
              case ONE_MASKED -> " of whom one wears a mask";
              case BOTH_MASKED -> " with masks";
            },
            where()));
  }

  /**
   * {@return the threshold for a search among enrolled people: at it, this part of the probes of
   * people who are not enrolled is given a name}
   *
   * <p>Between galleries that were measured the threshold is interpolated over the logarithm of
   * their size. Beyond the largest it goes on as steeply, which nobody measured; the {@linkplain
   * DecisionThreshold#source() source} says so.
   *
   * @param falsePositiveRate the part of strangers' probes that may be given a name, such as 0.01
   * @param enrolledPictures the number of pictures that people were enrolled from, all together, at
   *     least 1; a synthetic template does not count
   * @param probe whether the probe wears a mask
   * @throws GalleryException when the rate lies outside of what was measured
   */
  public DecisionThreshold identification(
      double falsePositiveRate, int enrolledPictures, MaskState probe) {
    checkRate(falsePositiveRate);
    checkArgument(
        enrolledPictures >= 1, "a gallery has 1 picture or more, got %s", enrolledPictures);
    if (isSingle()) {
      return unmeasured(falsePositiveRate);
    }
    MaskState state = probe == MaskState.UNMASKED ? probe : MaskState.MASKED;
    Searches measured = searches.get(state);
    if (measured == null) {
      throw new GalleryException(
          "this calibration has no thresholds for searches by "
              + name(state)
              + " probes, as there were none or too few of them: it is good for verification;"
              + " to identify, calibrate with more such pictures",
          null);
    }
    int most = measured.curves.lastKey();
    Map.Entry<Integer, RateCurve> from = requireNonNull(measured.curves.firstEntry());
    Map.Entry<Integer, RateCurve> to = from;
    for (Map.Entry<Integer, RateCurve> next : measured.curves.entrySet()) {
      if (to.getKey() < enrolledPictures) {
        from = to;
        to = next;
      }
    }
    String probes = String.format(Locale.ROOT, "%,d %s probes", measured.probes, name(state));
    checkCovered(from.getValue(), falsePositiveRate, probes);
    checkCovered(to.getValue(), falsePositiveRate, probes);
    double share =
        from.getKey().equals(to.getKey())
            ? 0
            : Math.max(0, Math.log((double) enrolledPictures / from.getKey()))
                / Math.log((double) to.getKey() / from.getKey());
    String source = "measured with " + probes + ", " + where();
    if (enrolledPictures <= most) {
      return decision(
          from.getValue().at(falsePositiveRate).towards(to.getValue().at(falsePositiveRate), share),
          falsePositiveRate,
          source);
    }
    return new DecisionThreshold(
        beyond(from.getValue(), to.getValue(), share, falsePositiveRate),
        falsePositiveRate,
        Optional.empty(),
        Optional.empty(),
        source
            + String.format(
                Locale.ROOT, "; extrapolated from galleries of %,d pictures at most", most));
  }

  /** As steep as at this rate or at a higher one, so that a lower rate never lowers it. */
  private static double beyond(RateCurve from, RateCurve to, double share, double rate) {
    double threshold = from.at(rate).towards(to.at(rate), share).threshold();
    for (RateCurve.Point point : to.points()) {
      if (point.rate() > rate && from.covers(point.rate())) {
        threshold = Math.max(threshold, from.at(point.rate()).towards(point, share).threshold());
      }
    }
    return threshold;
  }

  /**
   * {@return how probably two faces are one person's where both answers are equally probable before
   * looking, 0…1; never falls while the similarity rises}
   *
   * <p>For people to read and for ranking: thresholds decide.
   *
   * @param similarity by the pairing's weights
   * @param pairing who wears a mask
   * @throws GalleryException when the pairing was not measured
   */
  public double samePersonProbability(double similarity, MaskPairing pairing) {
    return logistic(pairing).at(similarity);
  }

  /** The same of a search's answer; ½ at its threshold where the pairing was not measured. */
  double probability(double similarity, MaskPairing pairing, DecisionThreshold threshold) {
    return (hasComparisons(pairing) ? logistic(pairing) : assumed(threshold.threshold()))
        .at(similarity);
  }

  private Logistic logistic(MaskPairing pairing) {
    return isSingle() ? assumed(single) : measured(pairing).logistic;
  }

  private static Logistic assumed(double threshold) {
    return new Logistic(-ASSUMED_SLOPE * threshold, ASSUMED_SLOPE);
  }

  private Comparisons measured(MaskPairing pairing) {
    Comparisons measured = comparisons.get(pairing);
    if (measured == null) {
      throw new GalleryException(
          "this calibration has no comparisons "
              + pairing.words()
              + ", as there were none or too few of them; calibrate with more such pictures",
          null);
    }
    return measured;
  }

  /**
   * {@return whether {@link #identification} knows a threshold for such probes; if not, the
   * calibration is for verification alone}
   *
   * @param probe whether the probe wears a mask; not sure counts as masked
   */
  public boolean hasSearches(MaskState probe) {
    return isSingle()
        || searches.containsKey(probe == MaskState.UNMASKED ? probe : MaskState.MASKED);
  }

  /**
   * {@return whether {@link #verification} knows a threshold for such pictures}
   *
   * @param pairing which of the two wear a mask
   */
  public boolean hasComparisons(MaskPairing pairing) {
    return isSingle() || comparisons.containsKey(pairing);
  }

  private static void checkRate(double rate) {
    checkArgument(rate > 0 && rate < 1, "a rate lies between 0 and 1, got %s", rate);
  }

  private static void checkCovered(RateCurve curve, double rate, String on) {
    if (!curve.covers(rate)) {
      throw new GalleryException(
          String.format(
              Locale.ROOT,
              "a rate of %s cannot be told from %s: they carry rates from %s to %s; ask for such a"
                  + " rate, or calibrate with more people",
              text(rate),
              on,
              text(curve.lowestRate()),
              text(curve.highestRate())),
          null);
    }
  }

  private static String text(double rate) {
    return String.format(Locale.ROOT, "%.2g", rate);
  }

  private static String name(MaskState state) {
    return state == MaskState.UNMASKED ? "unmasked" : "masked";
  }

  private String where() {
    return dataset + date.map(day -> ", " + day).orElse("");
  }

  private static DecisionThreshold decision(RateCurve.Point point, double rate, String source) {
    return new DecisionThreshold(
        point.threshold(),
        rate,
        Optional.of(point.thresholds()),
        Optional.of(point.rates()),
        source);
  }

  private DecisionThreshold unmeasured(double rate) {
    return new DecisionThreshold(
        single,
        rate,
        Optional.empty(),
        Optional.empty(),
        "one threshold is known of this network, for whatever rate and whoever wears a mask;"
            + " calibrate for thresholds that keep a rate");
  }

  /**
   * {@return whether this is about embeddings of a model; a {@link #single} threshold is the
   * network's and fits whatever it looks at}
   *
   * @param other the model
   */
  public boolean fits(GalleryModel other) {
    return isSingle()
        ? model.embedderId().equals(other.embedderId())
            && model.embeddingLength() == other.embeddingLength()
        : model.equals(other);
  }

  Map<MaskPairing, Comparisons> comparisons() {
    return Collections.unmodifiableMap(comparisons);
  }

  Map<MaskState, Searches> searches() {
    return Collections.unmodifiableMap(searches);
  }

  double singleThreshold() {
    return single;
  }

  /**
   * Writes it as a text of properties that people can read: whole, or not at all.
   *
   * @param file the file; its folder exists; written over
   * @throws GalleryException when it cannot be written
   */
  public void write(Path file) {
    CalibrationFile.write(this, file);
  }

  /**
   * {@return the calibration in a file}
   *
   * @param file as {@link #write} makes it
   * @throws GalleryException when it cannot be read, is damaged or of a newer format
   */
  public static Calibration read(Path file) {
    return CalibrationFile.read(file);
  }

  /**
   * {@return the calibration in a text}
   *
   * @param in the text; read to its end, not closed
   * @param source what to call it in error messages
   * @throws GalleryException when it is damaged or of a newer format
   * @throws IOException when reading fails
   */
  public static Calibration read(Reader in, String source) throws IOException {
    return CalibrationFile.read(in, source);
  }

  /** {@return the model and what it was measured on} */
  @Override
  public String toString() {
    return "Calibration[" + model.embedderId() + ", " + where() + "]";
  }

  /**
   * A probability that rises with the similarity: 1 / (1 + exp(−(offset + slope × similarity))).
   *
   * @param offset any number
   * @param slope positive
   */
  record Logistic(double offset, double slope) {
    Logistic {
      checkArgument(
          slope > 0 && Double.isFinite(slope) && Double.isFinite(offset),
          "a probability rises with the similarity, got the slope %s",
          slope);
    }

    double at(double similarity) {
      return 1 / (1 + Math.exp(-(offset + (slope * similarity))));
    }
  }
}
