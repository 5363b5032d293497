package dev.mfr.examples.experiment;

/** Who of the two on a pair of pictures wears a mask. */
public enum PairCase {
  /** Both pictures as they are. */
  UNMASKED_UNMASKED("unmasked–unmasked", "unmaskedUnmasked", false, false),

  /** The second picture masked. */
  UNMASKED_MASKED("unmasked–masked", "unmaskedMasked", false, true),

  /** Both pictures masked, each with a mask of its own. */
  MASKED_MASKED("masked–masked", "maskedMasked", true, true);

  private final String title;
  private final String key;
  private final boolean firstMasked;
  private final boolean secondMasked;

  PairCase(String title, String key, boolean firstMasked, boolean secondMasked) {
    this.title = title;
    this.key = key;
    this.firstMasked = firstMasked;
    this.secondMasked = secondMasked;
  }

  /** {@return the name for people} */
  public String title() {
    return title;
  }

  /** {@return the name for programs} */
  public String key() {
    return key;
  }

  /** {@return whether the first picture of each pair is masked} */
  public boolean firstMasked() {
    return firstMasked;
  }

  /** {@return whether the second picture of each pair is masked} */
  public boolean secondMasked() {
    return secondMasked;
  }
}
