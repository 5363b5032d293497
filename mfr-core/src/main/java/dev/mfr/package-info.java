/**
 * The front door: {@link dev.mfr.MaskedFaceRecognizer} and the three interfaces that it joins,
 * {@link dev.mfr.LandmarkDetector}, {@link dev.mfr.RoiCropper} and {@link dev.mfr.Classifier}.
 */
@NullMarked
package dev.mfr;

import org.jspecify.annotations.NullMarked;
