package dev.mfr.gallery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Embeddings of which it is known whom they show. Not thread-safe. */
final class LabelledFaces {
  /** So many columns of the transposed embeddings stay in the cache while rows pass by. */
  private static final int BLOCK = 128;

  private final List<float[]> rows = new ArrayList<>();
  private final List<Integer> people = new ArrayList<>();
  private final List<Integer> photographs = new ArrayList<>();

  void add(int person, int photograph, float[] embedding) {
    rows.add(embedding);
    people.add(person);
    photographs.add(photograph);
  }

  int size() {
    return rows.size();
  }

  float[] row(int i) {
    return rows.get(i);
  }

  int person(int i) {
    return people.get(i);
  }

  int photograph(int i) {
    return photographs.get(i);
  }

  /** How many there are of each person. */
  int[] counts(int peopleInAll) {
    int[] counts = new int[peopleInAll];
    people.forEach(person -> counts[person]++);
    return counts;
  }

  /** Sees the scores of a row with consecutive others. */
  interface Scores {
    /**
     * Called for a run of scores.
     *
     * @param row a row of this
     * @param from the first of the others
     * @param count how many others
     * @param products the score with each; used again
     */
    void at(int row, int from, int count, float[] products);
  }

  /**
   * Compares all rows with all others.
   *
   * @param factors what this's numbers are multiplied by, or an empty array
   * @param below whether only others before a row count, as where both sides are the same
   */
  void compare(LabelledFaces others, float[] factors, boolean below, Scores sink) {
    int length = rows.isEmpty() ? 0 : rows.get(0).length;
    float[] block = new float[length * BLOCK];
    float[] products = new float[BLOCK];
    float[] weighed = new float[length];
    for (int from = 0; from < others.size(); from += BLOCK) {
      int width = Math.min(BLOCK, others.size() - from);
      for (int b = 0; b < width; b++) {
        float[] row = others.row(from + b);
        for (int c = 0; c < length; c++) {
          block[(c * BLOCK) + b] = row[c];
        }
      }
      for (int a = below ? from + 1 : 0; a < size(); a++) {
        System.arraycopy(row(a), 0, weighed, 0, length);
        for (int c = 0; c < factors.length; c++) {
          weighed[c] *= factors[c];
        }
        multiply(weighed, block, products);
        sink.at(a, from, below ? Math.min(width, a - from) : width, products);
      }
    }
  }

  /** The products of one row with a block of transposed rows, in loops that vectorize. */
  private static void multiply(float[] row, float[] block, float[] products) {
    Arrays.fill(products, 0);
    for (int c = 0; c < row.length; c++) {
      float v = row[c];
      int at = c * BLOCK;
      for (int b = 0; b < BLOCK; b++) {
        products[b] += v * block[at + b];
      }
    }
  }
}
