package dev.mfr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceRuntimeTest {

  @Test
  void installed_noneOnTheClassPath_namesTheDependency() {
    assertThatThrownBy(InferenceRuntime::installed)
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("dev.mfr:mfr-onnx");
  }

  @Test
  void elements_shape_isItsProduct() {
    assertThat(new TensorSpec("x", List.of(3, 100, 100)).elements()).isEqualTo(30_000);
    assertThat(new TensorSpec("scalar", List.of()).elements()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new TensorSpec("x", List.of(3, -1)));
  }
}
