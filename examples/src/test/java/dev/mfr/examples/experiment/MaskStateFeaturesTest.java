package dev.mfr.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.onnx.MaskStateNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskStateFeaturesTest {

  private record Fixed(List<Double> probabilities) implements MaskStateEstimator {
    @Override
    public String modelId() {
      return "fixed:1";
    }

    @Override
    public List<String> viewNames() {
      return List.of("chip");
    }

    @Override
    public List<MaskReading> estimate(List<FaceViews> faces) {
      return probabilities.stream().map(p -> new MaskReading(MaskState.NOT_SURE, p)).toList();
    }

    @Override
    public void close() {}
  }

  @Test
  void state_ofWhatIsEmbedded_isThatOfTheProbability() {
    List<Double> probabilities =
        List.of(
            0., MaskStateNetwork.UNMASKED_TO - .01, .1, .9, MaskStateNetwork.MASKED_FROM + .01, 1.);

    FaceFeatures made = new MaskStateFeatures(new Fixed(probabilities)).embed(List.of());

    for (int i = 0; i < probabilities.size(); i++) {
      float[] row = made.embeddings().row(i);
      assertThat(Math.hypot(row[0], row[1])).isCloseTo(1, within(1e-6));
      assertThat(MaskStateFeatures.state(new float[] {7, row[0], row[1]}, 1))
          .isEqualTo(MaskStateNetwork.stateOf(probabilities.get(i)));
    }
  }
}
