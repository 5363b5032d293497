package dev.mfr.evaluation;

/**
 * One operating point of a verifier that accepts scores at or above a threshold.
 *
 * @param threshold the threshold; positive infinity where nothing is accepted
 * @param far the false accept rate: the part of the impostor scores that is accepted, 0…1
 * @param tar the true accept rate: the part of the genuine scores that is accepted, 0…1
 */
public record RocPoint(double threshold, double far, double tar) {}
