package dev.mfr.gallery;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Some vectors with their slots, in the order of the slots.
 *
 * <p>One writer, any number of readers. A place is written once, so that a reader sees either its
 * one vector or, once that is removed, that it is dead: numbers are read first and {@link #alive}
 * is asked afterwards.
 */
/*
 * Dimension-major, an array for the first numbers of all vectors, one for the second numbers, and so on. The inner loop of the dot products
 * then adds to neighbouring sums, which HotSpot turns into SIMD instructions. It does not do so for a sum over the numbers of one vector, whose
 * order of additions it must keep, nor, up to Java 17 at least, when the numbers lie at an offset in one long array, where it cannot see that
 * they and the sums are apart, nor when more than four arrays are added at once.
 */
final class VectorBlock {
  /** The smallest capacity, for small galleries; below it the vectorised loop hardly pays. */
  static final int LEAST = 64;

  /** The greatest capacity: arrays of 4 KB, long enough for the processor to read ahead. */
  static final int MOST = 1024;

  private final int capacity;
  private final float[][] values;

  /** Ascending; the complement of a slot is one whose vector is removed. */
  private final int[] slots;

  private int live;
  private volatile int size;

  VectorBlock(int dimensions, int capacity) {
    this.capacity = capacity;
    values = new float[dimensions][capacity];
    slots = new int[capacity];
  }

  int capacity() {
    return capacity;
  }

  /** {@return how many places are taken, those of removed vectors among them} */
  int size() {
    return size;
  }

  /** {@return how many vectors there are; for the writer} */
  int live() {
    return live;
  }

  boolean isFull() {
    return size == capacity;
  }

  /** {@return the slot of the vector at a place, also of a removed one} */
  int slot(int place) {
    int slot = slots[place];
    return slot < 0 ? ~slot : slot;
  }

  /** {@return whether the numbers read from a place before this call were a vector's} */
  boolean alive(int place) {
    VarHandle.acquireFence();
    return slots[place] >= 0;
  }

  /** {@return the place of a slot, or a negative number; also of a removed one} */
  int find(int slot) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int there = slot(middle);
      if (there == slot) {
        return middle;
      }
      if (there < slot) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ~low;
  }

  /** Adds a vector; the block is not full. */
  void add(int slot, float[] vector) {
    int place = size;
    for (int d = 0; d < values.length; d++) {
      values[d][place] = vector[d];
    }
    slots[place] = slot;
    live++;
    size = place + 1;
  }

  /** Adds all vectors of another block, for which there is room. */
  void addAll(VectorBlock other) {
    int to = size;
    for (int from = 0; from < other.size; from++) {
      if (other.slots[from] >= 0) {
        for (int d = 0; d < values.length; d++) {
          values[d][to] = other.values[d][from];
        }
        slots[to++] = other.slots[from];
        live++;
      }
    }
    size = to;
  }

  /** Marks a place as dead, then overwrites its numbers. */
  void remove(int place) {
    slots[place] = ~slots[place];
    live--;
    VarHandle.releaseFence();
    for (float[] row : values) {
      row[place] = 0;
    }
  }

  /** Copies out what is at a place; then ask {@link #alive}. */
  void copyInto(int place, float[] target) {
    for (int d = 0; d < values.length; d++) {
      target[d] = values[d][place];
    }
  }

  /** {@return a dot product, added up in the order of the numbers; then ask {@link #alive}} */
  float dot(float[] probe, int place) {
    float sum = 0;
    for (int d = 0; d < values.length; d++) {
      sum += probe[d] * values[d][place];
    }
    return sum;
  }

  /** Writes the dot products with the first {@code n} vectors, as {@link #dot} gives them. */
  void dots(float[] probe, int n, float[] sums) {
    Arrays.fill(sums, 0, n, 0f);
    int d = 0;
    for (; d + 4 <= values.length; d += 4) {
      addFour(
          values[d],
          values[d + 1],
          values[d + 2],
          values[d + 3],
          probe[d],
          probe[d + 1],
          probe[d + 2],
          probe[d + 3],
          sums,
          n);
    }
    for (; d < values.length; d++) {
      addOne(values[d], probe[d], sums, n);
    }
  }

  // Small methods of their own: HotSpot vectorises a loop best when nothing else is compiled with
  // it.

  private static void addFour(
      float[] first,
      float[] second,
      float[] third,
      float[] fourth,
      float p1,
      float p2,
      float p3,
      float p4,
      float[] sums,
      int n) {
    for (int j = 0; j < n; j++) {
      sums[j] =
          (((sums[j] + (p1 * first[j])) + (p2 * second[j])) + (p3 * third[j])) + (p4 * fourth[j]);
    }
  }

  private static void addOne(float[] row, float p, float[] sums, int n) {
    for (int j = 0; j < n; j++) {
      sums[j] += p * row[j];
    }
  }
}
