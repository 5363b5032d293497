package dev.mfr.landmarks.mask;

import java.awt.Color;
import java.util.List;
import java.util.Random;

/**
 * What differs from mask to mask.
 *
 * @param color the cloth
 * @param height how high it sits on the nose, 0 (just above the tip) … 1 (between the eyes)
 * @param cheek how high it sits on the cheeks, 0 … 1
 * @param inset how far its sides stay away from the ears, 0 (at them) … 1 (on the cheek)
 * @param chin by how much it reaches below the chin, as a share of the face
 * @param pleats how many folds run across; 0 for a mask with a seam down its middle
 * @param loops whether cords run to the ears
 * @param hem whether the upper and lower edge are stitched
 * @param softness blur of the edge, as a share of the eyes' distance
 * @param shading how much of the face's light falls on the cloth, 0 … 1
 * @param grainSeed seed of the cloth's grain
 */
record MaskStyle(
    Color color,
    double height,
    double cheek,
    double inset,
    double chin,
    int pleats,
    boolean loops,
    boolean hem,
    double softness,
    double shading,
    long grainSeed) {

  /** Surgical blue, white, green, black, grey, navy, dusty pink. */
  private static final List<Color> PALETTE =
      List.of(
          new Color(142, 190, 222),
          new Color(232, 234, 236),
          new Color(150, 203, 182),
          new Color(44, 45, 50),
          new Color(150, 152, 156),
          new Color(52, 66, 104),
          new Color(214, 170, 176));

  static MaskStyle random(Random random) {
    Color base = PALETTE.get(random.nextInt(PALETTE.size()));
    Color color =
        new Color(
            jitter(base.getRed(), random),
            jitter(base.getGreen(), random),
            jitter(base.getBlue(), random));
    boolean pleated = random.nextDouble() < .6;
    return new MaskStyle(
        color,
        .25 + .6 * random.nextDouble(),
        .2 + .6 * random.nextDouble(),
        pleated ? .35 + .5 * random.nextDouble() : .5 * random.nextDouble(),
        .01 + .06 * random.nextDouble(),
        pleated ? 3 : 0,
        random.nextDouble() < .85,
        pleated || random.nextBoolean(),
        .006 + .012 * random.nextDouble(),
        .55 + .35 * random.nextDouble(),
        random.nextLong());
  }

  private static int jitter(int channel, Random random) {
    return Math.max(0, Math.min(255, channel + random.nextInt(17) - 8));
  }
}
