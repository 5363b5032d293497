/** How well a picture shows a face: size, sharpness, light, pose and place. */
@NullMarked
package dev.mfr.landmarks.quality;

import org.jspecify.annotations.NullMarked;
