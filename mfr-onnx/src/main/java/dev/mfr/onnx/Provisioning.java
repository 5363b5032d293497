package dev.mfr.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.mfr.onnx.ExecutionProvider.CoreMl;
import dev.mfr.onnx.ExecutionProvider.Cpu;
import dev.mfr.onnx.ExecutionProvider.Cuda;
import dev.mfr.onnx.ExecutionProvider.DirectMl;
import dev.mfr.onnx.ExecutionProvider.OpenVino;
import dev.mfr.onnx.ExecutionProvider.TensorRt;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Puts execution providers into session options, and says why one cannot be had. */
final class Provisioning {
  /** Such as {@code "/src/graph/model.cc:192 ns::Model::Model(const Proto&) "}. */
  private static final Pattern SOURCE_POSITION =
      Pattern.compile("^\\S+\\.(cc|cpp|cu|h|hpp):\\d+ .*?\\)( const)? (?=[A-Z])");

  private Provisioning() {}

  /** One of each kind, as {@link OnnxRuntime#providers()} lists them. */
  static final List<ExecutionProvider> KINDS =
      List.of(
          ExecutionProvider.cpu(),
          ExecutionProvider.cuda(0),
          ExecutionProvider.tensorRt(0),
          ExecutionProvider.coreMl(),
          ExecutionProvider.directMl(0),
          ExecutionProvider.openVino("CPU"));

  /** Loads the provider's libraries, as far as that goes without a network. */
  static ProviderStatus probe(ExecutionProvider provider) {
    String reason = absence(provider);
    if (reason.isEmpty()) {
      try (SessionOptions options = new SessionOptions()) {
        add(provider, options);
      } catch (OrtException e) {
        reason = failure(provider, e);
      }
    }
    return new ProviderStatus(provider, reason.isEmpty(), reason);
  }

  /** Why the native library has no such provider, or an empty string when it has. */
  static String absence(ExecutionProvider provider) {
    if (provider instanceof Cpu
        || OrtEnvironment.getAvailableProviders().contains(kind(provider))) {
      return "";
    }
    String build = "this build of ONNX Runtime has no ";
    if (provider instanceof Cuda || provider instanceof TensorRt) {
      return build
          + (provider instanceof Cuda ? "CUDA" : "TensorRT")
          + " provider; replace the dependency com.microsoft.onnxruntime:onnxruntime by"
          + " onnxruntime_gpu (Linux and Windows on x86-64)";
    }
    if (provider instanceof CoreMl) {
      return build + "Core ML provider; it is in the builds for macOS only";
    }
    if (provider instanceof DirectMl) {
      return build
          + "DirectML provider; put onnxruntime.dll and DirectML.dll of a build with DirectML into a"
          + " folder and name it with -Donnxruntime.native.path=FOLDER (Windows only)";
    }
    return build
        + "OpenVINO provider; build it with --use_openvino and name its folder with"
        + " -Donnxruntime.native.path=FOLDER";
  }

  /** What a provider that is compiled in says when it does not start. */
  static String failure(ExecutionProvider provider, OrtException e) {
    String cure =
        provider instanceof Cuda
            ? "check the driver with nvidia-smi, and that the CUDA and cuDNN libraries are those that"
                + " this version of onnxruntime_gpu was built for"
            : provider instanceof TensorRt
                ? "check that the TensorRT, CUDA and cuDNN libraries are those that this version of"
                    + " onnxruntime_gpu was built for"
                : "check its driver and libraries";
    return "it does not start (" + brief(e) + "); " + cure;
  }

  /** The first line of a native message, without the path of the source file that wrote it. */
  static String brief(OrtException e) {
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf("message: ");
    if (at >= 0) {
      message = message.substring(at + "message: ".length());
    }
    message = message.strip().lines().findFirst().orElse("no message");
    message = SOURCE_POSITION.matcher(message).replaceFirst("");
    return message.length() > 300 ? message.substring(0, 300) + "…" : message;
  }

  private static OrtProvider kind(ExecutionProvider provider) {
    if (provider instanceof Cuda) {
      return OrtProvider.CUDA;
    }
    if (provider instanceof TensorRt) {
      return OrtProvider.TENSOR_RT;
    }
    if (provider instanceof CoreMl) {
      return OrtProvider.CORE_ML;
    }
    if (provider instanceof DirectMl) {
      return OrtProvider.DIRECT_ML;
    }
    return provider instanceof OpenVino ? OrtProvider.OPEN_VINO : OrtProvider.CPU;
  }

  /** Adds the provider; ONNX Runtime itself adds the processor behind it. */
  static void add(ExecutionProvider provider, SessionOptions options) throws OrtException {
    if (provider instanceof Cuda cuda) {
      try (OrtCUDAProviderOptions native_ = new OrtCUDAProviderOptions(cuda.deviceId())) {
        if (cuda.gpuMemoryLimit() > 0) {
          native_.add("gpu_mem_limit", Long.toString(cuda.gpuMemoryLimit()));
        }
        options.addCUDA(native_);
      }
    } else if (provider instanceof TensorRt tensorRt) {
      try (OrtTensorRTProviderOptions native_ =
          new OrtTensorRTProviderOptions(tensorRt.deviceId())) {
        native_.add("trt_fp16_enable", tensorRt.fp16() ? "1" : "0");
        Path cache = tensorRt.engineCacheDir();
        if (cache != null) {
          native_.add("trt_engine_cache_enable", "1");
          native_.add("trt_engine_cache_path", cache.toString());
        }
        options.addTensorrt(native_);
      }
      // What TensorRT cannot compile stays on the card.
      options.addCUDA(tensorRt.deviceId());
    } else if (provider instanceof CoreMl) {
      options.addCoreML(Map.of());
    } else if (provider instanceof DirectMl directMl) {
      // DirectML's own conditions.
      options.setMemoryPatternOptimization(false);
      options.addDirectML(directMl.deviceId());
    } else if (provider instanceof OpenVino openVino) {
      options.addOpenVINO(openVino.deviceType());
    }
  }
}
