package dev.mfr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.Augmentation;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.Recognition;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.image.RgbImage;
import dev.mfr.onnx.ResNet50Embedder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a developer gets who sets nothing. */
class DefaultRecognizerTest {

  private static LabelledPictures portraits() {
    return LabelledPictures.of(
        Portrait.ALL.subList(0, 3).stream()
            .map(p -> new LabelledPicture(p.person(), p.resource(), p::load))
            .toList());
  }

  @Test
  void train_nothingSet_fusesTwoNetworksAndAddsAMaskedCopyOfEachPicture() {
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.builder().train(portraits())) {
      SoftmaxHead head = recognizer.head().orElseThrow();
      assertThat(head.embedderId())
          .contains("resnet50-periocular-int8")
          .contains(" & ")
          .contains("dlib-mask-aware");
      assertThat(head.viewRecipe()).isEqualTo("roi-4-rectangle-100 & dlib-chip-150-0.25");
      assertThat(head.summary().pictures()).isEqualTo(6);
    }
  }

  @Test
  void train_noAugmentationAndOneNetwork_isThePapersWay() {
    try (MaskedFaceRecognizer recognizer =
        MaskedFaceRecognizer.builder()
            .embedder(ResNet50Embedder.open())
            .augmentation(Augmentation.NONE)
            .train(portraits())) {
      SoftmaxHead head = recognizer.head().orElseThrow();
      assertThat(head.embedderId()).startsWith("resnet50-periocular-int8:");
      assertThat(head.viewRecipe()).isEqualTo("roi-4-rectangle-100");
      assertThat(head.summary().pictures()).isEqualTo(3);
    }
  }

  @Test
  void load_savedFusion_opensBothNetworksAndAnswersTheSame(@TempDir Path dir) {
    Path file = dir.resolve("people.mfr");
    RgbImage portrait = Portrait.ALL.get(1).load();
    Recognition before;
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.builder().train(portraits())) {
      recognizer.save(file);
      before = recognizer.recognize(portrait);
    }
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.load(file)) {
      Recognition after = recognizer.recognize(portrait);
      assertThat(after.identities()).isEqualTo(List.of(Portrait.ALL.get(1).person()));
      assertThat(after.faces().get(0).classification().ranking())
          .isEqualTo(before.faces().get(0).classification().ranking());
    }
  }
}
