package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtException;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.onnx.ExecutionProvider.Cuda;
import dev.mfr.onnx.ExecutionProvider.TensorRt;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names and values are those of ONNX Runtime's documentation of the two providers. */
class ProvisioningTest {

  @Test
  void cudaOptions_defaults_areWhatTheBuilderSays() {
    assertThat(Provisioning.cudaOptions(Cuda.builder(1).build()))
        .isEqualTo(
            Map.of(
                "arena_extend_strategy",
                "kNextPowerOfTwo",
                "cudnn_conv_algo_search",
                "HEURISTIC",
                "use_tf32",
                "0"));
    assertThat(ExecutionProvider.cuda(1)).isEqualTo(Cuda.builder(1).build());
  }

  @Test
  void cudaOptions_allSet_haveTheirNames() {
    Cuda cuda =
        Cuda.builder(0)
            .gpuMemoryLimit(2L << 30)
            .arenaGrowth(Cuda.ArenaGrowth.SAME_AS_REQUESTED)
            .convolutionSearch(Cuda.ConvolutionSearch.EXHAUSTIVE)
            .tf32(true)
            .build();
    assertThat(Provisioning.cudaOptions(cuda))
        .isEqualTo(
            Map.of(
                "gpu_mem_limit",
                "2147483648",
                "arena_extend_strategy",
                "kSameAsRequested",
                "cudnn_conv_algo_search",
                "EXHAUSTIVE",
                "use_tf32",
                "1"));
  }

  @Test
  void tensorRtOptions_defaults_areFp32WithoutCaches() {
    assertThat(Provisioning.tensorRtOptions(TensorRt.builder(0).build(), Map.of()))
        .isEqualTo(Map.of("trt_fp16_enable", "0", "trt_int8_enable", "0"));
    assertThat(ExecutionProvider.tensorRt(0)).isEqualTo(TensorRt.builder(0).build());
  }

  @Test
  void tensorRtOptions_allSet_haveTheirNames() {
    TensorRt tensorRt =
        TensorRt.builder(0)
            .precision(TensorRt.Precision.INT8)
            .maxBatch(16)
            .workspaceBytes(1 << 20)
            .engineCache(Path.of("engines"))
            .timingCache(Path.of("timings"))
            .build();
    Map<String, long[]> inputs = new LinkedHashMap<>();
    inputs.put("input", new long[] {-1, 3, 100, 100});
    inputs.put("fixed", new long[] {1, 5});
    inputs.put("b", new long[] {-1, 7});
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("trt_fp16_enable", "1");
    expected.put("trt_int8_enable", "1");
    expected.put("trt_max_workspace_size", "1048576");
    expected.put("trt_engine_cache_enable", "1");
    expected.put("trt_engine_cache_path", "engines");
    expected.put("trt_timing_cache_enable", "1");
    expected.put("trt_timing_cache_path", "timings");
    expected.put("trt_profile_min_shapes", "input:1x3x100x100,b:1x7");
    expected.put("trt_profile_opt_shapes", "input:16x3x100x100,b:16x7");
    expected.put("trt_profile_max_shapes", "input:16x3x100x100,b:16x7");
    assertThat(Provisioning.tensorRtOptions(tensorRt, inputs)).isEqualTo(expected);
  }

  @Test
  void tensorRtOptions_graphOfBatchOne_hasNoProfile() {
    TensorRt tensorRt = TensorRt.builder(0).maxBatch(16).build();
    assertThat(Provisioning.tensorRtOptions(tensorRt, Map.of("x", new long[] {1, 3})))
        .doesNotContainKeys("trt_profile_min_shapes", "trt_profile_max_shapes");
  }

  @Test
  void builders_wrongNumbers_areRefused() {
    assertThatThrownBy(() -> Cuda.builder(-1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counted from 0, got -1");
    assertThatThrownBy(() -> Cuda.builder(0).gpuMemoryLimit(-1).build())
        .hasMessageContaining("or 0 for none, got -1");
    assertThatThrownBy(() -> TensorRt.builder(0).maxBatch(-2).build())
        .hasMessageContaining("got -2");
    assertThatThrownBy(() -> TensorRt.builder(0).workspaceBytes(-3).build())
        .hasMessageContaining("got -3");
  }

  /** The message of onnxruntime_gpu 1.28.0 on a machine without CUDA. */
  @Test
  void brief_messageWithinAMessage_isTheInnerOne() {
    assertThat(
            Provisioning.brief(
                new OrtException(
                    "Error code - ORT_FAIL - message: /src/core/provider_bridge.cc:1988"
                        + " onnxruntime::Provider& onnxruntime::ProviderLibrary::Get()"
                        + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library"
                        + " /tmp/x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12:"
                        + " cannot open shared object file")))
        .isEqualTo(
            "Failed to load library /tmp/x/libonnxruntime_providers_cuda.so with error:"
                + " libcublasLt.so.12: cannot open shared object file");
  }

  /** Also with the build that has the provider, on a machine that has no card. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void open_nvidiaPreferredWhereThereIsNone_fallsBackAndSaysWhy(boolean cuda) {
    ExecutionProvider provider = nvidia(cuda);
    OnnxRuntime runtime = OnnxRuntime.create(OnnxOptions.builder().prefer(provider).build());
    try (InferenceModel model = runtime.open(TinyModels.bundle("line"))) {
      assertThat(model.device()).startsWith("CPU (" + provider.description() + ": ");
      assertThat(model.device()).hasSizeGreaterThan(60);
      assertThat(TinyModels.run(model, 1, 1, 2, 3)).containsExactly(3, 5, 7);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void open_nvidiaRequiredWhereThereIsNone_failsWithTheReason(boolean cuda) {
    ExecutionProvider provider = nvidia(cuda);
    OnnxRuntime runtime = OnnxRuntime.create(OnnxOptions.builder().require(provider).build());
    assertThatThrownBy(() -> runtime.open(TinyModels.bundle("line")))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("a required provider does not work: " + provider.description());
  }

  private static ExecutionProvider nvidia(boolean cuda) {
    ExecutionProvider provider =
        cuda ? ExecutionProvider.cuda(0) : TensorRt.builder(0).maxBatch(4).build();
    OnnxRuntime.version();
    assumeThat(Provisioning.probe(provider).available()).isFalse();
    return provider;
  }
}
