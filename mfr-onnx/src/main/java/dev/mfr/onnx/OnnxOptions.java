package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * How networks are run: threads and places.
 *
 * <p>{@link #DEFAULTS}: one thread a call, no spinning, the processor. Graphs are always optimised
 * as far as ONNX Runtime can, and their operators run one after another. Immutable.
 *
 * @param intraOpThreads how many threads compute one call of a network, the calling thread
 *     included, at least 1. With 1 no thread is started: calls of many threads run side by side,
 *     which gives a service the most faces a second. More make a single call faster and cost
 *     throughput; the bundled int8 network gains nothing from them
 * @param spinning whether those threads busy-wait between operators: a little faster, at the price
 *     of processors at 100 % also when little is to be done
 * @param providers the places to try, in order
 * @param cpuFallback whether the processor is used when none of them works; otherwise opening a
 *     network fails
 */
public record OnnxOptions(
    int intraOpThreads, boolean spinning, List<ExecutionProvider> providers, boolean cpuFallback) {

  /** One thread a call, no spinning, the processor. */
  public static final OnnxOptions DEFAULTS = new OnnxOptions(1, false, List.of(), true);

  public OnnxOptions {
    checkArgument(intraOpThreads >= 1, "threads must be 1 or more, got %s", intraOpThreads);
    providers = List.copyOf(providers);
    checkArgument(
        cpuFallback || !providers.isEmpty(), "name a provider, or leave the fallback to the CPU");
  }

  /** {@return a builder that starts from {@link #DEFAULTS}} */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private int intraOpThreads = DEFAULTS.intraOpThreads;
    private boolean spinning = DEFAULTS.spinning;
    private List<ExecutionProvider> providers = DEFAULTS.providers;
    private boolean cpuFallback = DEFAULTS.cpuFallback;

    private Builder() {}

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
     * {@return the options}
     *
     * @throws IllegalArgumentException when there is no thread
     */
    public OnnxOptions build() {
      return new OnnxOptions(intraOpThreads, spinning, providers, cpuFallback);
    }
  }
}
