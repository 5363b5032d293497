package dev.mfr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.Classification;
import dev.mfr.FeatureExtractor;
import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.RoiCropper;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.evaluation.ClassificationReport;
import dev.mfr.examples.demo.MaskPainter;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mask.MaskedCopies;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.DefaultEmbedder;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.ResNet50Embedder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred people, three quarters of each one's photographs to train, the rest to test, seed 0.
 * Skipped without the research data.
 */
@Tag("slow")
class RealPeopleTest {

  private static final int MASKED_A_PERSON = 5;

  /**
   * Accuracies on pictures without and with a mask, after training without and with masked
   * pictures.
   */
  private record Figures(
      ClassificationReport unmasked,
      ClassificationReport masked,
      ClassificationReport unmaskedAfterMasks,
      ClassificationReport maskedAfterMasks) {}

  private static Path folder() {
    String given = System.getProperty("mfr.shared");
    Path root = given == null ? Path.of("..", "..", "shared") : Path.of(given);
    Path folder = root.resolve("data/lfw100");
    assumeTrue(
        Files.isDirectory(folder),
        "skipped: " + folder + " is absent; point -Dmfr.shared at the shared data");
    return folder;
  }

  private static Figures evaluate(FaceEmbedder network, RoiCropper cropper) {
    LabelledPictures.Split split = PictureFolder.read(folder()).split(.75, 0);
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        network) {
      FeatureExtractor extractor = new FeatureExtractor(detector, cropper, network);
      List<LabelledPicture> withMasks = new ArrayList<>(split.train().list());
      split
          .train()
          .byPerson()
          .values()
          .forEach(
              own ->
                  own.stream()
                      .limit(MASKED_A_PERSON)
                      .forEach(picture -> withMasks.add(masked(picture, detector, 1))));
      List<LabelledPicture> maskedTest =
          split.test().list().stream().map(picture -> masked(picture, detector, 2)).toList();
      SoftmaxHead plain = train(extractor, split.train().list());
      SoftmaxHead mixed = train(extractor, withMasks);
      return new Figures(
          report("no masks, tested without", plain, extractor, split.test().list()),
          report("no masks, tested with masks", plain, extractor, maskedTest),
          report("5 masked a person, tested without", mixed, extractor, split.test().list()),
          report("5 masked a person, tested with masks", mixed, extractor, maskedTest));
    }
  }

  private static LabelledPicture masked(
      LabelledPicture picture, FaceMeshDetector detector, long seed) {
    long look = 31 * seed + picture.label().hashCode() + 17L * picture.name().length();
    return picture.withVariant("mask", image -> MaskPainter.mask(image, detector, look));
  }

  private static SoftmaxHead train(FeatureExtractor extractor, List<LabelledPicture> pictures) {
    return SoftmaxTrainer.create(TrainingOptions.defaults())
        .train(extractor.extract(pictures, (picture, reason) -> {}).trainingSet());
  }

  private static ClassificationReport report(
      String what, SoftmaxHead head, FeatureExtractor extractor, List<LabelledPicture> pictures) {
    Extraction test = extractor.extract(pictures, (picture, reason) -> {});
    ClassificationReport.Builder builder = ClassificationReport.builder();
    List<Classification> answers = head.classifyAll(test.features());
    for (int i = 0; i < answers.size(); i++) {
      builder.add(test.pictures().get(i).label(), answers.get(i));
    }
    test.skipped().forEach(skipped -> builder.addNoFace(skipped.picture().label()));
    ClassificationReport done = builder.build();
    BootstrapInterval interval = done.accuracyInterval(.95, 1);
    System.out.printf(
        "%s, trained on %s: %d pictures (%d without a face), accuracy %.1f %% (95 %%: %.1f to %.1f),"
            + " top 5 %.1f %%, named %d of which %.1f %% right%n",
        test.embedderId(),
        what,
        done.pictures(),
        done.noFace(),
        100 * done.accuracy(),
        100 * interval.low(),
        100 * interval.high(),
        100 * done.topK(5),
        done.acceptedCount(),
        100 * done.acceptedAccuracy());
    return done;
  }

  @Test
  void default_hundredPeople_nearlyAllWithAndWithoutAMask() {
    LabelledPictures.Split split = PictureFolder.read(folder()).split(.75, 0);
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        FaceEmbedder network = DefaultEmbedder.open()) {
      FeatureExtractor extractor =
          new FeatureExtractor(
                  detector, PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib()), network)
              .threads(Runtime.getRuntime().availableProcessors());
      List<LabelledPicture> withMasks = new ArrayList<>();
      for (LabelledPicture picture : split.train().list()) {
        withMasks.add(picture);
        withMasks.addAll(MaskedCopies.create().copies(picture, detector));
      }
      List<LabelledPicture> maskedTest =
          split.test().list().stream().map(picture -> masked(picture, detector, 2)).toList();
      SoftmaxHead head = train(extractor, withMasks);
      ClassificationReport unmasked =
          report("masked copies, tested without", head, extractor, split.test().list());
      ClassificationReport masked =
          report("masked copies, tested with masks", head, extractor, maskedTest);
      assertThat(unmasked.accuracy()).isGreaterThan(.98);
      assertThat(masked.accuracy()).isGreaterThan(.95);
    }
  }

  @Test
  void resNet50_hundredPeople_fourOfFiveAlsoWithAMask() {
    Figures figures = evaluate(ResNet50Embedder.open(), PeriocularCropper.fourPoint());
    assertThat(figures.unmasked().accuracy()).isGreaterThan(.82);
    assertThat(figures.masked().accuracy()).isGreaterThan(.7);
  }

  @Test
  void dlib_hundredPeople_nearlyAllAndMaskedOnesAfterTrainingWithMasks() {
    Figures figures = evaluate(DlibEmbedder.open(), AlignedFaceCropper.dlib());
    assertThat(figures.unmasked().accuracy()).isGreaterThan(.98);
    assertThat(figures.maskedAfterMasks().accuracy())
        .isGreaterThan(.8)
        .isGreaterThan(figures.masked().accuracy());
  }
}
