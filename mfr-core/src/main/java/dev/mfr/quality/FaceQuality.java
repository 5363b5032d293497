package dev.mfr.quality;

import java.util.Optional;

/**
 * How well a picture shows a face, measured; {@link QualityAssessor} says how.
 *
 * @param eyeDistance between the eyes' middles, in pixels
 * @param sharpness 0 or more; greater is sharper
 * @param brightness mean luma of the face, 0…1
 * @param clipped the share of the face's pixels that are too dark or too bright to show anything,
 *     0…1
 * @param pose where the head is turned, or empty where the landmarks do not tell
 * @param margin between the face's outline and the nearest border of the picture, in eye distances;
 *     negative when a part lies outside
 * @param presence how sure the landmark network is that it sees a whole face, 0…1; a mask lowers it
 */
public record FaceQuality(
    double eyeDistance,
    double sharpness,
    double brightness,
    double clipped,
    Optional<HeadPose> pose,
    double margin,
    double presence) {}
