package dev.mfr.head;

/** The pictures of one step. */
final class Batch {
  /** Standardised; the first {@code rows} count. */
  final float[][] inputs;

  final int[] truth;

  /** Written by the step: each picture's loss before it. */
  final double[] losses;

  /** Written by the step: whether each picture's first candidate was right before it. */
  final boolean[] right;

  int rows;

  Batch(int capacity) {
    inputs = new float[capacity][];
    truth = new int[capacity];
    losses = new double[capacity];
    right = new boolean[capacity];
  }

  int capacity() {
    return inputs.length;
  }
}
