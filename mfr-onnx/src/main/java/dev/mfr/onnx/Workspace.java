package dev.mfr.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The buffers of one batch size, wrapped in tensors once and used by one call at a time.
 *
 * <p>ONNX Runtime reads and writes the buffers where they are: they are direct, of native order,
 * and referenced from here for as long as the tensors live.
 */
final class Workspace implements TensorBuffers, AutoCloseable {
  private final int batch;
  private final Map<String, FloatBuffer> inputs = new LinkedHashMap<>();
  private final Map<String, FloatBuffer> outputs = new LinkedHashMap<>();
  // A graph of any batch size runs once; a graph of batch size 1 runs once an item, on slices of
  // the same buffers.
  private final List<Map<String, OnnxTensor>> inputTensors = new ArrayList<>();
  private final List<Map<String, OnnxTensor>> outputTensors = new ArrayList<>();

  Workspace(
      OrtEnvironment environment,
      int batch,
      boolean batched,
      List<TensorSpec> in,
      List<TensorSpec> out)
      throws OrtException {
    this.batch = batch;
    int runs = batched ? 1 : batch;
    try {
      allocate(environment, runs, in, inputs, inputTensors);
      allocate(environment, runs, out, outputs, outputTensors);
    } catch (OrtException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void allocate(
      OrtEnvironment environment,
      int runs,
      List<TensorSpec> specs,
      Map<String, FloatBuffer> buffers,
      List<Map<String, OnnxTensor>> tensors)
      throws OrtException {
    for (TensorSpec spec : specs) {
      int bytes = Math.multiplyExact(Math.multiplyExact(batch, spec.elements()), Float.BYTES);
      buffers.put(
          spec.name(),
          ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer());
    }
    int items = batch / runs;
    for (int run = 0; run < runs; run++) {
      Map<String, OnnxTensor> wrapped = new LinkedHashMap<>();
      tensors.add(wrapped);
      for (TensorSpec spec : specs) {
        long[] shape = new long[spec.shape().size() + 1];
        shape[0] = items;
        for (int i = 1; i < shape.length; i++) {
          shape[i] = spec.shape().get(i - 1);
        }
        int length = items * spec.elements();
        FloatBuffer slice = named(buffers, spec.name(), "").slice(run * length, length);
        wrapped.put(spec.name(), OnnxTensor.createTensor(environment, slice, shape));
      }
    }
  }

  void run(OrtSession session) throws OrtException {
    for (int i = 0; i < inputTensors.size(); i++) {
      // The outputs are ours, so closing the result frees only the result.
      session.run(inputTensors.get(i), outputTensors.get(i)).close();
    }
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public FloatBuffer input(String name) {
    return named(inputs, name, "input").clear();
  }

  @Override
  public FloatBuffer output(String name) {
    return named(outputs, name, "output").clear();
  }

  private static FloatBuffer named(Map<String, FloatBuffer> buffers, String name, String kind) {
    FloatBuffer buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException(
          "the network has no " + kind + " \"" + name + "\", it has " + buffers.keySet());
    }
    return buffer;
  }

  @Override
  public void close() {
    outputTensors.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
    inputTensors.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
  }
}
