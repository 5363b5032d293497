package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * When a face is of nobody known: the first candidate's probability is too low, or the face is too
 * unlike that person.
 *
 * @param minProbability the least probability that is believed, 0…1; 0 believes all
 * @param minSimilarity the least cosine similarity between the face's embedding and the person's
 *     mean embedding, −1…1; −1 believes all
 */
public record UnknownRule(double minProbability, double minSimilarity) {

  /** Believes every first candidate: the closed set of the paper. */
  public static final UnknownRule NEVER = new UnknownRule(0, -1);

  public UnknownRule {
    checkArgument(
        minProbability >= 0 && minProbability <= 1,
        "the least probability must lie in 0…1, got %s",
        minProbability);
    checkArgument(
        minSimilarity >= -1 && minSimilarity <= 1,
        "the least similarity must lie in −1…1, got %s",
        minSimilarity);
  }
}
