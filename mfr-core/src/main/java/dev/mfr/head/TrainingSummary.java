package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a head was trained on, kept in its file.
 *
 * @param pictures how many pictures
 * @param people how many people
 * @param seed the seed
 * @param epochs epochs of the final run
 * @param heldOutPictures pictures that the temperature was fitted on; 0 when there were too few
 * @param heldOutAccuracy the part of them whose first candidate was right before they joined the
 *     training, 0…1; NaN when there were too few
 */
public record TrainingSummary(
    int pictures, int people, long seed, int epochs, int heldOutPictures, double heldOutAccuracy) {

  public TrainingSummary {
    checkArgument(
        people >= 1 && pictures >= people && epochs >= 1 && heldOutPictures >= 0,
        "a head was trained on people with pictures for some epochs, got people %s, pictures %s,"
            + " epochs %s, held-out pictures %s",
        people,
        pictures,
        epochs,
        heldOutPictures);
    checkArgument(
        Double.isNaN(heldOutAccuracy) || (heldOutAccuracy >= 0 && heldOutAccuracy <= 1),
        "an accuracy lies in 0…1, got %s",
        heldOutAccuracy);
  }
}
