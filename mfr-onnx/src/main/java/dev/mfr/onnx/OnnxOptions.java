package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How networks are run: threads and places.
 *
 * <p>{@link #DEFAULTS}, which is also what {@link #throughput()} gives: one thread a call, no
 * spinning, the processor. {@link #latency()} lets several threads share one call. Nothing runs
 * between calls in either.
 *
 * <p>Graphs are always optimised as far as ONNX Runtime can, and their operators run one after
 * another. Threads that run operators side by side (ONNX Runtime's inter-op threads) are not
 * offered: the bundled networks are chains with short side branches, and each of them was slower
 * with two such threads than without. Immutable.
 *
 * @param intraOpThreads how many threads compute one call of a network, the calling thread
 *     included, at least 1. With 1 no thread is started: calls of many threads run side by side,
 *     which gives a service the most faces a second. More make a single call of a large network
 *     faster and cost throughput; the small networks that find faces and landmarks gain nothing
 * @param spinning whether those threads busy-wait between operators: a little faster, at the price
 *     of processors at 100 % for a moment after each call
 * @param providers the places to try, in order
 * @param cpuFallback whether the processor is used when none of them works; otherwise opening a
 *     network fails
 * @param optimizedModels a folder where optimised graphs are kept, so that the next process opens a
 *     network in a fraction of the time, or null for none; see {@link Builder#optimizedModels}
 */
public record OnnxOptions(
    int intraOpThreads,
    boolean spinning,
    List<ExecutionProvider> providers,
    boolean cpuFallback,
    @Nullable Path optimizedModels) {

  /** One thread a call, no spinning, the processor, no folder of optimised graphs. */
  public static final OnnxOptions DEFAULTS = new OnnxOptions(1, false, List.of(), true, null);

  /** The system property that {@link #ofClassPath()} reads: {@value}. */
  public static final String OPTIMIZED_MODELS_PROPERTY = "mfr.optimizedModels";

  /** More threads than this were never faster on networks of this size. */
  private static final int MOST_LATENCY_THREADS = 4;

  public OnnxOptions {
    checkArgument(intraOpThreads >= 1, "threads must be 1 or more, got %s", intraOpThreads);
    providers = List.copyOf(providers);
    checkArgument(
        cpuFallback || !providers.isEmpty(), "name a provider, or leave the fallback to the CPU");
  }

  /**
   * {@return the profile for one call as fast as possible: as many threads as there are processors,
   * at most 4; otherwise {@link #DEFAULTS}}
   *
   * <p>For one picture at a time, such as a camera or a door. The threads sleep between calls, and
   * waking them costs more than the small networks win: on a server's two shared cores detection
   * took 1.5 to 1.8 times as long and the embedders 0.87 to 1.07. Measure it where it is to run
   * ({@code StageBenchmark -p intraOpThreads=1,2,4}), perhaps for the embedder alone.
   */
  public static OnnxOptions latency() {
    int processors = Runtime.getRuntime().availableProcessors();
    return builder().intraOpThreads(Math.min(MOST_LATENCY_THREADS, processors)).build();
  }

  /**
   * {@return the profile for the most faces a second: one thread a call; the same as {@link
   * #DEFAULTS}}
   *
   * <p>For many callers at once: as many threads of yours as there are processors share one
   * recognizer, and none waits for another.
   */
  public static OnnxOptions throughput() {
    return DEFAULTS;
  }

  /**
   * {@return the options of parts that are found on the class path, such as those of {@code
   * MaskedFaceRecognizer.load}: {@link #DEFAULTS}, and the folder of optimised graphs that the
   * system property {@value #OPTIMIZED_MODELS_PROPERTY} names, if it is set}
   */
  public static OnnxOptions ofClassPath() {
    String folder = System.getProperty(OPTIMIZED_MODELS_PROPERTY, "");
    return folder.isBlank() ? DEFAULTS : builder().optimizedModels(Path.of(folder)).build();
  }

  /** {@return a builder that starts from {@link #DEFAULTS}} */
  public static Builder builder() {
    return new Builder(DEFAULTS);
  }

  /** {@return a builder that starts from these options, such as those of a profile} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private int intraOpThreads;
    private boolean spinning;
    private List<ExecutionProvider> providers;
    private boolean cpuFallback;
    private @Nullable Path optimizedModels;

    private Builder(OnnxOptions start) {
      intraOpThreads = start.intraOpThreads;
      spinning = start.spinning;
      providers = start.providers;
      cpuFallback = start.cpuFallback;
      optimizedModels = start.optimizedModels;
    }

    /**
     * Sets how many threads compute one call; 1 unless set.
     *
     * @param threads the calling thread included, at least 1
     * @return this builder
     */
    public Builder intraOpThreads(int threads) {
      intraOpThreads = threads;
      return this;
    }

    /**
     * Sets whether threads busy-wait between operators; false unless set.
     *
     * @param spin true for the last few per cent of latency
     * @return this builder
     */
    public Builder spinning(boolean spin) {
      spinning = spin;
      return this;
    }

    /**
     * Tries these places in order and falls back to the processor; {@link
     * dev.mfr.inference.InferenceModel#device()} then says why.
     *
     * @param inOrder the first one is tried first
     * @return this builder
     */
    public Builder prefer(ExecutionProvider... inOrder) {
      providers = List.of(inOrder);
      cpuFallback = true;
      return this;
    }

    /**
     * Uses this place or fails: opening a network then throws {@link
     * dev.mfr.inference.InferenceException} with the reason.
     *
     * @param provider the only place to use
     * @return this builder
     */
    public Builder require(ExecutionProvider provider) {
      providers = List.of(provider);
      cpuFallback = false;
      return this;
    }

    /**
     * Keeps optimised graphs in a folder; none unless set. They are of networks that run on the
     * processor; TensorRT has an engine cache of its own.
     *
     * <p>The first process that opens a network writes its graph, optimised for this processor and
     * this version of ONNX Runtime; later ones map it into memory instead of reading, checking,
     * optimising and copying the model, and processes share that memory. Results are the same to
     * the bit. A graph takes about as much disk as its weights in fp32: 50 MB for the default
     * embedder and detector.
     *
     * <p>The folder never fails its user. A graph whose checksum is wrong is made again; when the
     * folder cannot be written, that is logged once and networks are opened without it. Any number
     * of processes may share it. Files may be deleted at any time, but not changed in place: they
     * are mapped. Keep it as safe as the program itself, since whoever writes there decides what
     * the networks compute.
     *
     * @param folder made when it is not there
     * @return this builder
     */
    public Builder optimizedModels(Path folder) {
      optimizedModels = folder;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException when there is no thread
     */
    public OnnxOptions build() {
      return new OnnxOptions(intraOpThreads, spinning, providers, cpuFallback, optimizedModels);
    }
  }
}
