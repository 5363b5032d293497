package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSortedMap;
import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * How well a classifier does on labelled pictures.
 *
 * <p>Two questions are kept apart. {@link #accuracy} and everything by person ask who the first
 * candidate is, whether or not it is believed: the closed set of the paper, comparable between
 * classifiers. {@link #acceptedAccuracy} and {@link #unknownCount} ask what a user of the answers
 * gets: how many pictures are given a name at all, and how many of those names are right. A picture
 * without a face counts as wrong in the first and as unanswered in the second.
 *
 * <p>Immutable and thread-safe.
 */
public final class ClassificationReport {

  /** The column of {@link #confusion} for pictures in which no face was found. */
  public static final String NO_FACE = "(no face)";

  /** The column of {@link #confusion} for faces that a classifier gave no candidate for. */
  public static final String NO_CANDIDATE = "(no candidate)";

  /** How many bins {@link #reliability()} has. */
  public static final int RELIABILITY_BINS = 15;

  private final int pictures;
  private final int noFace;
  private final int unknown;
  private final int accepted;
  private final int acceptedCorrect;
  private final int[] correctAtRank;
  private final ImmutableSortedMap<String, SortedMap<String, Integer>> confusion;
  private final ImmutableSortedMap<String, PersonScore> people;
  private final ReliabilityDiagram reliability;

  private ClassificationReport(Builder b) {
    pictures = b.pictures;
    noFace = b.noFace;
    unknown = b.unknown;
    accepted = b.accepted;
    acceptedCorrect = b.acceptedCorrect;
    correctAtRank = b.ranks.stream().mapToInt(Integer::intValue).toArray();
    SortedMap<String, SortedMap<String, Integer>> rows = new TreeMap<>();
    b.confusion.forEach((label, row) -> rows.put(label, ImmutableSortedMap.copyOf(row)));
    confusion = ImmutableSortedMap.copyOf(rows);
    people = scores(confusion);
    reliability = b.reliability.build();
  }

  private static ImmutableSortedMap<String, PersonScore> scores(
      Map<String, SortedMap<String, Integer>> confusion) {
    Map<String, Integer> predicted = new HashMap<>();
    for (SortedMap<String, Integer> row : confusion.values()) {
      row.forEach((answer, count) -> predicted.merge(answer, count, Integer::sum));
    }
    ImmutableSortedMap.Builder<String, PersonScore> scores = ImmutableSortedMap.naturalOrder();
    confusion.forEach(
        (label, row) -> {
          int support = row.values().stream().mapToInt(Integer::intValue).sum();
          scores.put(
              label,
              new PersonScore(
                  label, support, predicted.getOrDefault(label, 0), row.getOrDefault(label, 0)));
        });
    return scores.build();
  }

  /** {@return a collector of outcomes} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return how many pictures were judged, those without a face among them} */
  public int pictures() {
    return pictures;
  }

  /** {@return the pictures in which no face was found} */
  public int noFace() {
    return noFace;
  }

  /**
   * {@return the part of all pictures whose first candidate is right, believed or not, 0…1; NaN
   * when there is no picture}
   */
  public double accuracy() {
    return topK(1);
  }

  /**
   * {@return the part of all pictures that have the right person among the first k candidates, 0…1;
   * NaN when there is no picture}
   *
   * @param k at least 1
   */
  public double topK(int k) {
    checkArgument(k >= 1, "k must be 1 or more, got %s", k);
    int correct = 0;
    for (int rank = 0; rank < Math.min(k, correctAtRank.length); rank++) {
      correct += correctAtRank[rank];
    }
    return (double) correct / pictures;
  }

  /**
   * {@return {@link #accuracy()} with the interval in which it would mostly lie on other people:
   * whole people are drawn, {@value BootstrapInterval#DEFAULT_RESAMPLES} times}
   *
   * @param level the part of the resamples to cover, 0 to 1, both excluded, such as 0.95
   * @param seed equal seeds give equal intervals
   * @throws IllegalArgumentException when there is no picture
   */
  public BootstrapInterval accuracyInterval(double level, long seed) {
    double[] correct = people.values().stream().mapToDouble(PersonScore::correct).toArray();
    int[] support = people.values().stream().mapToInt(PersonScore::support).toArray();
    return BootstrapInterval.ofGroups(
        correct, support, level, BootstrapInterval.DEFAULT_RESAMPLES, seed);
  }

  /**
   * {@return whether the first candidates' probabilities can be taken at their word, in {@value
   * #RELIABILITY_BINS} bins; pictures without a face or a candidate have none}
   */
  public ReliabilityDiagram reliability() {
    return reliability;
  }

  /** {@return the pictures that were given a name} */
  public int acceptedCount() {
    return accepted;
  }

  /** {@return the faces that were taken for nobody known} */
  public int unknownCount() {
    return unknown;
  }

  /**
   * {@return the right ones among the pictures that were given a name, 0…1; NaN when none was}
   *
   * <p>High together with a high {@link #unknownCount} means a cautious classifier.
   */
  public double acceptedAccuracy() {
    return (double) acceptedCorrect / accepted;
  }

  /** {@return a score for each person of whom there are pictures, by label} */
  public SortedMap<String, PersonScore> people() {
    return people;
  }

  /** {@return the mean precision of the people of whom there are pictures; NaN for nobody} */
  public double macroPrecision() {
    return mean(PersonScore::precision);
  }

  /** {@return the mean recall of the people of whom there are pictures; NaN for nobody} */
  public double macroRecall() {
    return mean(PersonScore::recall);
  }

  /** {@return the mean F1 of the people of whom there are pictures; NaN for nobody} */
  public double macroF1() {
    return mean(PersonScore::f1);
  }

  private double mean(ToDoubleFunction<PersonScore> of) {
    return people.values().stream().mapToDouble(of).average().orElse(Double.NaN);
  }

  /**
   * {@return the pictures by true person and first candidate, without zeros; {@link #NO_FACE} and
   * {@link #NO_CANDIDATE} stand in for a first candidate}
   */
  public SortedMap<String, SortedMap<String, Integer>> confusion() {
    return confusion;
  }

  /** {@return the most important numbers in one line} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ClassificationReport[%d pictures, accuracy %.4f, %d without a face, %d unknown]",
        pictures,
        accuracy(),
        noFace,
        unknown);
  }

  /** Collects outcomes, a picture each. Not thread-safe. */
  public static final class Builder {
    private int pictures;
    private int noFace;
    private int unknown;
    private int accepted;
    private int acceptedCorrect;
    private final List<Integer> ranks = new ArrayList<>();
    private final SortedMap<String, SortedMap<String, Integer>> confusion = new TreeMap<>();
    private final ReliabilityDiagram.Builder reliability =
        ReliabilityDiagram.builder(RELIABILITY_BINS);

    private Builder() {}

    /**
     * {@return this builder}
     *
     * @param label who the picture shows
     * @param answer what the classifier says of it
     */
    public Builder add(String label, Classification answer) {
      List<RankedIdentity> ranking = answer.ranking();
      count(label, ranking.isEmpty() ? NO_CANDIDATE : ranking.get(0).identity());
      reliability.add(label, answer);
      for (int rank = 0; rank < ranking.size(); rank++) {
        if (ranking.get(rank).identity().equals(label)) {
          while (ranks.size() <= rank) {
            ranks.add(0);
          }
          ranks.set(rank, ranks.get(rank) + 1);
          break;
        }
      }
      if (answer.identity().isPresent()) {
        accepted++;
        acceptedCorrect += answer.identity().get().equals(label) ? 1 : 0;
      } else {
        unknown++;
      }
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param label who the picture shows, in which no face was found
     */
    public Builder addNoFace(String label) {
      count(label, NO_FACE);
      noFace++;
      return this;
    }

    private void count(String label, String answer) {
      checkArgument(
          !label.isBlank() && !label.equals(NO_FACE) && !label.equals(NO_CANDIDATE),
          "\"%s\" cannot be a person's label",
          label);
      confusion.computeIfAbsent(label, l -> new TreeMap<>()).merge(answer, 1, Integer::sum);
      pictures++;
    }

    /** {@return the report of all that was added} */
    public ClassificationReport build() {
      return new ClassificationReport(this);
    }
  }
}
