package dev.mfr.video;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import dev.mfr.face.MaskReading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Joins what a classifier says of one face, look after look, into one answer.
 *
 * <p>A candidate's probability is the mean of the looks' probabilities, in which a look counts half
 * as much after a half-life of further looks; where a ranking was cut and does not name the
 * candidate, 0 is taken. The first candidate is believed when the looks that believed just that
 * person have at least half of the weight. It needs rankings only, of any classifier, and no look
 * can move the mean by more than its weight.
 *
 * <p>Whom five looks in a row do not name any more is forgotten, however sure the vote was:
 * somebody who was removed from a gallery, say. So memory and the cost of a look are those of the
 * last five looks' rankings. A look that does not name the person who is believed unsettles the
 * vote, so that a {@link VideoRecognizer} forgets within some fifteen frames. Similarities and the
 * mask state are those of the latest look that has them, and no means.
 *
 * <p>Not thread-safe.
 */
public final class IdentityVote {
  /*
   * The sum rule of J. Kittler, M. Hatef, R. Duin, J. Matas, "On combining classifiers", 1998, who found it to suffer least
   * from wrong estimates. The product rule, a sum of log-probabilities, would let one sure and wrong frame outweigh
   * many, and would need a floor under the probability of those whom a cut ranking does not name.
   *
   * With the decay d the weights are 1, d, d², …; scores and their total are kept without the common factor.
   */
  private static final double DEFAULT_HALF_LIFE = 10;
  private static final int DEFAULT_LEAST_LOOKS = 5;
  private static final double MAJORITY = .5;

  /** After so many looks in a row that do not name a person, the person is forgotten. */
  private static final int FORGOTTEN_AFTER = 5;

  /**
   * The believed share from which on, or below 1 − which, further looks hardly change the answer.
   */
  private static final double CLEAR = .8;

  private final double decay;
  private final int leastLooks;
  private final Map<String, Score> scores = new HashMap<>();
  private double total;
  private MaskReading mask = MaskReading.NONE;
  private long looks;
  private int looksSinceUnsettled;
  private Classification verdict =
      Classification.unknown(List.of(), "the face has not been looked at yet");

  private static final class Score {
    double probability;
    double believed;
    double similarity = Double.NaN;
    int misses;
  }

  /** A vote with a half-life of ten looks that can be settled after five. */
  public IdentityVote() {
    this(DEFAULT_HALF_LIFE, DEFAULT_LEAST_LOOKS);
  }

  /**
   * A vote.
   *
   * @param halfLife after how many further looks a look counts half, above 0; default 10
   * @param leastLooks how many looks it takes before the vote can be settled, at least 1; default 5
   */
  public IdentityVote(double halfLife, int leastLooks) {
    checkArgument(halfLife > 0, "a half-life is positive, got %s", halfLife);
    checkArgument(leastLooks >= 1, "a vote needs one look or more, got %s", leastLooks);
    this.decay = Math.pow(.5, 1 / halfLife);
    this.leastLooks = leastLooks;
  }

  /**
   * Adds a look.
   *
   * @param look what the classifier says of the face in one frame; nobody may be named twice in it
   */
  public void add(Classification look) {
    for (Score score : scores.values()) {
      score.probability *= decay;
      score.believed *= decay;
      score.misses++;
    }
    total = total * decay + 1;
    looks++;
    looksSinceUnsettled++;
    for (RankedIdentity candidate : look.ranking()) {
      Score score = scores.computeIfAbsent(candidate.identity(), name -> new Score());
      score.probability += candidate.probability();
      score.similarity = candidate.similarity();
      score.misses = 0;
    }
    look.identity().map(scores::get).ifPresent(score -> score.believed += 1);
    if (verdict.identity().map(scores::get).filter(score -> score.misses > 0).isPresent()) {
      unsettle();
    }
    scores.values().removeIf(score -> score.misses >= FORGOTTEN_AFTER);
    mask = look.mask();
    verdict = count();
  }

  private Classification count() {
    List<RankedIdentity> ranking = new ArrayList<>(scores.size());
    scores.forEach(
        (name, score) ->
            ranking.add(
                new RankedIdentity(
                    name, Math.min(1, score.probability / total), score.similarity)));
    ranking.sort(
        Comparator.comparingDouble(RankedIdentity::probability)
            .reversed()
            .thenComparing(RankedIdentity::identity));
    if (ranking.isEmpty()) {
      return new Classification(ranking, false, "no look named anybody", mask);
    }
    double share = believedShare(ranking.get(0).identity());
    return share >= MAJORITY
        ? new Classification(ranking, true, "", mask)
        : new Classification(
            ranking,
            false,
            String.format(
                Locale.ROOT,
                "the looks that believed it have %.0f %% of the weight, half is needed",
                100 * share),
            mask);
  }

  private double believedShare(String identity) {
    Score score = scores.get(identity);
    return score == null ? 0 : score.believed / total;
  }

  /** {@return who the face is by all looks; nobody known before the first} */
  public Classification verdict() {
    return verdict;
  }

  /** {@return how many looks were added} */
  public long looks() {
    return looks;
  }

  /**
   * {@return whether further looks are unlikely to change the answer: there were enough of them,
   * and those that believed the first candidate have four fifths of the weight or more, or one
   * fifth or less}
   */
  public boolean isSettled() {
    if (looksSinceUnsettled < leastLooks) {
      return false;
    }
    List<RankedIdentity> ranking = verdict.ranking();
    double share = ranking.isEmpty() ? 0 : believedShare(ranking.get(0).identity());
    return share >= CLEAR || share <= 1 - CLEAR;
  }

  /** Asks for as many looks as at the start before the vote counts as settled again. */
  public void unsettle() {
    looksSinceUnsettled = 0;
  }

  /** {@return the number of looks, never names} */
  @Override
  public String toString() {
    return "IdentityVote[looks=" + looks + "]";
  }
}
