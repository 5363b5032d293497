package dev.mfr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.mask.MaskKind;
import dev.mfr.landmarks.mask.MaskOptions;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.MaskStateNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link MaskStateNetwork} says of faces whose mask the test itself has drawn, or has not. */
class MaskStateTest {

  /** Every eighth of the pictures: some three hundred. */
  private static final int EVERY = 8;

  @Test
  void portraits_bare_areUnmasked() {
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        MaskStateNetwork network = MaskStateNetwork.open()) {
      for (Portrait portrait : Portrait.ALL) {
        RgbImage picture = portrait.load();
        assertThat(read(picture, detector, network))
            .as(portrait.person())
            .map(MaskReading::state)
            .contains(MaskState.UNMASKED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MaskKind.class)
  void portraits_withADrawnMask_areMasked(MaskKind kind) {
    MaskSynthesizer masks =
        MaskSynthesizer.create(MaskOptions.builder().kinds(List.of(kind)).build());
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        MaskStateNetwork network = MaskStateNetwork.open()) {
      for (Portrait portrait : Portrait.ALL) {
        RgbImage picture = portrait.load();
        DetectedFace face = mainFace(picture, detector).orElseThrow();
        RgbImage masked = masks.synthesize(picture, face.landmarks(), 7).image();
        // The face as it was found without the mask: the test is of the network alone.
        FaceViews views = AlignedFaceCropper.dlib().crop(masked, face);
        assertThat(network.estimate(List.of(views)).get(0).state())
            .as(portrait.person())
            .isEqualTo(MaskState.MASKED);
      }
    }
  }

  /** People that the network was not trained on, masks of seeds that it was not trained on. */
  @Tag("slow")
  @Test
  void unseenPeople_withAndWithoutADrawnMask_areToldApart() {
    List<LabelledPicture> all = PictureFolder.read(folder()).list();
    MaskSynthesizer masks = MaskSynthesizer.create();
    Counts bare = new Counts(MaskState.UNMASKED);
    Counts masked = new Counts(MaskState.MASKED);
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        MaskStateNetwork network = MaskStateNetwork.open()) {
      for (int i = 0; i < all.size(); i += EVERY) {
        RgbImage picture = all.get(i).source().load();
        Optional<DetectedFace> face = mainFace(picture, detector);
        if (face.isEmpty() || masks.obstacle(picture, face.get().landmarks()).isPresent()) {
          continue;
        }
        read(picture, detector, network).ifPresent(bare::add);
        RgbImage covered = masks.synthesize(picture, face.get().landmarks(), 77_000 + i).image();
        read(covered, detector, network).ifPresent(masked::add);
      }
    }
    System.out.printf("mask state: bare %s, masked %s%n", bare, masked);
    assertThat(bare.total()).isGreaterThan(250);
    assertThat(masked.total()).isGreaterThan(250);
    assertThat(bare.rightOfSure()).isGreaterThanOrEqualTo(.99);
    assertThat(masked.rightOfSure()).isGreaterThanOrEqualTo(.99);
    assertThat(bare.sure()).isGreaterThanOrEqualTo(.9);
    assertThat(masked.sure()).isGreaterThanOrEqualTo(.9);
  }

  /** What is said of the main face; empty when none is found, which some masks bring about. */
  private static Optional<MaskReading> read(
      RgbImage picture, FaceMeshDetector detector, MaskStateNetwork network) {
    return mainFace(picture, detector)
        .map(face -> AlignedFaceCropper.dlib().crop(picture, face))
        .filter(views -> !views.isRejected())
        .map(views -> network.estimate(List.of(views)).get(0));
  }

  private static Optional<DetectedFace> mainFace(RgbImage picture, FaceMeshDetector detector) {
    return detector.detect(picture).stream()
        .max(Comparator.comparingDouble(f -> f.prominence(picture.width(), picture.height())));
  }

  private static Path folder() {
    String given = System.getProperty("mfr.shared");
    Path root = given == null ? Path.of("..", "..", "shared") : Path.of(given);
    Path folder = root.resolve("data/lfw-pairs/images");
    assumeTrue(
        Files.isDirectory(folder),
        "skipped: " + folder + " is absent; point -Dmfr.shared at the shared data");
    return folder;
  }

  /** How often each state was read of faces that all have one. */
  private static final class Counts {
    private final MaskState truth;
    private final Map<MaskState, Integer> counts = new EnumMap<>(MaskState.class);

    Counts(MaskState truth) {
      this.truth = truth;
    }

    void add(MaskReading reading) {
      counts.merge(reading.state(), 1, Integer::sum);
    }

    int total() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The share of the faces that get an answer. */
    double sure() {
      return 1 - (double) counts.getOrDefault(MaskState.NOT_SURE, 0) / total();
    }

    /** The share of the answers that are right. */
    double rightOfSure() {
      return counts.getOrDefault(truth, 0) / (sure() * total());
    }

    @Override
    public String toString() {
      return counts.toString();
    }
  }
}
