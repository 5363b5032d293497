/** The canonical face, and how the head of a picture is placed and turned against it. */
@NullMarked
package dev.mfr.landmarks.pose;

import org.jspecify.annotations.NullMarked;
