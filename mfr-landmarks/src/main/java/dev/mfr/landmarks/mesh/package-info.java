/** The MediaPipe face mesh: BlazeFace finds faces, a second network measures 468 points of each. */
@NullMarked
package dev.mfr.landmarks.mesh;

import org.jspecify.annotations.NullMarked;
