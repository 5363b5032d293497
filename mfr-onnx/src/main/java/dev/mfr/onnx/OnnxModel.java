package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelException;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.inference.TensorSpec;
import dev.mfr.internal.UseCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** A session with its options, and the workspaces of its callers. */
final class OnnxModel implements InferenceModel {
  /*
   * Ownership: this object owns options, session and idle workspaces; a running call owns its workspace. ONNX Runtime
   * wants options to outlive the session and tensors not to be freed under a run, and its own close fails when called
   * twice: UseCount sees to it that release() runs once, after the last call, and release() closes in the reverse order
   * of making.
   */
  private static final String EXTERNAL_WEIGHTS =
      "session.optimized_model_external_initializers_file_name";

  private final String name;
  private final String device;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final boolean batched;
  private final SessionOptions options;
  private final OrtSession session;
  private final WorkspacePool idle = new WorkspacePool();
  private final UseCount users;
  private final LeakReport leakReport;

  private OnnxModel(String name, String device, SessionOptions options, OrtSession session)
      throws OrtException {
    this.name = name;
    this.device = device;
    this.options = options;
    this.session = session;
    Map<String, NodeInfo> in = session.getInputInfo();
    Map<String, NodeInfo> out = session.getOutputInfo();
    this.inputs = specs("input", session.getInputNames(), in);
    this.outputs = specs("output", session.getOutputNames(), out);
    // Many exported graphs take any batch and declare [1, 512] at the output: one by one is right
    // for these too.
    this.batched = takesAnyBatch(in) && takesAnyBatch(out);
    this.users = new UseCount("model " + name, this::release);
    this.leakReport = LeakReport.watch(this, name);
  }

  static OnnxModel open(ModelBundle bundle, OnnxOptions wanted) {
    OrtEnvironment environment = NativeRuntime.environment();
    List<String> reasons = new ArrayList<>();
    for (ExecutionProvider provider : wanted.providers()) {
      String reason = Provisioning.absence(provider);
      if (reason.isEmpty()) {
        try {
          return open(environment, bundle, wanted, provider, reasons);
        } catch (OrtException e) {
          reason = Provisioning.failure(provider, e);
        }
      }
      reasons.add(provider.description() + ": " + reason);
    }
    if (!wanted.cpuFallback()) {
      throw new InferenceException(
          "model "
              + bundle.manifest().name()
              + " was not opened, because a required provider does not work: "
              + String.join("; ", reasons),
          null);
    }
    try {
      return open(environment, bundle, wanted, ExecutionProvider.cpu(), reasons);
    } catch (OrtException e) {
      throw new ModelException(
          bundle.manifest().name(),
          "ONNX Runtime "
              + environment.getVersion()
              + " refuses it ("
              + Provisioning.brief(e)
              + ")",
          e);
    }
  }

  /** Tries one provider; what is wrong with the model itself is a ModelException at once. */
  private static OnnxModel open(
      OrtEnvironment environment,
      ModelBundle bundle,
      OnnxOptions wanted,
      ExecutionProvider provider,
      List<String> reasons)
      throws OrtException {
    String device =
        reasons.isEmpty()
            ? provider.description()
            : provider.description() + " (" + String.join("; ", reasons) + ")";
    Path folder = wanted.optimizedModels();
    Opening opening = new Opening(environment, bundle, device, wanted, provider);
    try {
      return folder != null && provider instanceof ExecutionProvider.Cpu
          ? opening.through(new OptimizedGraphs(folder))
          : opening.plain();
    } catch (OrtException e) {
      rejectModel(bundle.manifest().name(), e, environment.getVersion());
      throw e;
    }
  }

  /** The ways to open one model in one place. */
  private record Opening(
      OrtEnvironment environment,
      ModelBundle bundle,
      String device,
      OnnxOptions wanted,
      ExecutionProvider provider) {

    OnnxModel plain() throws OrtException {
      return connect(options -> environment.createSession(bundle.bytes(), options));
    }

    /** {@return the model by its optimised graph, which is made and kept if need be} */
    OnnxModel through(OptimizedGraphs graphs) throws OrtException {
      String entry = OptimizedGraphs.entry(bundle.manifest(), provider, environment.getVersion());
      Path graph = graphs.find(entry);
      if (graph != null) {
        try {
          return optimized(graph);
        } catch (OrtException e) {
          graphs.discard(entry, Provisioning.brief(e));
        }
      }
      byte[] bytes = bundle.bytes();
      OptimizedGraphs.Draft draft = graphs.draft(entry);
      if (draft == null) {
        return plain();
      }
      OnnxModel model = null;
      try {
        model =
            connect(
                options -> {
                  options.setOptimizedModelFilePath(draft.graph().toString());
                  options.addConfigEntry(EXTERNAL_WEIGHTS, OptimizedGraphs.WEIGHTS);
                  return environment.createSession(bytes, options);
                });
        // What the disk had no room for is found out here and not by the next process.
        optimized(draft.graph()).close();
        draft.keep();
        return model;
      } catch (OrtException e) {
        draft.remove();
        OnnxModel unkept = model == null ? plain() : model;
        graphs.tellUnwritable(Provisioning.brief(e));
        return unkept;
      } catch (RuntimeException | Error e) {
        draft.remove();
        if (model != null) {
          model.close();
        }
        throw e;
      }
    }

    private OnnxModel optimized(Path graph) throws OrtException {
      return connect(
          options -> {
            options.setOptimizationLevel(OptLevel.NO_OPT);
            return environment.createSession(graph.toString(), options);
          });
    }

    /** The shapes of the inputs, if the provider must know them beforehand. */
    private Map<String, long[]> inputs() throws OrtException {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      if (Provisioning.needsInputs(provider)) {
        try (SessionOptions options = new SessionOptions()) {
          options.setOptimizationLevel(OptLevel.NO_OPT);
          try (OrtSession session = environment.createSession(bundle.bytes(), options)) {
            session
                .getInputInfo()
                .forEach(
                    (name, node) -> {
                      if (node.getInfo() instanceof TensorInfo info && info.getShape().length > 0) {
                        shapes.put(name, info.getShape());
                      }
                    });
          }
        }
      }
      return shapes;
    }

    private OnnxModel connect(SessionMaker maker) throws OrtException {
      SessionOptions options = new SessionOptions();
      OrtSession session = null;
      try {
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        options.setOptimizationLevel(OptLevel.ALL_OPT);
        options.setIntraOpNumThreads(wanted.intraOpThreads());
        options.setInterOpNumThreads(1);
        String spinning = wanted.spinning() ? "1" : "0";
        options.addConfigEntry("session.intra_op.allow_spinning", spinning);
        options.addConfigEntry("session.inter_op.allow_spinning", spinning);
        if (!EightBitSums.areExact()) {
          options.addConfigEntry("session.x64quantprecision", "1");
        }
        Provisioning.add(provider, options, inputs());
        session = maker.make(options);
        return new OnnxModel(bundle.manifest().name(), device, options, session);
      } catch (OrtException | RuntimeException | Error e) {
        try {
          if (session != null) {
            session.close();
          }
        } catch (OrtException closing) {
          e.addSuppressed(closing);
        }
        options.close();
        throw e;
      }
    }
  }

