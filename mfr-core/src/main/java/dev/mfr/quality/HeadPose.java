package dev.mfr.quality;

/**
 * Where a head is turned, in degrees; all 0 when it looks straight into the camera.
 *
 * @param yaw positive when the face is turned to the right edge of the picture (its own left)
 * @param pitch positive when it looks up
 * @param roll positive when the head leans clockwise in the picture (to its own left)
 */
public record HeadPose(double yaw, double pitch, double roll) {}
