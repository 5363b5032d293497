package dev.mfr.landmarks.mesh;

import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.inference.TensorSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** A network whose outputs are given beforehand. */
final class FakeModel implements InferenceModel {
  final Map<String, float[]> outputs = new HashMap<>();

  /** The size of each run's batch. */
  final List<Integer> batches = new ArrayList<>();

  float[] lastInput = new float[0];
  private final Runnable onClose;

  FakeModel(Runnable onClose) {
    this.onClose = onClose;
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(new TensorSpec("input", List.of(3, BlazeFace.SIZE, BlazeFace.SIZE)));
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.of();
  }

  @Override
  public String device() {
    return "fake";
  }

  @Override
  public <T> T run(int batch, Consumer<TensorBuffers> fill, Function<TensorBuffers, T> read) {
    batches.add(batch);
    lastInput = new float[batch * inputs().get(0).elements()];
    TensorBuffers buffers =
        new TensorBuffers() {
          @Override
          public int batch() {
            return batch;
          }

          @Override
          public FloatBuffer input(String name) {
            return FloatBuffer.wrap(lastInput);
          }

          @Override
          public FloatBuffer output(String name) {
            return FloatBuffer.wrap(outputs.get(name));
          }
        };
    fill.accept(buffers);
    return read.apply(buffers);
  }

  @Override
  public void close() {
    onClose.run();
  }
}