  private interface SessionMaker {
    OrtSession make(SessionOptions options) throws OrtException;
  }

  /** Throws when the failure is the model's fault, whatever the provider. */
  private static void rejectModel(String name, OrtException e, String version) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    String detail;
    if (text.contains("ir version") || (text.contains("opset") && text.contains("support"))) {
      detail =
          "it is made for a newer ONNX Runtime; this is "
              + version
              + ": use a newer one, or export the model for an older opset";
    } else if (text.contains("no op registered") || text.contains("not a registered function")) {
      detail = "it uses an operator that ONNX Runtime " + version + " does not have";
    } else {
      switch (e.getCode()) {
        case ORT_INVALID_PROTOBUF, ORT_NO_MODEL ->
            detail = "it is no ONNX graph or is cut; fetch it again";
        case ORT_INVALID_GRAPH -> detail = "its graph is damaged or inconsistent";
        default -> {
          if (!text.contains("does not have a graph") && !text.contains("protobuf")) {
            return;
          }
          detail = "it is no ONNX graph or is cut; fetch it again";
        }
      }
    }
    throw new ModelException(name, detail + " (" + Provisioning.brief(e) + ")", e);
  }

  private List<TensorSpec> specs(String kind, Iterable<String> names, Map<String, NodeInfo> nodes) {
    List<TensorSpec> specs = new ArrayList<>();
    for (String tensor : names) {
      NodeInfo node = nodes.get(tensor);
      if (node == null
          || !(node.getInfo() instanceof TensorInfo info)
          || info.type != OnnxJavaType.FLOAT) {
        String type =
            node != null && node.getInfo() instanceof TensorInfo info
                ? String.valueOf(info.type)
                : "no tensor";
        throw new ModelException(
            name,
            "its "
                + kind
                + " \""
                + tensor
                + "\" is of type "
                + type
                + "; only float32 tensors are supported",
            null);
      }
      long[] shape = info.getShape();
      boolean fits = shape.length >= 1 && (shape[0] == -1 || shape[0] == 1);
      List<Integer> item = new ArrayList<>();
      for (int i = 1; i < shape.length; i++) {
        fits &= shape[i] > 0 && shape[i] <= Integer.MAX_VALUE;
        item.add((int) shape[i]);
      }
      if (!fits) {
        throw new ModelException(
            name,
            "its "
                + kind
                + " \""
                + tensor
                + "\" has the shape "
                + java.util.Arrays.toString(shape)
                + " (−1 means any size); the first size must be the batch, −1 or 1, and all others"
                + " must be fixed: export the model so",
            null);
      }
      specs.add(new TensorSpec(tensor, item));
    }
    return List.copyOf(specs);
  }

  private static boolean takesAnyBatch(Map<String, NodeInfo> nodes) {
    return nodes.values().stream()
        .allMatch(node -> node.getInfo() instanceof TensorInfo info && info.getShape()[0] == -1);
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public <T> T run(int batch, Consumer<TensorBuffers> fill, Function<TensorBuffers, T> read) {
    checkArgument(batch >= 1, "a batch has 1 item or more, got %s", batch);
    users.enter();
    try {
      Workspace workspace = idle.take(batch);
      try {
        if (workspace == null) {
          workspace = new Workspace(NativeRuntime.environment(), batch, batched, inputs, outputs);
        }
        fill.accept(workspace);
        workspace.run(session);
        return read.apply(workspace);
      } catch (OrtException e) {
        throw new InferenceException(
            "running model "
                + name
                + " on "
                + device
                + " with a batch of "
                + batch
                + " failed ("
                + Provisioning.brief(e)
                + ")",
            e);
      } finally {
        if (workspace != null) {
          idle.give(workspace);
        }
      }
    } finally {
      users.exit();
    }
  }

  @Override
  public void close() {
    leakReport.closed();
    users.close();
  }

  private void release() {
    idle.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new InferenceException(
          "closing model " + name + " failed (" + Provisioning.brief(e) + ")", e);
    } finally {
      options.close();
    }
  }

  /** {@return the model's name and where it runs} */
  @Override
  public String toString() {
    return "OnnxModel[" + name + " on " + device + "]";
  }
}
