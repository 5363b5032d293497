package dev.mfr.head;

import dev.mfr.face.FusedEmbedder;

/**
 * Tells from the heaviest part of a fusion whether a face can still be of somebody known, so that
 * the other networks need not look at strangers. Never wrong: it is an upper bound. Thread-safe.
 */
final class StrangerExit {
  /*
   * The similarity to a person is the sum over the parts of √w · e·m, with e the part's embedding of unit length and m its
   * run of the person's mean embedding. For the parts that have not looked yet, e·m ≤ |m|.
   */
  private static final double ROUNDING = 1e-6;

  private final int part;
  private final double minSimilarity;

  /** A person's run of the mean embedding for the part, times √w. */
  private final float[][] means;

  /** The most that the other parts can add for each person. */
  private final double[] rest;

  StrangerExit(FusedEmbedder embedder, SoftmaxHead head) {
    part = embedder.heaviestPart();
    minSimilarity = head.unknownRule().minSimilarity();
    int people = head.labels().size();
    means = new float[people][embedder.parts().get(part).embeddingLength()];
    rest = new double[people];
    for (int k = 0; k < people; k++) {
      int at = 0;
      for (int i = 0; i < embedder.parts().size(); i++) {
        double root = Math.sqrt(embedder.weight(i));
        int length = embedder.parts().get(i).embeddingLength();
        double squares = 0;
        for (int j = 0; j < length; j++) {
          float value = head.meanEmbeddings()[k][at + j];
          squares += (double) value * value;
          if (i == part) {
            means[k][j] = (float) (root * value);
          }
        }
        if (i != part) {
          rest[k] += root * Math.sqrt(squares);
        }
        at += length;
      }
    }
  }

  /** {@return the part that has to look first} */
  int part() {
    return part;
  }

  double minSimilarity() {
    return minSimilarity;
  }

  /**
   * {@return whether the similarity to anybody can reach the least that is believed}
   *
   * @param embedding what the part makes of the face
   */
  boolean mayBeKnown(float[] embedding) {
    for (int k = 0; k < means.length; k++) {
      double dot = 0;
      for (int i = 0; i < embedding.length; i++) {
        dot += (double) embedding[i] * means[k][i];
      }
      if (dot + rest[k] + ROUNDING >= minSimilarity) {
        return true;
      }
    }
    return false;
  }
}
