/** People in a video, frame by frame. */
@NullMarked
package dev.mfr.examples.video;

import org.jspecify.annotations.NullMarked;
