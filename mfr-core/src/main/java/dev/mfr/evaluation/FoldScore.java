package dev.mfr.evaluation;

/**
 * One fold of a verification, judged with the threshold of the other folds.
 *
 * @param fold the fold's number
 * @param pairs how many pairs it has, those left out among them
 * @param leftOut pairs that could not be compared
 * @param threshold the threshold that is most accurate on the other folds
 * @param correct pairs that this threshold judges rightly
 */
public record FoldScore(int fold, int pairs, int leftOut, double threshold, int correct) {

  /** {@return the part of the fold's pairs that is judged rightly, those left out wrong, 0…1} */
  public double accuracy() {
    return (double) correct / pairs;
  }
}
