/** Planes of grey values: blur and noise. */
@NullMarked
package dev.mfr.landmarks.grey;

import org.jspecify.annotations.NullMarked;
