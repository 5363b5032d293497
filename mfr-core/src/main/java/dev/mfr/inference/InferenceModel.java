package dev.mfr.inference;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A network that is loaded and ready: named float tensors in and out, a batch at a time.
 *
 * <p>Thread-safe: each run has buffers of its own, which are kept and reused. Whoever opened it
 * closes it.
 */
public interface InferenceModel extends AutoCloseable {

  /** {@return the inputs, in the graph's order} */
  List<TensorSpec> inputs();

  /** {@return the outputs, in the graph's order} */
  List<TensorSpec> outputs();

  /** {@return where it runs, such as {@code "CPU"}, and why preferred places were passed over} */
  String device();

  /**
   * {@return what {@code read} makes of the outputs}
   *
   * <p>Fills the inputs, runs the network once, reads the outputs.
   *
   * @param <T> the result's type
   * @param batch how many items, at least 1
   * @param fill writes every input completely
   * @param read reads the outputs; must not keep the buffers
   * @throws InferenceException when the runtime fails
   * @throws IllegalStateException after {@link #close}
   */
  <T> T run(int batch, Consumer<TensorBuffers> fill, Function<TensorBuffers, T> read);

  /**
   * Frees the network: at once, or when the last running call returns. Safe to call twice and from
   * any thread.
   */
  @Override
  void close();
}
