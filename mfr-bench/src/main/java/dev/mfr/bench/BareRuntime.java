package dev.mfr.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.mfr.inference.ModelBundle;
import dev.mfr.landmarks.mesh.MeshModels;
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
final class BareRuntime implements Contender {
  private final List<Graph> graphs;
  private final List<ReadyTensors> tensors = new ArrayList<>();

  BareRuntime(Precision precision, int threads) throws OrtException {
    this(bundles(precision), threads);
  }

  /** The limit of any graphs. */
  BareRuntime(List<ModelBundle> bundles, int threads) throws OrtException {
    graphs = open(bundles, threads);
    for (Graph graph : graphs) {
      tensors.add(new ReadyTensors(graph.session()));
    }
  }

  /** The graphs of the paper's pipeline in their order: detector, mesh, ResNet-50. */
  static List<ModelBundle> bundles(Precision precision) {
    return List.of(MeshModels.blazeFace(), MeshModels.faceMesh(), precision.resNet50());
  }

  /** Sessions of {@link #bundles} with the library's own options; the caller closes them. */
  static List<Graph> graphs(Precision precision, int threads) throws OrtException {
    return open(bundles(precision), threads);
  }

  private static List<Graph> open(List<ModelBundle> bundles, int threads) throws OrtException {
    List<Graph> graphs = new ArrayList<>();
    for (ModelBundle bundle : bundles) {
      graphs.add(Graph.open(bundle, threads));
    }
    return graphs;
  }

  @Override
  public String name() {
    return "bare ONNX Runtime";
  }

  /** Runs the networks once, one after another. */
  @Override
  public Float run() throws OrtException {
    float sum = 0;
    for (int i = 0; i < graphs.size(); i++) {
      sum += tensors.get(i).run(graphs.get(i).session());
    }
    return sum;
  }

  @Override
  public void close() throws OrtException {
    tensors.forEach(ReadyTensors::close);
    for (Graph graph : graphs) {
      graph.close();
    }
  }

  /** A session and its options. */
  record Graph(OrtSession session, SessionOptions options) implements AutoCloseable {

    static Graph open(ModelBundle bundle, int threads) throws OrtException {
      SessionOptions options = new SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      return new Graph(
          OrtEnvironment.getEnvironment().createSession(bundle.bytes(), options), options);
    }

    @Override
    public void close() throws OrtException {
      session.close();
      options.close();
    }
  }

  /** Inputs of seeded noise and outputs of one item, in direct buffers. */
  private static final class ReadyTensors implements AutoCloseable {
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final FloatBuffer first;

    ReadyTensors(OrtSession session) throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
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
        throw new IllegalStateException(session + " has no output");
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

    float run(OrtSession session) throws OrtException {
      try (OrtSession.Result result = session.run(inputs, Set.of(), outputs)) {
        return result.size() + first.get(0);
      }
    }

    @Override
    public void close() {
      outputs.values().forEach(OnnxTensor::close);
      inputs.values().forEach(OnnxTensor::close);
    }
  }
}
