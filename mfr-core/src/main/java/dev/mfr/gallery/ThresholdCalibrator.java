package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration.Comparisons;
import dev.mfr.gallery.Calibration.Searches;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures at which similarities wanted rates of false accepts are kept, on pictures of known
 * people: as many people as can be had, none of whom a network was trained on.
 *
 * <p>Every picture is compared with every picture of everybody else. Intervals are by bootstrap
 * over people. Equal pictures in equal order give equal thresholds. A rate is measured where ten
 * false accepts are to be expected or more. Costs pictures² products of vectors; memory grows with
 * the pictures, not with their pairs: 2000 pictures and their masked copies take some seconds.
 *
 * <pre>{@code
 * ThresholdCalibrator calibrator = ThresholdCalibrator.of(model);
 * for (Picture picture : pictures) {
 *   calibrator.add(picture.person(), picture.name(), MaskState.UNMASKED, picture.embedding());
 * }
 * calibrator.calibrate("our visitors", LocalDate.now()).write(file);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class ThresholdCalibrator {
  private static final int RESAMPLES = 200;
  private static final long SEED = 1;

  private final GalleryModel model;
  private final Map<String, Integer> people = new HashMap<>();
  private final Map<String, Integer> photographs = new HashMap<>();
  private final LabelledFaces unmasked = new LabelledFaces();
  private final LabelledFaces masked = new LabelledFaces();
  private final LabelledFaces photographTemplates = new LabelledFaces();
  private final LabelledFaces allTemplates = new LabelledFaces();
  private final List<Integer> entryPeople = new ArrayList<>();
  private List<ProbeBlock> blocks = List.of();

  private ThresholdCalibrator(GalleryModel model) {
    this.model = model;
  }

  /**
   * {@return a calibrator without pictures}
   *
   * @param model what makes the embeddings
   */
  public static ThresholdCalibrator of(GalleryModel model) {
    return new ThresholdCalibrator(model);
  }

  /**
   * {@return this, with weights of the networks by mask}
   *
   * @param probeBlocks the runs of the embedding and their factors; none: an embedding stays as it
   *     is, as without this call
   */
  public ThresholdCalibrator blocks(List<ProbeBlock> probeBlocks) {
    int sum = probeBlocks.stream().mapToInt(ProbeBlock::length).sum();
    checkArgument(
        probeBlocks.isEmpty() || sum == model.embeddingLength(),
        "the blocks are %s numbers long, the model's embeddings %s",
        sum,
        model.embeddingLength());
    this.blocks = List.copyOf(probeBlocks);
    return this;
  }

  /**
   * {@return this, with a picture that is compared with all others and searches galleries}
   *
   * @param person who it shows
   * @param photograph names the photograph that it comes from; copies of one photograph are never
   *     compared
   * @param mask whether the face wears a mask; one that is not sure counts as masked
   * @param embedding of the model, not weighed
   */
  public ThresholdCalibrator add(
      String person, String photograph, MaskState mask, Embedding embedding) {
    (mask == MaskState.UNMASKED ? unmasked : masked)
        .add(number(people, person), number(photographs, photograph), numbers(embedding));
    return this;
  }

  /**
   * {@return this, with a picture as a gallery enrols it}
   *
   * <p>The templates with masks are compared with masked probes only, as {@link
   * TemplateOrigin#answers} says; a picture's score is that of its best template. Where nothing is
   * enrolled, the unmasked pictures of {@link #add} are, a template each.
   *
   * @param person who it shows
   * @param photograph the picture's own template
   * @param synthetic templates with masks drawn on the picture, perhaps none
   */
  public ThresholdCalibrator enrol(String person, Embedding photograph, List<Embedding> synthetic) {
    int owner = number(people, person);
    int entry = entryPeople.size();
    entryPeople.add(owner);
    photographTemplates.add(owner, entry, numbers(photograph));
    allTemplates.add(owner, entry, numbers(photograph));
    for (Embedding template : synthetic) {
      allTemplates.add(owner, entry, numbers(template));
    }
    return this;
  }

  private static int number(Map<String, Integer> numbers, String name) {
    int next = numbers.size();
    return numbers.computeIfAbsent(name, n -> next);
  }

  private float[] numbers(Embedding embedding) {
    checkArgument(
        embedding.length() == model.embeddingLength(),
        "the model's embeddings have %s numbers, got %s",
        model.embeddingLength(),
        embedding.length());
    return embedding.toArray();
  }

  /**
   * {@return what was measured; what there are no pictures for, or too few, is left out}
   *
   * <p>Comparisons of a {@link MaskPairing} are left out where there are fewer than a hundred of
   * two people or ten of one; {@link Calibration#hasComparisons} tells. Searches are left out where
   * there are fewer than a hundred pictures that search or one person alone is enrolled: such a
   * calibration is for verification.
   *
   * @param dataset names the pictures, for people to read
   * @param date the day, for people to read
   * @throws GalleryException when there are too few people or pictures for the comparisons of any
   *     pairing
   */
  public Calibration calibrate(String dataset, LocalDate date) {
    if (people.size() < 2 || unmasked.size() + masked.size() < 2) {
      throw new GalleryException(
          "thresholds are measured on pictures of many people, and there are "
              + people.size()
              + "; add more",
          null);
    }
    PeopleDraws draws = new PeopleDraws(people.size(), RESAMPLES, SEED);
    float[] asUnmasked = factors(MaskState.UNMASKED);
    float[] asMasked = factors(MaskState.MASKED);
    double bound = 1.001;
    for (ProbeBlock block : blocks) {
      bound = Math.max(bound, 1.001 * Math.max(block.unmaskedFactor(), block.maskedFactor()));
    }
    Map<MaskPairing, Comparisons> comparisons = comparisons(asUnmasked, asMasked, bound, draws);
    Map<MaskState, Searches> searches = new EnumMap<>(MaskState.class);
    boolean own = entryPeople.isEmpty();
    LabelledFaces answersUnmasked = own ? eachItsOwn() : photographTemplates;
    LabelledFaces answersMasked = own ? answersUnmasked : allTemplates;
    int[] enrolledPeople = own ? unmaskedPeople() : entryPeople.stream().mapToInt(p -> p).toArray();
    if (unmasked.size() > 0) {
      new SearchCalibration(
              unmasked, answersUnmasked, enrolledPeople, asUnmasked, bound, draws, people.size())
          .run()
          .ifPresent(measured -> searches.put(MaskState.UNMASKED, measured));
    }
    if (masked.size() > 0 && answersMasked.size() > 0) {
      new SearchCalibration(
              masked, answersMasked, enrolledPeople, asMasked, bound, draws, people.size())
          .run()
          .ifPresent(measured -> searches.put(MaskState.MASKED, measured));
    }
    return new Calibration(
        model,
        dataset,
        Optional.of(date),
        people.size(),
        unmasked.size() + masked.size(),
        blocks,
        comparisons,
        searches,
        Double.NaN);
  }

  private Map<MaskPairing, Comparisons> comparisons(
      float[] asUnmasked, float[] asMasked, double bound, PeopleDraws draws) {
    Map<MaskPairing, Comparisons> comparisons = new EnumMap<>(MaskPairing.class);
    String missing = "";
    for (MaskPairing pairing : MaskPairing.values()) {
      LabelledFaces left = pairing == MaskPairing.BOTH_MASKED ? masked : unmasked;
      LabelledFaces right = pairing == MaskPairing.BOTH_UNMASKED ? unmasked : masked;
      if (left.size() == 0 || right.size() == 0) {
        continue;
      }
      float[] factors = pairing.weighedAs() == MaskState.UNMASKED ? asUnmasked : asMasked;
      PairCalibration.Outcome outcome =
          new PairCalibration(left, right, factors, bound, draws, people.size())
              .run(pairing.words());
      outcome.measured().ifPresent(measured -> comparisons.put(pairing, measured));
      missing = missing.isEmpty() ? outcome.missing() : missing;
    }
    if (comparisons.isEmpty()) {
      throw new GalleryException(missing, null);
    }
    return comparisons;
  }

  private float[] factors(MaskState probe) {
    float[] factors = new float[blocks.isEmpty() ? 0 : model.embeddingLength()];
    int at = 0;
    for (ProbeBlock block : blocks) {
      for (int end = at + block.length(); at < end; at++) {
        factors[at] = (float) block.factor(probe);
      }
    }
    return factors;
  }

  private LabelledFaces eachItsOwn() {
    LabelledFaces own = new LabelledFaces();
    for (int i = 0; i < unmasked.size(); i++) {
      own.add(unmasked.person(i), i, unmasked.row(i));
    }
    return own;
  }

  private int[] unmaskedPeople() {
    int[] owners = new int[unmasked.size()];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = unmasked.person(i);
    }
    return owners;
  }
}
