package dev.mfr.inference;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * A float input or output of a network.
 *
 * @param name its name in the graph
 * @param shape its sizes without the batch dimension, all positive: {@code [3, 100, 100]} for
 *     100×100 RGB pictures
 */
public record TensorSpec(String name, List<Integer> shape) {

  public TensorSpec {
    shape = List.copyOf(shape);
    for (int size : shape) {
      checkArgument(size > 0, "the sizes of tensor %s must be positive, got %s", name, shape);
    }
  }

  /** {@return how many floats one item of the batch has} */
  public int elements() {
    int n = 1;
    for (int size : shape) {
      n = Math.multiplyExact(n, size);
    }
    return n;
  }
}
