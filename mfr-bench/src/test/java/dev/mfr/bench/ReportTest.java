package dev.mfr.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.MfrException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  /** As JMH 1.37 writes it, without what the report does not read. */
  private static final String JMH =
      """
      [
        {
          "jmhVersion" : "1.37",
          "benchmark" : "dev.mfr.bench.BatchBenchmark.embed",
          "mode" : "avgt",
          "threads" : 2,
          "params" : {"provider" : "cpu", "batch" : "16"},
          "primaryMetric" : {"score" : 1234.5678, "scoreError" : "NaN", "scoreUnit" : "us/op"},
          "secondaryMetrics" : {
            "gc.alloc.rate" : {"score" : 7.5, "scoreError" : 1, "scoreUnit" : "MB/sec"},
            "gc.alloc.rate.norm" : {"score" : 512.0, "scoreError" : 1, "scoreUnit" : "B/op"}
          }
        },
        {
          "benchmark" : "dev.mfr.bench.StageBenchmark.decode",
          "threads" : 1,
          "primaryMetric" : {"score" : 0.25, "scoreError" : 0.01, "scoreUnit" : "us/op"},
          "secondaryMetrics" : {}
        }
      ]
      """;

  private static final Machine MACHINE =
      new Machine("A CPU", 2, "Linux", "A JVM", "1.28.0", "abc1234", "2026-11-24T20:00:00Z", 0.125);

  @TempDir private Path folder;

  @Test
  void read_jmhJson_keepsScoresParametersAndHeap() throws IOException {
    Files.writeString(folder.resolve("jmh.json"), JMH);

    List<JmhResult> results = Report.read(folder).jmh();

    assertThat(results).hasSize(2);
    assertThat(results.get(0).benchmark()).isEqualTo("BatchBenchmark.embed");
    assertThat(results.get(0).parameters())
        .isEqualTo(Map.of("batch", "16", "provider", "cpu", "threads", "2"));
    assertThat(results.get(0).parameterLine()).isEqualTo("batch=16, provider=cpu, threads=2");
    assertThat(results.get(0).score()).isEqualTo(1234.5678);
    assertThat(results.get(0).error()).isNaN();
    assertThat(results.get(0).bytes()).isEqualTo(512);
    assertThat(results.get(1).parameters()).isEmpty();
    assertThat(results.get(1).error()).isEqualTo(.01);
    assertThat(results.get(1).bytes()).isNaN();
  }

  @Test
  void write_measures_areReadBackAsTheyWere() {
    List<Measure> measures =
        List.of(
            Measure.ratio("a ÷ b", new RatioSummary(1.1, 1, 1.2)).atMost(1.12),
            Measure.of("c", "s", new RatioSummary(2, 1, 3)));
    new Results(MACHINE, measures).write(folder.resolve("comparison.json"));

    Report.Content content = Report.read(folder);

    assertThat(content.machine()).isEqualTo(MACHINE);
    assertThat(content.measures()).isEqualTo(measures);
    assertThat(folder).isDirectoryContaining("glob:**comparison.json");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void markdown_bothKinds_areTablesUnderTheMachine() throws IOException {
    Files.writeString(folder.resolve("jmh.json"), JMH);
    new Results(
            MACHINE,
            List.of(
                Measure.ratio("a | b", new RatioSummary(1.13, 1.1, 1.2)).atMost(1.12),
                Measure.ratio("c", new RatioSummary(.98, .9, 1)).atLeast(.97)))
        .write(folder.resolve("comparison.json"));

    assertThat(Report.read(folder).markdown())
        .isEqualTo(
            """
            # Benchmarks

            - processor: A CPU, 2 cores
            - system: Linux
            - JVM: A JVM
            - ONNX Runtime: 1.28.0
            - commit: abc1234
            - date: 2026-11-24T20:00:00Z
            - load average: 0.125

            ## Interleaved runs

            | measure | median | lowest | highest | unit | goal | met |
            | --- | --- | --- | --- | --- | --- | --- |
            | a \\| b | 1.13 | 1.1 | 1.2 | ratio | ≤ 1.12 | no |
            | c | 0.98 | 0.9 | 1 | ratio | ≥ 0.97 | yes |

            ## BatchBenchmark

            | benchmark | parameters | score | ± | unit | heap, B/op |
            | --- | --- | --- | --- | --- | --- |
            | embed | batch=16, provider=cpu, threads=2 | 1235 | – | us/op | 512 |

            ## StageBenchmark

            | benchmark | parameters | score | ± | unit | heap, B/op |
            | --- | --- | --- | --- | --- | --- |
            | decode |  | 0.25 | 0.01 | us/op | – |
            """);
  }

  /** Shares by hand: 1.4/1.12 = 1.25 from 1.12/1.12 = 1 to 1.5; 0.9/0.9 … for a goal from below. */
  @Test
  void page_goals_areSharesOfTheGoal() throws IOException {
    new Results(
            MACHINE,
            List.of(
                Measure.ratio("a" + Comparison.OVER_BARE, new RatioSummary(1.4, 1.12, 1.68))
                    .atMost(1.12),
                Measure.ratio("c", new RatioSummary(.8, .5, 2)).atLeast(1)))
        .write(folder.resolve("comparison.json"));

    String json = Report.read(folder).page().json();

    assertThat(Results.MAPPER.readTree(json).at("/sections/0/values").toString())
        .isEqualTo("[1.4]");
    var goals = Results.MAPPER.readTree(json).at("/sections/1");
    assertThat(goals.path("reference").asDouble()).isEqualTo(1);
    assertThat(goals.at("/values/0").asDouble()).isCloseTo(1.25, within(1e-9));
    assertThat(goals.at("/low/0").asDouble()).isCloseTo(1, within(1e-9));
    assertThat(goals.at("/high/0").asDouble()).isCloseTo(1.5, within(1e-9));
    assertThat(goals.at("/values/1").asDouble()).isCloseTo(1.25, within(1e-9));
    assertThat(goals.at("/low/1").asDouble()).isCloseTo(.5, within(1e-9));
    assertThat(goals.at("/high/1").asDouble()).isCloseTo(2, within(1e-9));
  }

  @Test
  void read_emptyFolder_saysWhatToDo() {
    assertThatExceptionOfType(MfrException.class)
        .isThrownBy(() -> Report.read(folder))
        .withMessageContaining("holds no results")
        .withMessageContaining("--out");
  }

  @Test
  void read_fileThatIsNoJson_namesIt() throws IOException {
    Files.writeString(folder.resolve("jmh.json"), "[{");

    assertThatExceptionOfType(MfrException.class)
        .isThrownBy(() -> Report.read(folder))
        .withMessageContaining("jmh.json is no result");
  }
}
