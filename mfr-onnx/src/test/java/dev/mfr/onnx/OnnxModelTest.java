package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.image.PixelNormalization;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelException;
import dev.mfr.inference.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of the inference port, on graphs small enough to check by hand: y = 2x + 1. */
class OnnxModelTest {

  @Test
  void open_line_describesTensors() {
    try (InferenceModel model = TinyModels.open("line")) {
      assertThat(model.inputs()).containsExactly(new TensorSpec("x", List.of(3)));
      assertThat(model.outputs()).containsExactly(new TensorSpec("y", List.of(3)));
      assertThat(model.device()).isEqualTo("CPU");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"line", "line-batch-1", "line-output-1"})
  void run_batch_equalsSingleRuns(String graph) {
    Random random = new Random(1);
    try (InferenceModel model = TinyModels.open(graph)) {
      for (int batch = 1; batch <= 9; batch++) {
        float[] x = new float[3 * batch];
        for (int i = 0; i < x.length; i++) {
          x[i] = random.nextInt(1000);
        }
        float[] y = TinyModels.run(model, batch, x);
        for (int item = 0; item < batch; item++) {
          float[] single = TinyModels.run(model, 1, Arrays.copyOfRange(x, 3 * item, 3 * item + 3));
          assertThat(Arrays.copyOfRange(y, 3 * item, 3 * item + 3)).isEqualTo(single);
          assertThat(single[2]).isEqualTo(2 * x[3 * item + 2] + 1);
        }
      }
    }
  }

  @Test
  void run_twoInputsAndOutputs_areKeptApart() {
    try (InferenceModel model = TinyModels.open("two")) {
      String result =
          model.run(
              2,
              buffers -> {
                buffers.input("a").put(new float[] {5, 6, 7, 8});
                buffers.input("b").put(new float[] {1, 2, 3, 4});
              },
              buffers -> {
                float[] sum = new float[4];
                float[] difference = new float[4];
                buffers.output("sum").get(sum);
                buffers.output("difference").get(difference);
                return Arrays.toString(sum) + Arrays.toString(difference);
              });
      assertThat(result).isEqualTo("[6.0, 8.0, 10.0, 12.0][4.0, 4.0, 4.0, 4.0]");
    }
  }

