package dev.mfr.gallery;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Finds the templates that are most alike to a probe, among vectors known by numbers.
 *
 * <p>Any number of threads may search while one adds or removes; a search sees what was there when
 * it began, and perhaps what came meanwhile. Numbers are never used twice, so that no answer mixes
 * two templates; the memory of removed vectors is given back or used again.
 */
interface TemplateIndex extends AutoCloseable {

  /** {@return how many vectors there are} */
  int size();

  /**
   * Adds a vector; searches that begin after this returns see it.
   *
   * @param slot its number, 0 or more, greater than every number before
   * @param vector as long as all others; copied
   */
  void add(int slot, float[] vector);

  /**
   * Forgets a vector and overwrites its numbers; searches that begin after this returns do not find
   * it.
   *
   * @param slot a slot in use
   * @throws IllegalArgumentException when it is not in use
   */
  void remove(int slot);

  /**
   * Copies a vector out.
   *
   * @param slot a slot, in use or not
   * @param target receives the numbers from index 0 on
   * @return whether it was in use; otherwise what is in the target then is nobody's
   */
  boolean copyInto(int slot, float[] target);

  /**
   * Finds the vectors with the greatest dot products with a probe.
   *
   * @param probe as long as the vectors, of any Euclidean length greater than 0; not modified
   * @param accepted which slots may be found; asked only of those that are near enough
   * @param count how many to find at most, at least 1
   * @param hits receives slots and dot products, greatest first
   */
  void search(float[] probe, IntPredicate accepted, int count, Hits hits);

  /** {@return whether a search may miss a near vector} */
  default boolean isApproximate() {
    return false;
  }

  @Override
  void close();

  /** The answer of a search, in memory that is used again. Not thread-safe. */
  final class Hits {
    int[] slots = new int[0];
    float[] scores = new float[0];
    int size;
    private float[] sums = new float[0];

    /** Makes room and forgets. */
    void reset(int capacity) {
      if (slots.length < capacity) {
        slots = new int[capacity];
        scores = new float[capacity];
      }
      size = 0;
    }

    /** {@return memory for the scores of some vectors} */
    float[] sums(int length) {
      if (sums.length < length) {
        sums = new float[length];
      }
      return sums;
    }

    // While a search runs, the hits are a heap whose first is the worst.

    /** {@return whether a score is worth offering when {@code count} are wanted} */
    boolean beats(float score, int count) {
      return size < count || score > scores[0];
    }

    /** Takes a hit up in place of the worst, or as a further one while there are too few. */
    void offer(int slot, float score, int count) {
      if (size < count) {
        if (size == slots.length) {
          int longer = Math.max(8, Math.min(count, size * 2));
          slots = Arrays.copyOf(slots, longer);
          scores = Arrays.copyOf(scores, longer);
        }
        size++;
        rise(size - 1, slot, score);
      } else if (worse(scores[0], slots[0], score, slot)) {
        sink(size, slot, score);
      }
    }

    /** Turns the heap into the answer: greatest first, of equal scores the lower slot first. */
    void sort() {
      for (int n = size - 1; n > 0; n--) {
        int slot = slots[n];
        float score = scores[n];
        slots[n] = slots[0];
        scores[n] = scores[0];
        sink(n, slot, score);
      }
    }

    private void rise(int hole, int slot, float score) {
      int at = hole;
      while (at > 0) {
        int parent = (at - 1) >>> 1;
        if (!worse(score, slot, scores[parent], slots[parent])) {
          break;
        }
        slots[at] = slots[parent];
        scores[at] = scores[parent];
        at = parent;
      }
      slots[at] = slot;
      scores[at] = score;
    }

    /** Puts a hit in place of the first of {@code n}. */
    private void sink(int n, int slot, float score) {
      int at = 0;
      for (int child = 1; child < n; child = (2 * at) + 1) {
        if (child + 1 < n
            && worse(scores[child + 1], slots[child + 1], scores[child], slots[child])) {
          child++;
        }
        if (!worse(scores[child], slots[child], score, slot)) {
          break;
        }
        slots[at] = slots[child];
        scores[at] = scores[child];
        at = child;
      }
      slots[at] = slot;
      scores[at] = score;
    }

    private static boolean worse(float score, int slot, float thanScore, int thanSlot) {
      return score < thanScore || (score == thanScore && slot > thanSlot);
    }
  }
}
