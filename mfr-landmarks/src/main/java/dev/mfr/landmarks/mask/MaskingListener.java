package dev.mfr.landmarks.mask;

/** Hears of every picture that a {@link DatasetMasker} is done with. */
@FunctionalInterface
public interface MaskingListener {

  /**
   * Called after each picture, by one thread at a time; keep it short.
   *
   * @param done how many of the wanted pictures are settled
   * @param wanted how many there are to be
   * @param outcome what became of this one
   */
  void onPicture(int done, int wanted, MaskingOutcome outcome);
}
