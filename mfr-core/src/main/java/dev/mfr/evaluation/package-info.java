/**
 * Metrics: of a classifier on people it knows (closed set) and on strangers (open set), of its
 * probabilities, and of a similarity on pairs of pictures.
 */
@NullMarked
package dev.mfr.evaluation;

import org.jspecify.annotations.NullMarked;
