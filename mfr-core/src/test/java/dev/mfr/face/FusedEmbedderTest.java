package dev.mfr.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FusedEmbedderTest {

  /** Reads the first pixel's red as the feature, and an angle of that many degrees. */
  private static final class Dial implements FaceEmbedder {
    final String id;
    final String view;
    final boolean failsToClose;
    int closed;

    Dial(String id, String view, boolean failsToClose) {
      this.id = id;
      this.view = view;
      this.failsToClose = failsToClose;
    }

    @Override
    public String modelId() {
      return id;
    }

    @Override
    public List<String> viewNames() {
      return List.of(view);
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
      float[] features = new float[faces.size()];
      float[] embeddings = new float[2 * faces.size()];
      for (int i = 0; i < faces.size(); i++) {
        int red = faces.get(i).get(view).render().rgb(0, 0) >> 16;
        features[i] = red;
        embeddings[2 * i] = (float) Math.cos(Math.toRadians(red));
        embeddings[2 * i + 1] = (float) Math.sin(Math.toRadians(red));
      }
      return new FaceFeatures(
          FeatureMatrix.of(faces.size(), 1, features),
          FeatureMatrix.of(faces.size(), 2, embeddings));
    }

    @Override
    public void close() {
      closed++;
      if (failsToClose) {
        throw new IllegalStateException(id + " does not close");
      }
    }
  }

  private final Dial upper = new Dial("upper:1", "roi", false);
  private final Dial whole = new Dial("whole:2", "chip", false);

  private static FaceView view(String name, int red) {
    byte[] pixel = {(byte) red, 0, 0};
    return FaceView.of(name, name + "-recipe", RgbImage.wrap(pixel, 0, 1, 1, 3, PixelFormat.RGB));
  }

  private static FaceViews face(int upperRed, int wholeRed) {
    return FaceViews.of(view("chip", wholeRed), view("roi", upperRed));
  }

  private FusedEmbedder fused(double firstWeight, double secondWeight) {
    return FusedEmbedder.builder()
        .add(upper, 1, firstWeight)
        .add(whole, 3, secondWeight)
        .similarityThreshold(.7)
        .build();
  }

  @Test
  void embed_twoNetworks_putsTheirFeaturesSideBySide() {
    FaceFeatures made = fused(1, 1).embed(List.of(face(10, 200), face(30, 40)));
    assertThat(made.features().row(0)).containsExactly(10, 200);
    assertThat(made.features().row(1)).containsExactly(30, 40);
    assertThat(fused(1, 1).embed(List.of()).features().columns()).isEqualTo(2);
  }

  @Test
  void embedInto_bufferThatHadOtherFaces_equalsEmbed() {
    FusedEmbedder both = fused(.1, .23);
    FeatureBuffer target = new FeatureBuffer();
    for (int faces : new int[] {3, 1, 0, 2}) {
      List<FaceViews> batch = new ArrayList<>();
      for (int i = 0; i < faces; i++) {
        batch.add(face(10 * faces + i, 100 + i));
      }
      both.embedInto(batch, target);
      FaceFeatures expected = both.embed(batch);
      assertThat(target.size()).isEqualTo(faces);
      for (int i = 0; i < faces; i++) {
        assertThat(target.features(i)).isEqualTo(expected.features().row(i));
        assertThat(target.embedding(i)).isEqualTo(expected.embeddings().row(i));
      }
    }
  }

  @Test
  void keep_someRows_areTheirsInOrder() {
    FeatureBuffer buffer = new FeatureBuffer();
    buffer.set(upper.embed(List.of(face(1, 0), face(2, 0), face(3, 0), face(4, 0))));
    buffer.keep(new int[] {0, 2, 3, 9}, 3);
    assertThat(buffer.toFeatures().features().rows()).isEqualTo(3);
    assertThat(buffer.features(0)).containsExactly(1);
    assertThat(buffer.features(1)).containsExactly(3);
    assertThat(buffer.features(2)).containsExactly(4);
    assertThat(buffer.embedding(2)[1])
        .isCloseTo((float) Math.sin(Math.toRadians(4)), within(1e-6f));
  }

  @Test
  void embed_weights_dotProductIsTheWeightedMeanOfTheParts() {
    FaceFeatures made = fused(1, 4).embed(List.of(face(10, 100), face(70, 130)));
    float[] a = made.embeddings().row(0);
    float[] b = made.embeddings().row(1);
    double dot = 0;
    double length = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      length += (double) a[i] * a[i];
    }
    double expected = .2 * Math.cos(Math.toRadians(60)) + .8 * Math.cos(Math.toRadians(30));
    assertThat(dot).isCloseTo(expected, within(1e-6));
    assertThat(length).isCloseTo(1, within(1e-6));
  }

  @Test
  void properties_twoNetworks_areJoined() {
    FusedEmbedder both = fused(1, 4);
    assertThat(both.modelId()).isEqualTo("0.2*upper:1 & 0.8*whole:2");
    assertThat(both.viewNames()).containsExactly("roi", "chip");
    assertThat(face(1, 2).recipe(both.viewNames())).isEqualTo("roi-recipe & chip-recipe");
    assertThat(both.featureBlocks())
        .containsExactly(new FeatureBlock(1, .25), new FeatureBlock(1, .75));
    assertThat(both.similarityThreshold()).isEqualTo(OptionalDouble.of(.7));
    FusedEmbedder same =
        FusedEmbedder.builder().add(upper).add(new Dial("other:3", "roi", false)).build();
    assertThat(same.viewNames()).containsExactly("roi");
  }

  @Test
  void ofId_itsOwnId_embedsTheSame() {
    FusedEmbedder both = fused(.1, .23);
    Map<String, FaceEmbedder> known = Map.of("upper:1", upper, "whole:2", whole);
    FusedEmbedder again =
        FusedEmbedder.ofId(both.modelId(), id -> Optional.ofNullable(known.get(id))).orElseThrow();
    assertThat(again.modelId()).isEqualTo(both.modelId());
    List<FaceViews> faces = List.of(face(10, 100));
    assertThat(again.embed(faces).embeddings().row(0))
        .containsExactly(both.embed(faces).embeddings().row(0));
  }

  @Test
  void ofId_partThatNobodyOffers_isEmptyAndClosesTheOthers() {
    Optional<FusedEmbedder> none =
        FusedEmbedder.ofId(
            "0.5*upper:1 & 0.5*gone:9",
            id -> id.equals("upper:1") ? Optional.of(upper) : Optional.empty());
    assertThat(none).isEmpty();
    assertThat(upper.closed).isEqualTo(1);
  }

  @Test
  void ofId_otherIds_areEmptyAndOpenNothing() {
    List<String> asked = new ArrayList<>();
    for (String id : List.of("upper:1", "", "a & b", "0.5*a", "2*a & 1*b", "x*a & 0.5*b")) {
      assertThat(
              FusedEmbedder.ofId(
                  id,
                  part -> {
                    asked.add(part);
                    return Optional.of(upper);
                  }))
          .isEmpty();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void close_onePartFails_closesTheOthersAndTellsTheFailure() {
    Dial stuck = new Dial("stuck:0", "roi", true);
    FusedEmbedder both = FusedEmbedder.builder().add(stuck).add(whole).build();
    assertThatThrownBy(both::close).hasMessage("stuck:0 does not close");
    assertThat(whole.closed).isEqualTo(1);
  }

  @Test
  void build_onePartOrTheSameTwice_isRefused() {
    FusedEmbedder.Builder one = FusedEmbedder.builder().add(upper);
    assertThatThrownBy(one::build).hasMessageContaining("two embedders or more, got 1");
    FusedEmbedder.Builder twice = one.add(upper);
    assertThatThrownBy(twice::build).hasMessageContaining("the same embedder twice");
    assertThatThrownBy(() -> FusedEmbedder.builder().add(upper, 1, 0))
        .hasMessageContaining("weight must be positive");
    assertThatThrownBy(() -> FusedEmbedder.builder().add(upper, -1, 1))
        .hasMessageContaining("share must be positive");
  }
}
