package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Compares a probe with every vector.
 *
 * <p>Readers take no lock; of the writing methods one may run at a time, which the caller sees to.
 * Vectors are added up in single precision in the order of their numbers, so that a score is the
 * same wherever its vector lies. Of equal scores the lower slot comes first.
 *
 * <p>A removed vector's numbers are overwritten before {@link #remove} returns. When removals have
 * emptied blocks, their neighbours are joined by copying; what was copied is left to the garbage
 * collector, like everything that it moves itself.
 */
final class ExactIndex implements TemplateIndex {
  private final int dimensions;

  /** Replaced, never written; no block is empty but the only one. */
  private volatile VectorBlock[] blocks;

  /** The writer's count; readers see {@link #size}. */
  private int count;

  private volatile int size;
  private int last = -1;

  /**
   * An empty index.
   *
   * @param dimensions how many numbers a vector has, at least 1
   */
  ExactIndex(int dimensions) {
    checkArgument(dimensions >= 1, "a vector has 1 number or more, got %s", dimensions);
    this.dimensions = dimensions;
    blocks = new VectorBlock[] {new VectorBlock(dimensions, VectorBlock.LEAST)};
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void add(int slot, float[] vector) {
    checkLength(vector);
    checkArgument(slot > last, "slots ascend: %s cannot follow %s", slot, last);
    VectorBlock[] now = blocks;
    VectorBlock block = now[now.length - 1];
    if (!block.isFull()) {
      block.add(slot, vector);
    } else {
      // As large as all blocks so far, so that small galleries stay small.
      int capacity = Integer.highestOneBit(Math.max(size, VectorBlock.LEAST));
      VectorBlock next = new VectorBlock(dimensions, Math.min(capacity, VectorBlock.MOST));
      next.add(slot, vector);
      VectorBlock[] longer = Arrays.copyOf(now, now.length + 1);
      longer[now.length] = next;
      blocks = longer;
    }
    last = slot;
    size = ++count;
  }

  @Override
  public void remove(int slot) {
    VectorBlock[] now = blocks;
    int index = blockOf(now, slot);
    VectorBlock block = now[index];
    int place = block.find(slot);
    checkArgument(place >= 0 && block.alive(place), "slot %s is not in use", slot);
    block.remove(place);
    size = --count;
    tidy(now, index);
  }

  /** Drops a block that is empty; joins one that has become sparse with a neighbour. */
  private void tidy(VectorBlock[] now, int index) {
    if (now[index].live() == 0) {
      blocks =
          now.length > 1
              ? without(now, index)
              : new VectorBlock[] {new VectorBlock(dimensions, VectorBlock.LEAST)};
    } else if (index + 1 < now.length && fitTogether(now[index], now[index + 1])) {
      join(now, index);
    } else if (index > 0 && fitTogether(now[index - 1], now[index])) {
      join(now, index - 1);
    }
  }

  /** Leaves a quarter free, so that the next few changes do not ask for another copy. */
  private static boolean fitTogether(VectorBlock a, VectorBlock b) {
    return a.live() + b.live() <= Math.max(a.capacity(), b.capacity()) / 4 * 3;
  }

  private void join(VectorBlock[] now, int index) {
    VectorBlock a = now[index];
    VectorBlock b = now[index + 1];
    VectorBlock joined = new VectorBlock(dimensions, Math.max(a.capacity(), b.capacity()));
    joined.addAll(a);
    joined.addAll(b);
    VectorBlock[] fewer = without(now, index + 1);
    fewer[index] = joined;
    blocks = fewer;
  }

  private static VectorBlock[] without(VectorBlock[] now, int index) {
    VectorBlock[] fewer = new VectorBlock[now.length - 1];
    System.arraycopy(now, 0, fewer, 0, index);
    System.arraycopy(now, index + 1, fewer, index, fewer.length - index);
    return fewer;
  }

  @Override
  public boolean copyInto(int slot, float[] target) {
    VectorBlock[] now = blocks;
    VectorBlock block = now[blockOf(now, slot)];
    int place = block.find(slot);
    if (place < 0) {
      return false;
    }
    block.copyInto(place, target);
    return block.alive(place);
  }

  /** {@return whether a slot is in use} */
  boolean contains(int slot) {
    VectorBlock[] now = blocks;
    VectorBlock block = now[blockOf(now, slot)];
    int place = block.find(slot);
    return place >= 0 && block.alive(place);
  }

  /** {@return the dot product of a probe and a vector, or NaN when the slot is not in use} */
  float score(int slot, float[] probe) {
    VectorBlock[] now = blocks;
    VectorBlock block = now[blockOf(now, slot)];
    int place = block.find(slot);
    if (place < 0) {
      return Float.NaN;
    }
    float score = block.dot(probe, place);
    return block.alive(place) ? score : Float.NaN;
  }

  /** {@return the slots in use from a number on, ascending} */
  int[] slotsFrom(int first) {
    IntStream.Builder slots = IntStream.builder();
    for (VectorBlock block : blocks) {
      int n = block.size();
      for (int place = 0; place < n; place++) {
        if (block.slot(place) >= first && block.alive(place)) {
          slots.add(block.slot(place));
        }
      }
    }
    return slots.build().toArray();
  }

  /** {@return for how many vectors there is memory now} */
  int room() {
    return Arrays.stream(blocks).mapToInt(VectorBlock::capacity).sum();
  }

  /** {@return the last block that begins at or before a slot, or the first} */
  private static int blockOf(VectorBlock[] now, int slot) {
    int low = 0;
    int high = now.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (now[middle].slot(0) <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  @Override
  public void search(float[] probe, IntPredicate accepted, int count, Hits hits) {
    checkLength(probe);
    checkArgument(count >= 1, "a search finds 1 or more, got %s", count);
    hits.reset(Math.min(count, size));
    searchFrom(0, probe, accepted, count, hits);
    hits.sort();
  }

  /**
   * Adds to what a search has found so far what is among the slots from a number on.
   *
   * @param hits has been reset; a heap as {@link Hits#offer} makes it
   */
  void searchFrom(int first, float[] probe, IntPredicate accepted, int count, Hits hits) {
    VectorBlock[] now = blocks;
    float[] sums = hits.sums(VectorBlock.MOST);
    for (int b = first == 0 ? 0 : blockOf(now, first); b < now.length; b++) {
      VectorBlock block = now[b];
      int n = block.size();
      block.dots(probe, n, sums);
      for (int place = 0; place < n; place++) {
        if (hits.beats(sums[place], count) && block.alive(place)) {
          int slot = block.slot(place);
          if (slot >= first && accepted.test(slot)) {
            hits.offer(slot, sums[place], count);
          }
        }
      }
    }
  }

  private void checkLength(float[] vector) {
    checkArgument(
        vector.length == dimensions,
        "the index holds vectors of %s numbers, got one of %s",
        dimensions,
        vector.length);
  }

  @Override
  public void close() {}
}
