/** Experiments: what the method can do, measured on pictures of your own. */
@NullMarked
package dev.mfr.examples.experiment;

import org.jspecify.annotations.NullMarked;
