/** How good a picture of a face is, and whether it will do for enrolment. */
@NullMarked
package dev.mfr.quality;

import org.jspecify.annotations.NullMarked;
