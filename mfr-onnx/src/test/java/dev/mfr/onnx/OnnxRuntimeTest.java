package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.inference.ModelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxRuntimeTest {

  @Test
  void installed_onClassPath_isThisOne() {
    assertThat(InferenceRuntime.installed())
        .isInstanceOfSatisfying(
            OnnxRuntime.class,
            runtime -> assertThat(runtime.options()).isEqualTo(OnnxOptions.DEFAULTS));
  }

  @Test
  void version_ofTheLoadedLibrary_isThePinnedOne() {
    assertThat(OnnxRuntime.version()).isEqualTo(System.getProperty("onnxruntime.version"));
  }

  @Test
  void defaults_areOneThreadOnTheProcessor() {
    assertThat(OnnxOptions.builder().build())
        .isEqualTo(OnnxOptions.DEFAULTS)
        .isEqualTo(new OnnxOptions(1, false, List.of(), true, null));
  }

  @Test
  void options_withoutThreads_areRefused() {
    OnnxOptions.Builder builder = OnnxOptions.builder().intraOpThreads(0);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0");
  }

  @Test
  void options_moreThreadsAndSpinning_giveTheSameNumbers() {
    OnnxOptions options = OnnxOptions.builder().intraOpThreads(2).spinning(true).build();
    try (InferenceModel model = OnnxRuntime.create(options).open(TinyModels.bundle("line"))) {
      assertThat(TinyModels.run(model, 1, 1, 2, 3)).containsExactly(3, 5, 7);
    }
  }

  @Test
  void providers_everyKind_worksOrSaysWhyNot() {
    List<ProviderStatus> all = OnnxRuntime.providers();
    assertThat(all).hasSize(6);
    assertThat(all.get(0)).isEqualTo(new ProviderStatus(ExecutionProvider.cpu(), true, ""));
    assertThat(all)
        .filteredOn(status -> !status.available())
        .allSatisfy(status -> assertThat(status.reason()).hasSizeGreaterThan(40));
  }

  @Test
  void open_requiredProviderMissing_failsWithTheReason() {
    ExecutionProvider absent = missingProvider();
    OnnxRuntime runtime = OnnxRuntime.create(OnnxOptions.builder().require(absent).build());
    assertThatThrownBy(() -> runtime.open(TinyModels.bundle("line")))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("model line was not opened, because a required provider")
        .hasMessageContaining(absent.description() + ": this build of ONNX Runtime has no ");
  }

  @Test
  void open_preferredProviderMissing_fallsBackAndSaysWhy() {
    ExecutionProvider absent = missingProvider();
    OnnxRuntime runtime = OnnxRuntime.create(OnnxOptions.builder().prefer(absent).build());
    try (InferenceModel model = runtime.open(TinyModels.bundle("line"))) {
      assertThat(model.device())
          .startsWith("CPU (" + absent.description() + ": this build of ONNX Runtime has no ");
      assertThat(TinyModels.run(model, 1, 1, 2, 3)).containsExactly(3, 5, 7);
    }
  }

  @Test
  void open_processorPreferred_isNoFallback() {
    OnnxOptions options = OnnxOptions.builder().require(ExecutionProvider.cpu()).build();
    try (InferenceModel model = OnnxRuntime.create(options).open(TinyModels.bundle("line"))) {
      assertThat(model.device()).isEqualTo("CPU");
    }
  }

  @Test
  void open_damagedModelOnRequiredProvider_blamesTheModel() {
    OnnxOptions options = OnnxOptions.builder().require(ExecutionProvider.cpu()).build();
    OnnxRuntime runtime = OnnxRuntime.create(options);
    assertThatThrownBy(() -> runtime.open(TinyModels.bundle("unknown-operator")))
        .isInstanceOf(ModelException.class);
  }

  /** One that this build does not have: Core ML is in the macOS builds only, CUDA never there. */
  private static ExecutionProvider missingProvider() {
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    ExecutionProvider absent = mac ? ExecutionProvider.cuda(0) : ExecutionProvider.coreMl();
    assumeThat(Provisioning.absence(absent)).isNotEmpty();
    return absent;
  }
}
