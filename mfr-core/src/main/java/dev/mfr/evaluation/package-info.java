/** Closed-set metrics of a classifier. */
@NullMarked
package dev.mfr.evaluation;

import org.jspecify.annotations.NullMarked;
