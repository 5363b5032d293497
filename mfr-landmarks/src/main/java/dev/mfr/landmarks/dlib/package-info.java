/**
 * Dlib's 68 landmarks: an ensemble of regression trees, read from dlib's own model file, which the
 * user provides.
 */
@NullMarked
package dev.mfr.landmarks.dlib;

import org.jspecify.annotations.NullMarked;
