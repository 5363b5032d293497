package dev.mfr.evaluation;

/**
 * What became of pictures of enrolled people and of strangers under one rule of acceptance.
 *
 * @param identified pictures of enrolled people that were given their name
 * @param misidentified pictures of enrolled people that were given another name
 * @param refusedKnown pictures of enrolled people that were taken for nobody known, those without a
 *     face among them
 * @param acceptedStrangers pictures of strangers that were given a name
 * @param refusedStrangers pictures of strangers that were taken for nobody known; those without a
 *     face are not among them
 */
public record OpenSetCounts(
    int identified,
    int misidentified,
    int refusedKnown,
    int acceptedStrangers,
    int refusedStrangers) {

  /**
   * {@return the detection and identification rate: the part of the enrolled people's pictures that
   * were given their name, 0…1; NaN when there is none}
   */
  public double identificationRate() {
    return (double) identified / (identified + misidentified + refusedKnown);
  }

  /**
   * {@return the false-positive identification rate: the part of the strangers' pictures that were
   * given a name, 0…1; NaN when there is none}
   */
  public double falsePositiveRate() {
    return (double) acceptedStrangers / (acceptedStrangers + refusedStrangers);
  }
}
