package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.Classification;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oracle is the same classifier without the early exit. */
class StrangerExitTest {

  /** Sees an angle: a pixel's value in degrees. */
  private static final class Compass implements FaceEmbedder {
    final String view;
    int faces;

    Compass(String view) {
      this.view = view;
    }

    @Override
    public String modelId() {
      return view + ":1";
    }

    @Override
    public List<String> viewNames() {
      return List.of(view);
    }

    @Override
    public int featureLength() {
      return 2;
    }

    @Override
    public int embeddingLength() {
      return 2;
    }

    @Override
    public FaceFeatures embed(List<FaceViews> batch) {
      faces += batch.size();
      float[] xy = new float[2 * batch.size()];
      for (int i = 0; i < batch.size(); i++) {
        double angle = Math.toRadians(batch.get(i).get(view).render().rgb(0, 0) >> 16);
        xy[2 * i] = (float) Math.cos(angle);
        xy[2 * i + 1] = (float) Math.sin(angle);
      }
      FeatureMatrix rows = FeatureMatrix.of(batch.size(), 2, xy);
      return new FaceFeatures(rows, rows);
    }

    @Override
    public void close() {}
  }

  private final Compass light = new Compass("roi");
  private final Compass heavy = new Compass("chip");
  private final FusedEmbedder both =
      FusedEmbedder.builder().add(light, 1, .1).add(heavy, 1, .9).build();

  private static FaceViews face(int roi, int chip) {
    return FaceViews.of(view("roi", roi), view("chip", chip));
  }

  private static FaceView view(String name, int red) {
    byte[] pixel = {(byte) red, 0, 0};
    return FaceView.of(name, name, RgbImage.wrap(pixel, 0, 1, 1, 3, PixelFormat.RGB));
  }

  private SoftmaxHead head(double minSimilarity) {
    List<FaceViews> faces = List.of(face(10, 20), face(12, 22), face(80, 90), face(82, 92));
    return SoftmaxTrainer.create(TrainingOptions.defaults())
        .train(
            new TrainingSet(
                List.of("Ada", "Ada", "Bob", "Bob"),
                both.embed(faces),
                both.modelId(),
                "roi & chip",
                OptionalDouble.empty()))
        .withUnknownRule(new UnknownRule(0, minSimilarity));
  }

  @Test
  void classify_anyFaces_decidesAsWithoutTheExitAndAsksTheLightNetworkLess() {
    Random random = new Random(5);
    List<FaceViews> faces = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      faces.add(face(random.nextInt(256), random.nextInt(256)));
    }
    for (double least : new double[] {-1, .5, .9, .96, .999}) {
      SoftmaxHead head = head(least);
      List<Classification> plain = new SoftmaxClassifier(both, head, 16, false).classify(faces);
      light.faces = 0;
      heavy.faces = 0;
      List<Classification> early = new SoftmaxClassifier(both, head, 16, true).classify(faces);

      int left = 0;
      for (int i = 0; i < faces.size(); i++) {
        assertThat(early.get(i).identity()).isEqualTo(plain.get(i).identity());
        if (!early.get(i).ranking().isEmpty()) {
          assertThat(early.get(i)).isEqualTo(plain.get(i));
          left++;
        }
      }
      assertThat(heavy.faces).isEqualTo(400);
      assertThat(light.faces).isEqualTo(left);
      assertThat(left).isBetween(least < 0 ? 400 : 1, least < .9 ? 400 : 399);
    }
  }

  @Test
  void classify_onlyStrangers_doesNotAskTheLightNetwork() {
    SoftmaxClassifier classifier = new SoftmaxClassifier(both, head(.9), 16, true);
    light.faces = 0;

    Classification answer = classifier.classify(List.of(face(20, 250))).get(0);

    assertThat(answer.identity()).isEmpty();
    assertThat(answer.explanation()).isEqualTo("similarity to everybody is below 0.90");
    assertThat(light.faces).isZero();
  }
}
