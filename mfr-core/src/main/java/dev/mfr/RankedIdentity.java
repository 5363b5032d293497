package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * One candidate of a ranking.
 *
 * @param identity the person's label as in training, or the name as enrolled
 * @param probability how probable, 0…1: of a softmax head among the people that it knows; of a
 *     gallery that a face as alike as this one is the person's, where both cases are equally likely
 *     beforehand
 * @param similarity the face's similarity to the person, −1…1; not a number where the classifier
 *     does not give one
 */
public record RankedIdentity(String identity, double probability, double similarity) {

  public RankedIdentity {
    checkArgument(
        probability >= 0 && probability <= 1,
        "a candidate's probability must lie in 0…1, got %s",
        probability);
  }

  /**
   * A candidate without a similarity.
   *
   * @param identity the person
   * @param probability how probable, 0…1
   */
  public RankedIdentity(String identity, double probability) {
    this(identity, probability, Double.NaN);
  }

  /** {@return probability and similarity and no name, so that none gets into a log} */
  @Override
  public String toString() {
    return "RankedIdentity[" + probability + ", " + similarity + "]";
  }
}
