package dev.mfr.onnx;

import static java.util.Objects.requireNonNull;

import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.inference.ModelBundle;
import java.util.List;

/**
 * Opens networks with ONNX Runtime.
 *
 * <p>A network's first dimension must be the batch: of any size, or of size 1 (then the items of a
 * batch run one after another). All other sizes must be fixed, all inputs and outputs float32.
 *
 * <p>Immutable and thread-safe; holds nothing that needs closing. ONNX Runtime's native library is
 * loaded when it is first needed, and its telemetry is switched off.
 */
public final class OnnxRuntime implements InferenceRuntime {
  private final OnnxOptions options;

  /**
   * The runtime with {@link OnnxOptions#ofClassPath()}, as {@link java.util.ServiceLoader} makes
   * it.
   */
  public OnnxRuntime() {
    this(OnnxOptions.ofClassPath());
  }

  private OnnxRuntime(OnnxOptions options) {
    this.options = requireNonNull(options);
  }

  /**
   * {@return the runtime with {@link OnnxOptions#DEFAULTS}: one thread a call, no spinning, the
   * processor}
   */
  public static OnnxRuntime create() {
    return new OnnxRuntime(OnnxOptions.DEFAULTS);
  }

  /**
   * {@return a runtime}
   *
   * @param options threads and places, for every network that it opens
   */
  public static OnnxRuntime create(OnnxOptions options) {
    return new OnnxRuntime(options);
  }

  /**
   * {@return whether each kind of execution provider works here, and why not}
   *
   * <p>Loads the libraries of those that the native library has, which may take seconds.
   *
   * @throws InferenceException when ONNX Runtime cannot be loaded
   */
  public static List<ProviderStatus> providers() {
    load();
    return Provisioning.KINDS.stream().map(Provisioning::probe).toList();
  }

  /**
   * {@return the version of the native library, such as {@code "1.28.0"}}
   *
   * @throws InferenceException when it cannot be loaded
   */
  public static String version() {
    load();
    return NativeRuntime.version();
  }

  /** {@return the options} */
  public OnnxOptions options() {
    return options;
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.mfr.inference.ModelException when the bytes are no ONNX graph, are cut, need a
   *     newer ONNX Runtime, or have other shapes or types than the class comment says
   * @throws InferenceException when ONNX Runtime cannot be loaded or a required provider does not
   *     work
   */
  @Override
  public InferenceModel open(ModelBundle bundle) {
    load();
    return OnnxModel.open(bundle, options);
  }

  private static void load() {
    try {
      NativeRuntime.environment();
    } catch (NoClassDefFoundError e) {
      throw new InferenceException(LoadFailure.explain(e), e);
    }
  }

  /** {@return the options} */
  @Override
  public String toString() {
    return "OnnxRuntime[" + options + "]";
  }
}
