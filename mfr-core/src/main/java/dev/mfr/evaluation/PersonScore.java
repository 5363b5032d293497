package dev.mfr.evaluation;

/**
 * How well one person is recognized, counted by first candidates.
 *
 * @param label the person
 * @param support pictures that show this person
 * @param predicted pictures whose first candidate is this person, rightly or not
 * @param correct pictures that show this person and have it as their first candidate
 */
public record PersonScore(String label, int support, int predicted, int correct) {

  /**
   * {@return the right ones among the pictures taken for this person, 0…1; 0 when there is none}
   */
  public double precision() {
    return predicted == 0 ? 0 : (double) correct / predicted;
  }

  /** {@return the part of this person's pictures that is found, 0…1; 0 when there is none} */
  public double recall() {
    return support == 0 ? 0 : (double) correct / support;
  }

  /** {@return the harmonic mean of precision and recall, 0…1; 0 when both are} */
  public double f1() {
    int sum = support + predicted;
    return sum == 0 ? 0 : 2. * correct / sum;
  }
}
