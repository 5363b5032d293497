package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * One candidate of a ranking.
 *
 * @param identity the person's label as in training
 * @param probability how probable, 0…1, among the people that the classifier knows
 */
public record RankedIdentity(String identity, double probability) {

  public RankedIdentity {
    checkArgument(
        probability >= 0 && probability <= 1,
        "the probability of %s must lie in 0…1, got %s",
        identity,
        probability);
  }
}
