package dev.mfr.landmarks.mask;

import dev.mfr.image.RgbImage;

/**
 * A picture in which a face wears a mask, and the mask that was chosen.
 *
 * @param image the masked picture, of the same size as the original
 * @param design the mask
 */
public record MaskedPicture(RgbImage image, MaskDesign design) {}
