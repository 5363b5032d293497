package dev.mfr.landmarks.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.LandmarkDetector;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureSource;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ids are asked for without a pixel being made. */
class MaskedCopiesTest {

  private static LabelledPicture picture(String name, Optional<String> id) {
    return new LabelledPicture(
        "ann",
        name,
        new PictureSource() {
          @Override
          public RgbImage load() {
            throw new AssertionError("the id needs no pixels");
          }

          @Override
          public Optional<String> contentId() {
            return id;
          }
        });
  }

  private static LandmarkDetector detector(Optional<String> id) {
    return new LandmarkDetector() {
      @Override
      public List<DetectedFace> detect(RgbImage image) {
        throw new AssertionError("the id needs no face");
      }

      @Override
      public Optional<String> id() {
        return id;
      }
    };
  }

  private static List<Optional<String>> ids(
      LabelledPicture original, LandmarkDetector detector, int copies, long seed) {
    return MaskedCopies.create(MaskOptions.defaults(), copies, seed)
        .copies(original, detector)
        .stream()
        .map(copy -> copy.source().contentId())
        .toList();
  }

  @Test
  void contentId_equalInputs_isEqualAndDiffersFromAllOthers() {
    LabelledPicture original = picture("a.jpg", Optional.of("pixels"));
    LandmarkDetector detector = detector(Optional.of("mesh"));

    List<Optional<String>> ids = ids(original, detector, 2, 1);

    assertThat(ids(original, detector, 2, 1)).isEqualTo(ids);
    assertThat(ids).doesNotHaveDuplicates().allMatch(Optional::isPresent);
    assertThat(ids)
        .doesNotContain(Optional.of("pixels"))
        .doesNotContainAnyElementsOf(ids(original, detector, 2, 2))
        .doesNotContainAnyElementsOf(ids(original, detector(Optional.of("other")), 2, 1))
        .doesNotContainAnyElementsOf(
            ids(picture("a.jpg", Optional.of("other pixels")), detector, 2, 1))
        .as("the name chooses the mask")
        .doesNotContainAnyElementsOf(ids(picture("b.jpg", Optional.of("pixels")), detector, 2, 1));
  }

  @Test
  void contentId_sameFileInAnotherFolder_isEqual() {
    LandmarkDetector detector = detector(Optional.of("mesh"));
    Optional<String> pixels = Optional.of("pixels");

    assertThat(ids(picture("/data/ann/a.jpg", pixels), detector, 2, 1))
        .isEqualTo(ids(picture("a.jpg", pixels), detector, 2, 1))
        .isEqualTo(ids(picture("C:\\faces\\ann\\a.jpg", pixels), detector, 2, 1));
  }

  @Test
  void contentId_unknownPixelsOrDetector_isEmpty() {
    LabelledPicture known = picture("a.jpg", Optional.of("pixels"));
    LabelledPicture unknown = picture("a.jpg", Optional.empty());

    assertThat(ids(unknown, detector(Optional.of("mesh")), 1, 1)).containsExactly(Optional.empty());
    assertThat(ids(known, detector(Optional.empty()), 1, 1)).containsExactly(Optional.empty());
  }
}
