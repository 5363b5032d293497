package dev.mfr.gallery;

import java.util.function.IntPredicate;

/**
 * Finds the templates that are most alike to a probe, among vectors known by numbers.
 *
 * <p>Any number of threads may search while one adds or removes; a search sees what was there when
 * it began, and perhaps what came meanwhile. Numbers are never used twice, so that no answer mixes
 * two templates; the memory of removed vectors is given back or used again.
 */
interface TemplateIndex extends AutoCloseable {

  /**
   * Adds a vector; searches that begin after this returns see it.
   *
   * @param slot its number, 0 or more, greater than every number before
   * @param vector copied
   */
  void add(int slot, float[] vector);

  /**
   * Forgets a vector and overwrites its numbers.
   *
   * @param slot a slot in use
   */
  void remove(int slot);

  /**
   * Copies a vector out.
   *
   * @param slot a slot in use
   * @param target receives the numbers from index 0 on
   */
  void copyInto(int slot, float[] target);

  /**
   * Finds the vectors with the greatest dot products with a probe.
   *
   * @param probe of any length greater than 0; not modified
   * @param accepted which slots may be found; asked only of those that are near enough
   * @param count how many to find at most, at least 1
   * @param hits receives slots and dot products, greatest first
   */
  void search(float[] probe, IntPredicate accepted, int count, Hits hits);

  @Override
  void close();

  /** The answer of a search, in memory that is used again. Not thread-safe. */
  final class Hits {
    int[] slots = new int[0];
    float[] scores = new float[0];
    int size;

    /** Makes room and forgets. */
    void reset(int capacity) {
      if (slots.length < capacity) {
        slots = new int[capacity];
        scores = new float[capacity];
      }
      size = 0;
    }
  }
}
