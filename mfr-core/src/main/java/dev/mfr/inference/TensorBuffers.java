package dev.mfr.inference;

import java.nio.FloatBuffer;

/**
 * The inputs and outputs of one run, as direct float buffers that the network reads and writes
 * without a copy.
 *
 * <p>Valid only inside the callback that receives it; use by one thread. Items of the batch lie one
 * behind the other.
 */
public interface TensorBuffers {

  /** {@return how many items the batch has} */
  int batch();

  /**
   * {@return an input; batch × elements floats, whatever an earlier run left in it}
   *
   * @param name its name in the graph
   * @throws IllegalArgumentException when the network has no such input
   */
  FloatBuffer input(String name);

  /**
   * {@return an output; batch × elements floats, valid after the run}
   *
   * @param name its name in the graph
   * @throws IllegalArgumentException when the network has no such output
   */
  FloatBuffer output(String name);
}
