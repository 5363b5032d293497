package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkIndex;

import com.google.common.collect.ImmutableList;
import dev.mfr.face.MaskReading;
import dev.mfr.head.UnknownRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier says of a batch of faces, in memory that is used again for the next batch.
 *
 * <p>Allocates nothing as long as a batch is not larger than ever before and the number of people
 * stays. Not thread-safe: one a worker.
 */
public final class ClassificationBuffer {
  private static final Comparator<RankedIdentity> RANKING =
      Comparator.comparingDouble(RankedIdentity::probability)
          .reversed()
          .thenComparing(RankedIdentity::identity);

  private final List<Answer> answers = new ArrayList<>();
  private int size;

  /** An empty buffer; memory comes with the first faces. */
  public ClassificationBuffer() {}

  /** Either a classification that was given, or one that is made when it is asked for. */
  private static final class Answer {
    private @Nullable Classification given;
    private List<String> labels = List.of();
    private double[] probabilities = new double[0];

    /** −1 until it is decided. */
    private int best = -1;

    private double similarity;
    private UnknownRule rule = UnknownRule.NEVER;

    private double probability() {
      return probabilities[best];
    }

    private boolean isProbable() {
      return probability() >= rule.minProbability();
    }

    /** Written so that a similarity that is not a number is not believed. */
    private boolean isKnown() {
      return isProbable() && similarity >= rule.minSimilarity();
    }

    private Classification classification() {
      List<RankedIdentity> ranking = new ArrayList<>(probabilities.length);
      for (int i = 0; i < probabilities.length; i++) {
        ranking.add(
            new RankedIdentity(
                labels.get(i), probabilities[i], i == best ? similarity : Double.NaN));
      }
      ranking.sort(RANKING);
      if (isKnown()) {
        return Classification.known(ranking);
      }
      return Classification.unknown(
          ranking,
          isProbable()
              ? String.format(
                  Locale.ROOT,
                  "similarity %.2f to %s is below %.2f",
                  similarity,
                  labels.get(best),
                  rule.minSimilarity())
              : String.format(
                  Locale.ROOT,
                  "probability %.2f is below %.2f",
                  probability(),
                  rule.minProbability()));
    }
  }

  /**
   * Makes room for a batch; the answers of earlier ones are gone, and reading one that is not set
   * throws {@link IllegalStateException}.
   *
   * @param faces how many, 0 or more
   */
  public void reset(int faces) {
    checkArgument(faces >= 0, "a batch has 0 faces or more, got %s", faces);
    while (answers.size() < faces) {
      answers.add(new Answer());
    }
    size = faces;
    for (int i = 0; i < faces; i++) {
      answers.get(i).given = null;
      answers.get(i).best = -1;
    }
  }

  /** Takes an answer over from another buffer, which gets some other one for it. */
  void swap(int face, ClassificationBuffer from, int itsFace) {
    Answer mine = answer(face);
    answers.set(face, from.answers.set(checkIndex(itsFace, from.size), mine));
  }

  /** {@return how many faces there are} */
  public int size() {
    return size;
  }

  private Answer answer(int face) {
    return answers.get(checkIndex(face, size));
  }

  private Answer answered(int face) {
    Answer answer = answer(face);
    if (answer.given == null && answer.best < 0) {
      throw new IllegalStateException("face " + face + " has no answer");
    }
    return answer;
  }

  /**
   * Sets an answer.
   *
   * @param face the face's index
   * @param answer what a classifier says of it
   */
  public void set(int face, Classification answer) {
    answer(face).given = answer;
  }

  /**
   * {@return the array to write a face's probabilities into, one for each label in their order,
   * before {@link #decide}}
   *
   * @param face the face's index
   * @param labels the people; an immutable list
   */
  public double[] probabilities(int face, List<String> labels) {
    Answer answer = answer(face);
    if (answer.probabilities.length != labels.size()) {
      answer.probabilities = new double[labels.size()];
    }
    answer.labels = labels;
    return answer.probabilities;
  }

  /**
   * Sets an answer whose probabilities are written.
   *
   * @param face the face's index
   * @param best index of the most probable label
   * @param similarity the face's similarity to that person, −1…1, or not a number
   * @param rule says whether it is believed
   */
  public void decide(int face, int best, double similarity, UnknownRule rule) {
    Answer answer = answer(face);
    checkIndex(best, answer.labels.size());
    answer.given = null;
    answer.best = best;
    answer.similarity = similarity;
    answer.rule = rule;
  }

  /**
   * {@return the first candidate, believed or not; null when there is none}
   *
   * @param face the face's index
   */
  public @Nullable String candidate(int face) {
    Answer answer = answered(face);
    if (answer.given == null) {
      return answer.labels.get(answer.best);
    }
    List<RankedIdentity> ranking = answer.given.ranking();
    return ranking.isEmpty() ? null : ranking.get(0).identity();
  }

  /**
   * {@return whether the first candidate is the answer; otherwise the face is of nobody known}
   *
   * @param face the face's index
   */
  public boolean isKnown(int face) {
    Answer answer = answered(face);
    return answer.given == null ? answer.isKnown() : answer.given.known();
  }

  /**
   * {@return the first candidate's probability, believed or not, 0…1; 0 when there is none}
   *
   * @param face the face's index
   */
  public double probability(int face) {
    Answer answer = answered(face);
    return answer.given == null ? answer.probability() : answer.given.probability();
  }

  /**
   * {@return the face's similarity to the first candidate, −1…1, or not a number where the
   * classifier gives none}
   *
   * @param face the face's index
   */
  public double similarity(int face) {
    Answer answer = answered(face);
    return answer.given == null ? answer.similarity : answer.given.similarity();
  }

  /**
   * {@return whether the face wears a mask, where the classifier looks}
   *
   * @param face the face's index
   */
  public MaskReading mask(int face) {
    Answer answer = answered(face);
    return answer.given == null ? MaskReading.NONE : answer.given.mask();
  }

  /**
   * {@return an answer of its own, which stays as it is}
   *
   * @param face the face's index
   */
  public Classification get(int face) {
    Answer answer = answered(face);
    return answer.given == null ? answer.classification() : answer.given;
  }

  /** {@return all answers, each of its own, in order} */
  public List<Classification> toList() {
    ImmutableList.Builder<Classification> all = ImmutableList.builderWithExpectedSize(size);
    for (int i = 0; i < size; i++) {
      all.add(get(i));
    }
    return all.build();
  }

  /** {@return how many answers there are, never who} */
  @Override
  public String toString() {
    return "ClassificationBuffer[" + size + "]";
  }
}
