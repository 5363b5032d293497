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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Puts execution providers into session options, and says why one cannot be had. */
final class Provisioning {
  /** Such as {@code "/src/graph/model.cc:192 ns::Model::Model(const Proto&) "}. */
  private static final Pattern SOURCE_POSITION =
      Pattern.compile("^\\S+\\.(cc|cpp|cu|h|hpp):\\d+ .*?\\)( const)? (?=[A-Z])");

  /** What stands before a message that the library passes on from one of its own parts. */
  private static final Pattern NESTED =
      Pattern.compile("^.*\\[ONNXRuntimeError] : \\d+ : [A-Z_]+ : ");

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
        add(provider, options, Map.of());
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
            ? "check the driver with nvidia-smi, and that the CUDA 12 and cuDNN 9 libraries are on the"
                + " library path"
            : provider instanceof TensorRt
                ? "check that the TensorRT 10, CUDA 12 and cuDNN 9 libraries are on the library"
                    + " path"
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
    message = NESTED.matcher(SOURCE_POSITION.matcher(message).replaceFirst("")).replaceFirst("");
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

  /**
   * Adds the provider; ONNX Runtime itself adds the processor behind it.
   *
   * @param inputs the shapes of the network's inputs, asked for by {@link #needsInputs} only
   */
  static void add(ExecutionProvider provider, SessionOptions options, Map<String, long[]> inputs)
      throws OrtException {
    if (provider instanceof Cuda cuda) {
      try (OrtCUDAProviderOptions native_ = new OrtCUDAProviderOptions(cuda.deviceId())) {
        for (Map.Entry<String, String> option : cudaOptions(cuda).entrySet()) {
          native_.add(option.getKey(), option.getValue());
        }
        options.addCUDA(native_);
      }
    } else if (provider instanceof TensorRt tensorRt) {
      try (OrtTensorRTProviderOptions native_ =
          new OrtTensorRTProviderOptions(tensorRt.deviceId())) {
        for (Map.Entry<String, String> option : tensorRtOptions(tensorRt, inputs).entrySet()) {
          native_.add(option.getKey(), option.getValue());
        }
        options.addTensorrt(native_);
      }
      // What TensorRT cannot compile stays on the card.
      add(ExecutionProvider.cuda(tensorRt.deviceId()), options, inputs);
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

  /** Whether the provider must be told the shapes of the inputs beforehand. */
  static boolean needsInputs(ExecutionProvider provider) {
    return provider instanceof TensorRt tensorRt && tensorRt.maxBatch() > 0;
  }

  /** The options of CUDA by ONNX Runtime's names. */
  static Map<String, String> cudaOptions(Cuda cuda) {
    Map<String, String> options = new LinkedHashMap<>();
    if (cuda.gpuMemoryLimit() > 0) {
      options.put("gpu_mem_limit", Long.toString(cuda.gpuMemoryLimit()));
    }
    options.put(
        "arena_extend_strategy",
        switch (cuda.arenaGrowth()) {
          case NEXT_POWER_OF_TWO -> "kNextPowerOfTwo";
          case SAME_AS_REQUESTED -> "kSameAsRequested";
        });
    options.put("cudnn_conv_algo_search", cuda.convolutionSearch().name());
    options.put("use_tf32", flag(cuda.tf32()));
    return options;
  }

  /**
   * The options of TensorRT by ONNX Runtime's names; of a batch of any size is 1 to the largest.
   */
  static Map<String, String> tensorRtOptions(TensorRt tensorRt, Map<String, long[]> inputs) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("trt_fp16_enable", flag(tensorRt.precision() != TensorRt.Precision.FP32));
    options.put("trt_int8_enable", flag(tensorRt.precision() == TensorRt.Precision.INT8));
    if (tensorRt.workspaceBytes() > 0) {
      options.put("trt_max_workspace_size", Long.toString(tensorRt.workspaceBytes()));
    }
    putCache(options, "trt_engine_cache", tensorRt.engineCacheDir());
    putCache(options, "trt_timing_cache", tensorRt.timingCacheDir());
    if (tensorRt.maxBatch() > 0 && inputs.values().stream().anyMatch(shape -> shape[0] < 0)) {
      String largest = profile(inputs, tensorRt.maxBatch());
      options.put("trt_profile_min_shapes", profile(inputs, 1));
      options.put("trt_profile_opt_shapes", largest);
      options.put("trt_profile_max_shapes", largest);
    }
    return options;
  }

  /** Such as {@code "input:16x3x100x100"}; several are separated by commas. */
  private static String profile(Map<String, long[]> inputs, int batch) {
    return inputs.entrySet().stream()
        .filter(input -> input.getValue()[0] < 0)
        .map(
            input ->
                input.getKey()
                    + ":"
                    + batch
                    + LongStream.of(input.getValue())
                        .skip(1)
                        .mapToObj(size -> "x" + size)
                        .collect(Collectors.joining()))
        .collect(Collectors.joining(","));
  }

  private static void putCache(Map<String, String> options, String name, @Nullable Path folder) {
    if (folder != null) {
      options.put(name + "_enable", "1");
      options.put(name + "_path", folder.toString());
    }
  }

  private static String flag(boolean on) {
    return on ? "1" : "0";
  }
}
