/**
 * Faces in video: a {@link dev.mfr.video.FaceTracker} follows them from frame to frame, an {@link
 * dev.mfr.video.IdentityVote} joins what the frames say of one, and {@link
 * dev.mfr.video.VideoRecognizer} does both.
 */
@NullMarked
package dev.mfr.video;

import org.jspecify.annotations.NullMarked;