  @Test
  void run_eightThreads_equalsSerial() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (InferenceModel model = TinyModels.open("line")) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int seed = t;
        results.add(
            threads.submit(
                () -> {
                  Random random = new Random(seed);
                  for (int i = 0; i < 500; i++) {
                    int batch = 1 + random.nextInt(5);
                    float[] x = new float[3 * batch];
                    float[] expected = new float[3 * batch];
                    for (int k = 0; k < x.length; k++) {
                      x[k] = random.nextInt(1 << 20);
                      expected[k] = 2 * x[k] + 1;
                    }
                    if (!Arrays.equals(TinyModels.run(model, batch, x), expected)) {
                      return false;
                    }
                  }
                  return true;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void run_nestedInCallback_usesOtherBuffers() {
    try (InferenceModel model = TinyModels.open("line")) {
      float[] y =
          model.run(
              1,
              outer -> {
                outer.input("x").put(new float[] {1, 2, 3});
                assertThat(TinyModels.run(model, 1, 7, 7, 7)).containsExactly(15, 15, 15);
              },
              outer -> new float[] {outer.output("y").get(0), outer.output("y").get(2)});
      assertThat(y).containsExactly(3, 7);
    }
  }

  @Test
  void run_callbackThrows_modelStaysUsable() {
    try (InferenceModel model = TinyModels.open("line")) {
      assertThatThrownBy(
              () ->
                  model.run(
                      1,
                      buffers -> {
                        throw new UnsupportedOperationException("mine");
                      },
                      buffers -> 0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("mine");
      assertThat(TinyModels.run(model, 1, 1, 2, 3)).containsExactly(3, 5, 7);
    }
  }

  @Test
  void run_unknownTensor_namesTheKnownOnes() {
    try (InferenceModel model = TinyModels.open("line")) {
      assertThatThrownBy(() -> model.run(1, buffers -> buffers.input("z"), buffers -> 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the network has no input \"z\", it has [x]");
    }
  }

  @Test
  void run_emptyBatch_isRefused() {
    try (InferenceModel model = TinyModels.open("line")) {
      assertThatThrownBy(() -> TinyModels.run(model, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got 0");
    }
  }

  @Test
  void close_twice_isHarmlessAndRefusesFurtherRuns() {
    InferenceModel model = TinyModels.open("line");
    model.close();
    assertThatCode(model::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> TinyModels.run(model, 1, 1, 2, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("model line is closed");
  }

  @Test
  void close_whileRunning_letsTheRunFinish() throws Exception {
    InferenceModel model = TinyModels.open("line");
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Float> running =
          thread.submit(
              () ->
                  model.run(
                      1,
                      buffers -> {
                        buffers.input("x").put(new float[] {1, 2, 3});
                        inside.countDown();
                        await(closed);
                      },
                      buffers -> buffers.output("y").get(1)));
      await(inside);
      model.close();
      assertThatThrownBy(() -> TinyModels.run(model, 1, 1, 2, 3))
          .isInstanceOf(IllegalStateException.class);
      closed.countDown();
      assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo(5);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void close_underLoad_everyRunFinishesOrIsRefused() throws Exception {
    for (int round = 0; round < 20; round++) {
      InferenceModel model = TinyModels.open("line");
      ExecutorService threads = Executors.newFixedThreadPool(4);
      CountDownLatch started = new CountDownLatch(4);
      try {
        List<Future<Integer>> runs = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          runs.add(
              threads.submit(
                  () -> {
                    int done = 0;
                    while (true) {
                      try {
                        assertThat(TinyModels.run(model, 1, 1, 2, 3)).containsExactly(3, 5, 7);
                      } catch (IllegalStateException e) {
                        return done;
                      }
                      if (done++ == 0) {
                        started.countDown();
                      }
                    }
                  }));
        }
        await(started);
        model.close();
        for (Future<Integer> run : runs) {
          assertThat(run.get(10, TimeUnit.SECONDS)).isPositive();
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void open_cutFile_saysSo(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(TinyModels.file("line"));
    Path cut = folder.resolve("cut.onnx");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(cut, "cannot use model cut: it is no ONNX graph or is cut");
  }

  @Test
  void open_otherFile_saysSo(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page.onnx");
    Files.writeString(page, "<html>404 not found</html>");
    assertRefused(page, "it is no ONNX graph or is cut; fetch it again");
  }

  @Test
  void open_emptyFile_saysSo(@TempDir Path folder) throws IOException {
    Path empty = folder.resolve("empty.onnx");
    Files.write(empty, new byte[0]);
    assertRefused(empty, "it is empty (0 bytes)");
  }

  @Test
  void open_changedByte_isNotTheFileOfItsManifest(@TempDir Path folder) throws IOException {
    Path model = Files.copy(TinyModels.file("line"), folder.resolve("line.onnx"));
    String sha = TinyModels.bundle("line").manifest().sha256();
    Files.writeString(
        folder.resolve("line.properties"),
        String.join(
            "\n",
            "format=1",
            "name=line",
            "role=test",
            "version=1",
            "file=line.onnx",
            "sha256=" + sha,
            "precision=fp32",
            "input=x [N,3]",
            "normalization.scale=1",
            "normalization.offset=0",
            "licence=none",
            "provenance=made by hand"));
    OnnxRuntime.create().open(ModelBundle.file(model, PixelNormalization.RAW)).close();
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    assertRefused(model, "is cut or changed: SHA-256");
  }

  @Test
  void open_newerFormat_asksForANewerRuntime() {
    for (String graph : List.of("line-ir-99", "line-opset-99")) {
      assertRefused(
          TinyModels.file(graph),
          "it is made for a newer ONNX Runtime; this is " + OnnxRuntime.version());
    }
  }

  @Test
  void open_unknownOperator_namesIt() {
    assertRefused(TinyModels.file("unknown-operator"), "Frobnicate");
  }

  @Test
  void open_int64Input_namesTensorAndType() {
    assertRefused(
        TinyModels.file("int64"),
        "cannot use model int64: its input \"x\" is of type INT64; only float32 tensors are"
            + " supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"line-free-width", "line-batch-4"})
  void open_otherShape_namesTensorAndShape(String graph) {
    assertRefused(TinyModels.file(graph), "its input \"x\" has the shape [");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(
            () -> OnnxRuntime.create().open(ModelBundle.file(file, PixelNormalization.RAW)).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
