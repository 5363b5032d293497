package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityCommandTest {
  @TempDir private Path dir;

  @Test
  void run_gates_judgeTheSameMeasuresDifferently() {
    Path side = TestPictures.portrait(4, dir.resolve("side.jpg"));

    JsonNode strict = Cli.run("quality", "--json", side).json().get(0).at("/faces/0");
    JsonNode lenient =
        Cli.run("quality", "--json", "--gate", "probe", side).json().get(0).at("/faces/0");

    assertThat(strict.get("passed").asBoolean()).isFalse();
    assertThat(strict.at("/issues/0/kind").asText()).isEqualTo("turnedLeft");
    assertThat(strict.at("/issues/0/value").asDouble())
        .isGreaterThan(strict.at("/issues/0/limit").asDouble());
    assertThat(lenient.get("passed").asBoolean()).isTrue();
    assertThat(lenient.get("quality")).isEqualTo(strict.get("quality"));
    assertThat(strict.at("/quality/pose/yaw").asDouble()).isGreaterThan(20);
  }

  @Test
  void run_text_saysWhatIsWrongAndHowMuch() {
    Path side = TestPictures.portrait(4, dir.resolve("side.jpg"));
    Path front = TestPictures.portrait(1, dir.resolve("front.jpg"));

    Cli.Run run = Cli.run("quality", side, front);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("side.jpg: Turn your face towards the camera")
        .contains("turned left: 25.")
        .contains("front.jpg: good enough  box ")
        .contains("pixels apart");
  }

  @Test
  void run_picturesOfNobodyAndNone_areTold() {
    Path hill = TestPictures.landscape(dir.resolve("hill.png"));
    Path text = TestPictures.text(dir.resolve("text.jpg"));

    Cli.Run run = Cli.run("quality", hill, text);

    assertThat(run.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.out()).contains("hill.png: no face");
    assertThat(run.err()).startsWith("cannot read " + text);
    assertThat(Cli.run("quality", "--json", dir.resolve("missing.jpg")).code())
        .isEqualTo(ExitCode.FAILED);
    assertThat(Cli.run("quality", "--gate", "x", hill).code()).isEqualTo(ExitCode.USAGE);
  }
}
