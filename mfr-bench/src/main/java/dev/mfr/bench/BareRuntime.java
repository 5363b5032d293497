package dev.mfr.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.mfr.inference.ModelBundle;
import dev.mfr.landmarks.mesh.MeshModels;
import dev.mfr.onnx.OnnxModels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The limit: ONNX Runtime on the graphs of one recognition, a detector, a mesh and a ResNet-50,
 * with ready input tensors and pinned outputs; no picture, no decoding of outputs. Session options
 * are the library's own.
 */
final class BareRuntime implements AutoCloseable {
  private final List<Bare> networks = new ArrayList<>();

  BareRuntime(int threads) throws OrtException {
    for (ModelBundle bundle :
        List.of(MeshModels.blazeFace(), MeshModels.faceMesh(), OnnxModels.resNet50())) {
      networks.add(new Bare(bundle, threads));
    }
  }

  /** Runs the three networks once, one after another. */
  float run() throws OrtException {
    float sum = 0;
    for (Bare network : networks) {
      sum += network.run();
    }
    return sum;
  }

  @Override
  public void close() throws OrtException {
    for (Bare network : networks) {
      network.close();
    }
  }

  private static final class Bare implements AutoCloseable {
    private final SessionOptions options = new SessionOptions();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final FloatBuffer first;

    Bare(ModelBundle bundle, int threads) throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      session = environment.createSession(bundle.bytes(), options);
      Random random = new Random(1);
      for (var input : session.getInputInfo().entrySet()) {
        long[] shape = shape((TensorInfo) input.getValue().getInfo());
        FloatBuffer values = buffer(shape);
        for (int i = 0; i < values.limit(); i++) {
          values.put(i, random.nextFloat());
        }
        inputs.put(input.getKey(), OnnxTensor.createTensor(environment, values, shape));
      }
      FloatBuffer out = null;
      for (var output : session.getOutputInfo().entrySet()) {
        long[] shape = shape((TensorInfo) output.getValue().getInfo());
        FloatBuffer values = buffer(shape);
        out = out == null ? values : out;
        outputs.put(output.getKey(), OnnxTensor.createTensor(environment, values, shape));
      }
      if (out == null) {
        throw new IllegalStateException(bundle + " has no output");
      }
      first = out;
    }

    private static long[] shape(TensorInfo info) {
      long[] shape = info.getShape().clone();
      shape[0] = 1;
      return shape;
    }

    private static FloatBuffer buffer(long[] shape) {
      long n = 1;
      for (long size : shape) {
        n *= size;
      }
      return ByteBuffer.allocateDirect(Math.toIntExact(4 * n))
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }

    float run() throws OrtException {
      try (OrtSession.Result result = session.run(inputs, Set.of(), outputs)) {
        return result.size() + first.get(0);
      }
    }

    @Override
    public void close() throws OrtException {
      for (OnnxTensor tensor : outputs.values()) {
        tensor.close();
      }
      for (OnnxTensor tensor : inputs.values()) {
        tensor.close();
      }
      session.close();
      options.close();
    }
  }
}
