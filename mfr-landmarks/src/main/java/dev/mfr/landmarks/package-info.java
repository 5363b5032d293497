/** Picture files in and out, and drawings of what was found. */
@NullMarked
package dev.mfr.landmarks;

import org.jspecify.annotations.NullMarked;
