package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;

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
   * {@return an NVIDIA card through CUDA, without a memory limit}
   *
   * @param deviceId which card, from 0
   */
  static ExecutionProvider cuda(int deviceId) {
    return new Cuda(deviceId, 0);
  }

  /**
   * {@return an NVIDIA card through TensorRT, in fp32, without an engine cache}
   *
   * @param deviceId which card, from 0
   */
  static ExecutionProvider tensorRt(int deviceId) {
    return new TensorRt(deviceId, false, null);
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
   * libraries.
   *
   * @param deviceId which card, from 0
   * @param gpuMemoryLimit the most bytes that ONNX Runtime's arena takes on the card, or 0 for no
   *     limit
   */
  record Cuda(int deviceId, long gpuMemoryLimit) implements ExecutionProvider {
    public Cuda {
      checkDevice(deviceId);
      checkArgument(
          gpuMemoryLimit >= 0,
          "the memory limit is a number of bytes, or 0 for none, got %s",
          gpuMemoryLimit);
    }

    @Override
    public String description() {
      return "CUDA device " + deviceId;
    }
  }

  /**
   * An NVIDIA card through TensorRT, which compiles the network for the card when it is opened:
   * that takes minutes unless an engine cache has the result. Needs the dependency onnxruntime_gpu
   * and the TensorRT, CUDA and cuDNN libraries.
   *
   * @param deviceId which card, from 0
   * @param fp16 whether it may compute in half precision
   * @param engineCacheDir an existing folder where compiled networks are kept, or null for none
   */
  record TensorRt(int deviceId, boolean fp16, @Nullable Path engineCacheDir)
      implements ExecutionProvider {
    public TensorRt {
      checkDevice(deviceId);
    }

    @Override
    public String description() {
      return "TensorRT device " + deviceId;
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
