/**
 * The port to a neural-network runtime, and model bundles that are verified when they are opened.
 */
@NullMarked
package dev.mfr.inference;

import org.jspecify.annotations.NullMarked;
