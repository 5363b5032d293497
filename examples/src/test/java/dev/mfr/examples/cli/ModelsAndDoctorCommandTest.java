package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class ModelsAndDoctorCommandTest {

  @Test
  void models_json_namesLicenceAndProvenanceOfEach() {
    Cli.Run run = Cli.run("models", "--json");

    assertThat(run.code()).isZero();
    assertThat(run.json())
        .extracting(model -> model.get("name").asText())
        .containsExactly(
            "blazeface-short-range",
            "face-mesh-468",
            "resnet50-periocular-int8",
            "dlib-face-recognition-resnet",
            "dlib-mask-aware",
            "mask-state");
    for (JsonNode model : run.json()) {
      assertThat(model.get("role").asText()).isNotBlank();
      assertThat(model.get("precision").asText()).isIn("fp32", "int8");
      assertThat(model.get("licence").asText()).isNotBlank();
      assertThat(model.get("provenance").asText()).isNotBlank();
    }
  }

  @Test
  void models_withoutJson_tellsTheSame() {
    assertThat(Cli.run("models").out()).contains("face-mesh-468 (version").contains("licence");
  }

  @Test
  void doctor_hereAndNow_isReady() {
    Cli.Run run = Cli.run("doctor", "--json");

    assertThat(run.code()).isZero();
    JsonNode line = run.json().get(0);
    assertThat(line.get("ready").asBoolean()).isTrue();
    for (JsonNode check : line.get("checks")) {
      assertThat(check.get("ok").asBoolean()).as(check.toString()).isTrue();
    }
    for (JsonNode provider : line.get("providers")) {
      assertThat(provider.get("available").asBoolean())
          .isEqualTo(provider.get("reason").asText().isEmpty());
    }
  }

  @Test
  void doctor_withoutJson_tellsVersionsAndProviders() {
    assertThat(Cli.run("doctor").out())
        .contains("ONNX Runtime")
        .contains("OpenCV")
        .contains("CUDA device 0")
        .contains("This machine is ready.");
  }
}
