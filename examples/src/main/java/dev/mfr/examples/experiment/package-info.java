/** The paper's experiment: its table, under its own protocol and under a clean one. */
@NullMarked
package dev.mfr.examples.experiment;

import org.jspecify.annotations.NullMarked;
