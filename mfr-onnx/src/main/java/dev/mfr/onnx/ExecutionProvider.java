package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A place where ONNX Runtime can run a network: the processor, or an accelerator through its
 * maker's library.
 *
 * <p>All are immutable values. Whether one works here is what {@link OnnxRuntime#providers()} says.
 * Operators that an accelerator does not know run on the processor.
 *
 * <p>The bundled int8 network is made for processors; on a graphics card prefer an fp32 file.
 */
public sealed interface ExecutionProvider {

  /** {@return a short name for people, such as {@code "CUDA device 0"}} */
  String description();

  /** {@return the processor; there in every build} */
  static ExecutionProvider cpu() {
    return new Cpu();
  }

  /**
   * {@return an NVIDIA card through CUDA, with the defaults of {@link Cuda#builder}}
   *
   * @param deviceId which card, from 0
   */
  static ExecutionProvider cuda(int deviceId) {
    return Cuda.builder(deviceId).build();
  }

  /**
   * {@return an NVIDIA card through TensorRT, with the defaults of {@link TensorRt#builder}: fp32,
   * no caches}
   *
   * @param deviceId which card, from 0
   */
  static ExecutionProvider tensorRt(int deviceId) {
    return TensorRt.builder(deviceId).build();
  }

  /** {@return Apple's accelerators through Core ML} */
  static ExecutionProvider coreMl() {
    return new CoreMl();
  }

  /**
   * {@return a DirectX 12 card on Windows}
   *
   * @param deviceId which card, from 0
   */
  static ExecutionProvider directMl(int deviceId) {
    return new DirectMl(deviceId);
  }

  /**
   * {@return Intel hardware through OpenVINO}
   *
   * @param deviceType {@code "CPU"}, {@code "GPU"}, {@code "NPU"} or another device name of
   *     OpenVINO
   */
  static ExecutionProvider openVino(String deviceType) {
    return new OpenVino(deviceType);
  }

  /** The processor. */
  record Cpu() implements ExecutionProvider {
    @Override
    public String description() {
      return "CPU";
    }
  }

  /**
   * An NVIDIA card through CUDA. Needs the dependency onnxruntime_gpu and the CUDA and cuDNN
   * libraries: {@code docs/gpu.md}.
   *
   * @param deviceId which card, from 0
   * @param gpuMemoryLimit the most bytes that ONNX Runtime's arena takes on the card, or 0 for no
   *     limit; cuDNN's working memory comes on top
   * @param arenaGrowth how the arena grows
   * @param convolutionSearch how the algorithm of each convolution is chosen
   * @param tf32 whether fp32 may be computed with the 10-bit mantissas of TensorFloat-32, on cards
   *     that have it
   */
  record Cuda(
      int deviceId,
      long gpuMemoryLimit,
      ArenaGrowth arenaGrowth,
      ConvolutionSearch convolutionSearch,
      boolean tf32)
      implements ExecutionProvider {

    /** How memory is taken on the card when the arena is full. */
    public enum ArenaGrowth {
      /** In powers of two: few allocations, up to twice the memory. ONNX Runtime's default. */
      NEXT_POWER_OF_TWO,
      /** As much as is asked for: for a card that is shared. */
      SAME_AS_REQUESTED
    }

    /** How cuDNN chooses the algorithm of a convolution, the first time it sees its shape. */
    public enum ConvolutionSearch {
      /** Tries all: the fastest runs, after a slow first one for each batch size. */
      EXHAUSTIVE,
      /** Estimates. */
      HEURISTIC,
      /** Takes the same for all. */
      DEFAULT
    }

    public Cuda {
      checkDevice(deviceId);
      checkArgument(
          gpuMemoryLimit >= 0,
          "the memory limit is a number of bytes, or 0 for none, got %s",
          gpuMemoryLimit);
      requireNonNull(arenaGrowth, "arenaGrowth");
      requireNonNull(convolutionSearch, "convolutionSearch");
    }

    /**
     * {@return a builder: no memory limit, growth in powers of two, heuristic search, no TF32}
     *
     * <p>Two of these are not ONNX Runtime's own defaults: its exhaustive search makes the first
     * call of every batch size take seconds, and TF32 changes embeddings.
     *
     * @param deviceId which card, from 0
     */
    public static Builder builder(int deviceId) {
      return new Builder(deviceId);
    }

    @Override
    public String description() {
      return "CUDA device " + deviceId;
    }

    /** Collects options of CUDA. Not thread-safe. */
    public static final class Builder {
      private final int deviceId;
      private long gpuMemoryLimit;
      private ArenaGrowth arenaGrowth = ArenaGrowth.NEXT_POWER_OF_TWO;
      private ConvolutionSearch convolutionSearch = ConvolutionSearch.HEURISTIC;
      private boolean tf32;

      private Builder(int deviceId) {
        this.deviceId = deviceId;
      }

      /**
       * {@return this builder, with a limit}
       *
       * @param bytes the most that the arena takes on the card, or 0 for no limit
       */
      public Builder gpuMemoryLimit(long bytes) {
        this.gpuMemoryLimit = bytes;
        return this;
      }

      /**
       * {@return this builder, with a growth of the arena}
       *
       * @param growth how much it grows by
       */
      public Builder arenaGrowth(ArenaGrowth growth) {
        this.arenaGrowth = growth;
        return this;
      }

      /**
       * {@return this builder, with a search}
       *
       * @param search how convolution algorithms are chosen
       */
      public Builder convolutionSearch(ConvolutionSearch search) {
        this.convolutionSearch = search;
        return this;
      }

      /**
       * {@return this builder, with or without TensorFloat-32}
       *
       * @param allowed true for speed
       */
      public Builder tf32(boolean allowed) {
        this.tf32 = allowed;
        return this;
      }

      /**
       * {@return the provider}
       *
       * @throws IllegalArgumentException when the device or the limit is negative
       */
      public Cuda build() {
        return new Cuda(deviceId, gpuMemoryLimit, arenaGrowth, convolutionSearch, tf32);
      }
    }
  }

  /**
   * An NVIDIA card through TensorRT, which compiles the network for the card when it is opened:
   * that takes minutes unless an engine cache has the result. Needs the dependency onnxruntime_gpu
   * and the TensorRT, CUDA and cuDNN libraries: {@code docs/gpu.md}.
   *
   * @param deviceId which card, from 0
   * @param precision in what numbers it may compute
   * @param maxBatch the largest batch that the engine is compiled for, or 0 to leave it to ONNX
   *     Runtime, which compiles anew whenever a batch is larger or smaller than all before
   * @param workspaceBytes the most memory on the card that an algorithm may use while running, or 0
   *     for TensorRT's default
   * @param engineCacheDir an existing folder where compiled networks are kept, or null for none;
   *     whoever may write there decides what the networks compute
   * @param timingCacheDir an existing folder where the timings of the compiler are kept, which make
   *     the next compilation on such a card faster, or null for none
   */
  record TensorRt(
      int deviceId,
      Precision precision,
      int maxBatch,
      long workspaceBytes,
      @Nullable Path engineCacheDir,
      @Nullable Path timingCacheDir)
      implements ExecutionProvider {

    /** The numbers that TensorRT may compute in. */
    public enum Precision {
      /** Single precision. */
      FP32,
      /** Half precision where that is faster. */
      FP16,
      /**
       * Integers where the graph itself says how (with QuantizeLinear and DequantizeLinear, as the
       * bundled int8 network does), half precision elsewhere.
       */
      INT8
    }

    public TensorRt {
      checkDevice(deviceId);
      requireNonNull(precision, "precision");
      checkArgument(
          maxBatch >= 0, "the largest batch is 1 or more, or 0 for none set, got %s", maxBatch);
      checkArgument(
          workspaceBytes >= 0,
          "the workspace is a number of bytes, or 0 for the default, got %s",
          workspaceBytes);
    }

    /**
     * {@return a builder: fp32, no largest batch, TensorRT's default workspace, no caches}
     *
     * @param deviceId which card, from 0
     */
    public static Builder builder(int deviceId) {
      return new Builder(deviceId);
    }

    @Override
    public String description() {
      return "TensorRT device " + deviceId;
    }

    /** Collects options of TensorRT. Not thread-safe. */
    public static final class Builder {
      private final int deviceId;
      private Precision precision = Precision.FP32;
      private int maxBatch;
      private long workspaceBytes;
      private @Nullable Path engineCacheDir;
      private @Nullable Path timingCacheDir;

      private Builder(int deviceId) {
        this.deviceId = deviceId;
      }

      /**
       * {@return this builder, with a precision}
       *
       * @param precision in what numbers to compute
       */
      public Builder precision(Precision precision) {
        this.precision = precision;
        return this;
      }

      /**
       * {@return this builder, with a range of batches: one engine is compiled for 1 to {@code
       * faces}, fastest at {@code faces}}
       *
       * @param faces the largest batch, such as the recognizer's batch size
       */
      public Builder maxBatch(int faces) {
        this.maxBatch = faces;
        return this;
      }

      /**
       * {@return this builder, with a limit of working memory}
       *
       * @param bytes the most on the card, or 0 for TensorRT's default
       */
      public Builder workspaceBytes(long bytes) {
        this.workspaceBytes = bytes;
        return this;
      }

      /**
       * {@return this builder, with an engine cache}
       *
       * @param folder an existing folder that only trusted programs can write
       */
      public Builder engineCache(Path folder) {
        this.engineCacheDir = folder;
        return this;
      }

      /**
       * {@return this builder, with a timing cache}
       *
       * @param folder an existing folder
       */
      public Builder timingCache(Path folder) {
        this.timingCacheDir = folder;
        return this;
      }

      /**
       * {@return the provider}
       *
       * @throws IllegalArgumentException when a number is negative
       */
      public TensorRt build() {
        return new TensorRt(
            deviceId, precision, maxBatch, workspaceBytes, engineCacheDir, timingCacheDir);
      }
    }
  }

  /** Apple's accelerators; macOS only. */
  record CoreMl() implements ExecutionProvider {
    @Override
    public String description() {
      return "Core ML";
    }
  }

  /**
   * A DirectX 12 card; Windows only.
   *
   * @param deviceId which card, from 0
   */
  record DirectMl(int deviceId) implements ExecutionProvider {
    public DirectMl {
      checkDevice(deviceId);
    }

    @Override
    public String description() {
      return "DirectML device " + deviceId;
    }
  }

  /**
   * Intel hardware.
   *
   * @param deviceType {@code "CPU"}, {@code "GPU"}, {@code "NPU"} or another device name of
   *     OpenVINO
   */
  record OpenVino(String deviceType) implements ExecutionProvider {
    public OpenVino {
      checkArgument(!deviceType.isBlank(), "OpenVINO needs a device type, such as CPU or GPU");
    }

    @Override
    public String description() {
      return "OpenVINO on " + deviceType;
    }
  }

  private static void checkDevice(int deviceId) {
    checkArgument(deviceId >= 0, "devices are counted from 0, got %s", deviceId);
  }
}
