package dev.mfr;

import dev.mfr.face.DetectedFace;

/**
 * Something that was detected and whose region cannot be a usable face.
 *
 * @param face what was detected
 * @param reason why it is not used, a phrase
 */
public record RejectedFace(DetectedFace face, String reason) {}
