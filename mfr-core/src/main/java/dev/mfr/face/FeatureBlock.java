package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A run of features that comes from one network.
 *
 * @param length how many features, at least 1
 * @param share the run's weight for a head against the other runs, positive; only their ratio
 *     matters. A head scales each run so that its mean squared length is its part of the whole
 */
public record FeatureBlock(int length, double share) {

  public FeatureBlock {
    checkArgument(length >= 1, "a feature block has 1 feature or more, got %s", length);
    checkArgument(
        share > 0 && Double.isFinite(share), "a block's share must be positive, got %s", share);
  }
}
