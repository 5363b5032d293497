package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.Classification;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoftmaxClassifierTest {

  /** Sees the red of the first pixel: 0 is Ada, 255 is Bob. */
  private static final class RedEmbedder implements FaceEmbedder {
    final List<Integer> batches = new ArrayList<>();
    boolean closed;

    @Override
    public String modelId() {
      return "red:1";
    }

    @Override
    public List<String> viewNames() {
      return List.of("roi");
    }

    @Override
    public int featureLength() {
      return 1;
    }

    @Override
    public int embeddingLength() {
      return 2;
    }

    @Override
    public FaceFeatures embed(List<FaceViews> faces) {
      batches.add(faces.size());
      float[] features = new float[faces.size()];
      float[] embeddings = new float[2 * faces.size()];
      for (int i = 0; i < faces.size(); i++) {
        features[i] = faces.get(i).get("roi").render().rgb(0, 0) >> 16;
        embeddings[2 * i] = features[i] < 128 ? 1 : 0;
        embeddings[2 * i + 1] = 1 - embeddings[2 * i];
      }
      return new FaceFeatures(
          FeatureMatrix.of(faces.size(), 1, features),
          FeatureMatrix.of(faces.size(), 2, embeddings));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final RedEmbedder embedder = new RedEmbedder();

  private static FaceViews face(int red, String name, String recipe) {
    RgbImage pixel = RgbImage.copyOf(new byte[] {(byte) red, 0, 0}, 1, 1, 3, PixelFormat.RGB);
    return FaceViews.of(FaceView.of(name, recipe, pixel));
  }

  private SoftmaxHead head(String embedderId) {
    List<FaceViews> faces =
        IntStream.of(0, 10, 245, 255).mapToObj(red -> face(red, "roi", "r")).toList();
    return SoftmaxTrainer.create(TrainingOptions.defaults())
        .train(
            new TrainingSet(
                List.of("Ada", "Ada", "Bob", "Bob"),
                new RedEmbedder().embed(faces),
                embedderId,
                "r",
                OptionalDouble.empty()));
  }

  @Test
  void classifyInto_embedderForgetsAFace_isRefused() {
    FaceEmbedder forgetful =
        new FaceEmbedder() {
          @Override
          public String modelId() {
            return "red:1";
          }

          @Override
          public List<String> viewNames() {
            return List.of("roi");
          }

          @Override
          public int featureLength() {
            return 1;
          }

          @Override
          public int embeddingLength() {
            return 2;
          }

          @Override
          public FaceFeatures embed(List<FaceViews> faces) {
            return embedder.embed(faces.subList(1, faces.size()));
          }

          @Override
          public void close() {}
        };
    SoftmaxClassifier classifier = new SoftmaxClassifier(forgetful, head("red:1"));
    List<FaceViews> faces = List.of(face(0, "roi", "r"), face(255, "roi", "r"));
    assertThatThrownBy(() -> classifier.classify(faces))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the embedder made 1 rows of 2 faces");
  }

  @Test
  void classify_manyFaces_answersInOrderInBatches() {
    List<FaceViews> faces =
        IntStream.range(0, 40).mapToObj(i -> face(i % 3 == 0 ? 255 : 3, "roi", "r")).toList();
    try (SoftmaxClassifier classifier = new SoftmaxClassifier(embedder, head("red:1"))) {
      List<Classification> answers = classifier.classify(faces);
      assertThat(answers).hasSize(40);
      for (int i = 0; i < 40; i++) {
        assertThat(answers.get(i).identity()).hasValue(i % 3 == 0 ? "Bob" : "Ada");
      }
      assertThat(classifier.classify(List.of())).isEmpty();
    }
    assertThat(embedder.batches).containsExactly(16, 16, 8);
    assertThat(embedder.closed).isTrue();
  }

  @Test
  void classify_smallMaxBatch_isObeyed() {
    SoftmaxClassifier classifier = new SoftmaxClassifier(embedder, head("red:1"), 1, false);
    classifier.classify(List.of(face(1, "roi", "r"), face(2, "roi", "r")));
    assertThat(embedder.batches).containsExactly(1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftmaxClassifier(embedder, head("red:1"), 0, false));
  }

  @Test
  void constructor_headOfAnotherEmbedder_namesBothAndTheCure() {
    SoftmaxHead other = head("blue:2");
    assertThatThrownBy(() -> new SoftmaxClassifier(embedder, other))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("blue:2")
        .hasMessageContaining("red:1")
        .hasMessageContaining("train it again");
    assertThat(embedder.closed).isFalse();
  }

  @Test
  void classify_otherRecipeOrView_refusesBeforeEmbedding() {
    SoftmaxClassifier classifier = new SoftmaxClassifier(embedder, head("red:1"));
    assertThatThrownBy(
            () -> classifier.classify(List.of(face(1, "roi", "r"), face(1, "roi", "other"))))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("\"r\"")
        .hasMessageContaining("\"other\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> classifier.classify(List.of(face(1, "chip", "r"))))
        .withMessageContaining("no view \"roi\"");
    assertThat(embedder.batches).isEmpty();
  }
}
