/** Masks drawn onto photographs, for training and for demonstrations. */
@NullMarked
package dev.mfr.landmarks.mask;

import org.jspecify.annotations.NullMarked;
