package dev.mfr.gallery;

import dev.mfr.face.MaskReading;

/**
 * Whether two faces are the same person's.
 *
 * @param similarity how alike they are, −1…1
 * @param same whether that reaches the threshold
 * @param probability that they are the same person's, where both cases are equally likely
 *     beforehand, 0…1
 * @param threshold what the similarity was compared with, and where it comes from
 * @param first whether the first face wears a mask
 * @param second whether the second face wears a mask
 */
public record Verification(
    double similarity,
    boolean same,
    double probability,
    DecisionThreshold threshold,
    MaskReading first,
    MaskReading second) {}
