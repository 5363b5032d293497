/** What a network sees of a face: the periocular region of the paper and the aligned chip. */
@NullMarked
package dev.mfr.landmarks.crop;

import org.jspecify.annotations.NullMarked;
