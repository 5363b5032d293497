package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The estimator's promises; how good its answers are is tested where faces are found. */
class MaskStateNetworkTest {

  @Test
  void provider_offersTheBundledNetwork() {
    try (MaskStateEstimator estimator = new OnnxComponents().maskStateEstimator().orElseThrow()) {
      assertThat(estimator.modelId()).isEqualTo(OnnxModels.maskState().manifest().id());
      assertThat(estimator.modelId()).startsWith("mask-state:");
      assertThat(estimator.viewNames()).containsExactly("chip");
    }
  }

  /** 70 faces are more than enter the network at once, and no multiple of that. */
  @Test
  void estimate_batch_equalsSingleRunsInOrder() {
    List<FaceViews> faces = faces(70);
    try (MaskStateNetwork network = MaskStateNetwork.open()) {
      List<MaskReading> all = network.estimate(faces);
      assertThat(all).hasSize(70);
      for (int i = 0; i < 70; i++) {
        double single = network.estimate(List.of(faces.get(i))).get(0).probability();
        assertThat(all.get(i).probability()).isCloseTo(single, within(1e-5));
      }
      assertThat(all.stream().mapToDouble(MaskReading::probability).distinct().count())
          .as("different faces get different answers")
          .isGreaterThan(35);
    }
  }

  @Test
  void estimate_eightThreads_equalsSerial() throws Exception {
    List<FaceViews> faces = faces(6);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (MaskStateNetwork network = MaskStateNetwork.open()) {
      List<MaskReading> serial = network.estimate(faces);
      List<Future<List<MaskReading>>> parallel = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        List<FaceViews> some = faces.subList(i % 3, i % 3 + 1 + i % 4);
        parallel.add(threads.submit(() -> network.estimate(some)));
      }
      for (int i = 0; i < 64; i++) {
        List<MaskReading> answers = parallel.get(i).get(60, TimeUnit.SECONDS);
        assertThat(answers).hasSize(1 + i % 4);
        for (int k = 0; k < answers.size(); k++) {
          assertThat(answers.get(k).probability())
              .isCloseTo(serial.get(i % 3 + k).probability(), within(1e-5));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void estimate_lowerHalfAlone_decides() {
    Random random = new Random(11);
    byte[] rgb = new byte[3 * 150 * 150];
    random.nextBytes(rgb);
    byte[] otherEyes = rgb.clone();
    for (int i = 0; i < 3 * 150 * 50; i++) {
      otherEyes[i] = (byte) random.nextInt();
    }
    byte[] otherMouth = rgb.clone();
    Arrays.fill(otherMouth, 3 * 150 * 80, 3 * 150 * 130, (byte) 0);
    try (MaskStateNetwork network = MaskStateNetwork.open()) {
      List<MaskReading> readings =
          network.estimate(List.of(face(rgb), face(otherEyes), face(otherMouth)));
      assertThat(readings.get(1)).isEqualTo(readings.get(0));
      assertThat(readings.get(2)).isNotEqualTo(readings.get(0));
    }
  }

  @Test
  void estimateInto_givesWhatEstimateGivesAndLeavesTheRest() {
    List<FaceViews> faces = faces(3);
    try (MaskStateNetwork network = MaskStateNetwork.open()) {
      List<MaskReading> readings = network.estimate(faces);
      float[] probabilities = {-1, -1, -1, -1, -1};
      network.estimateInto(faces, probabilities);
      for (int i = 0; i < 3; i++) {
        assertThat((double) probabilities[i]).isEqualTo(readings.get(i).probability());
        assertThat(readings.get(i).state()).isEqualTo(MaskStateNetwork.stateOf(probabilities[i]));
      }
      assertThat(Arrays.copyOfRange(probabilities, 3, 5)).containsOnly(-1);
      assertThatThrownBy(() -> network.estimateInto(faces, new float[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("an array for the probabilities of 3 faces is too short: 2");
    }
  }

  @Test
  void estimate_noFace_givesNoReading() {
    try (MaskStateNetwork network = MaskStateNetwork.open()) {
      assertThat(network.estimate(List.of())).isEmpty();
    }
  }

  @Test
  void estimate_otherViewOrSize_namesBoth() {
    try (MaskStateNetwork network = MaskStateNetwork.open()) {
      FaceViews region = FaceViews.of(BundledModelsTest.view("roi", 100, new Random(1)));
      assertThatThrownBy(() -> network.estimate(List.of(region)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the cropper gave no view \"chip\"");
      FaceViews small = FaceViews.of(BundledModelsTest.view("chip", 100, new Random(1)));
      assertThatThrownBy(() -> network.estimate(List.of(faces(1).get(0), small)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("takes views \"chip\" of 150×150 pixels")
          .hasMessageContaining("100×100");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, UNMASKED",
    "0.5, NOT_SURE",
    "1, MASKED",
  })
  void stateOf_farFromTheLimits_isClear(double probability, MaskState state) {
    assertThat(MaskStateNetwork.stateOf(probability)).isEqualTo(state);
  }

  @Test
  void stateOf_limits_belongToTheSureSides() {
    assertThat(MaskStateNetwork.stateOf(MaskStateNetwork.MASKED_FROM)).isEqualTo(MaskState.MASKED);
    assertThat(MaskStateNetwork.stateOf(Math.nextDown(MaskStateNetwork.MASKED_FROM)))
        .isEqualTo(MaskState.NOT_SURE);
    assertThat(MaskStateNetwork.stateOf(MaskStateNetwork.UNMASKED_TO))
        .isEqualTo(MaskState.UNMASKED);
    assertThat(MaskStateNetwork.stateOf(Math.nextUp(MaskStateNetwork.UNMASKED_TO)))
        .isEqualTo(MaskState.NOT_SURE);
  }

  @Test
  void close_twice_isHarmlessAndRefusesFurtherFaces() {
    MaskStateNetwork network = MaskStateNetwork.open();
    List<FaceViews> faces = faces(1);
    network.close();
    assertThatCode(network::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> network.estimate(faces))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("model mask-state is closed");
  }

  @Test
  void open_networkOfAnotherShape_saysWhatOneIs() {
    assertThatThrownBy(() -> MaskStateNetwork.open(TinyModels.bundle("line"), OnnxRuntime.create()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("one output of a probability, [N,1]");
  }

  @Test
  void open_processorRequiredThatIsAbsent_isAFailure() {
    OnnxOptions options = OnnxOptions.builder().require(ExecutionProvider.cuda(77)).build();
    assertThatThrownBy(() -> MaskStateNetwork.open(options)).isInstanceOf(InferenceException.class);
  }

  private static List<FaceViews> faces(int count) {
    Random random = new Random(5);
    List<FaceViews> faces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      faces.add(FaceViews.of(BundledModelsTest.view("chip", 150, random)));
    }
    return faces;
  }

  private static FaceViews face(byte[] rgb) {
    return FaceViews.of(
        FaceView.of("chip", "test", RgbImage.copyOf(rgb, 150, 150, 450, PixelFormat.RGB)));
  }
}
