package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faces are pictures of one pixel: red says who, blue 1 is masked, 2 not sure. */
class FaceEncoderTest {
  private final Map<String, Integer> runs = new TreeMap<>();

  private FaceEmbedder network(String name, int seed) {
    return new PixelNetwork(
        name,
        rgb -> seed,
        faces -> runs.merge(name, faces, Integer::sum),
        () -> runs.merge("closed", 1, Integer::sum));
  }

  private final class Masks implements MaskStateEstimator {
    @Override
    public String modelId() {
      return "masks";
    }

    @Override
    public List<String> viewNames() {
      return List.of("pixel");
    }

    @Override
    public List<MaskReading> estimate(List<FaceViews> faces) {
      return faces.stream()
          .map(
              face ->
                  switch (PixelNetwork.rgb(face) & 255) {
                    case 0 -> new MaskReading(MaskState.UNMASKED, 0);
                    case 1 -> new MaskReading(MaskState.MASKED, 1);
                    default -> new MaskReading(MaskState.NOT_SURE, .5);
                  })
          .toList();
    }

    @Override
    public void close() {
      runs.merge("closed", 1, Integer::sum);
    }
  }

  private static FaceViews face(int person, int mask) {
    return FaceViews.of(
        FaceView.of(
            "pixel",
            "pixel",
            RgbImage.wrap(
                new byte[] {(byte) person, 0, (byte) mask}, 0, 1, 1, 3, PixelFormat.RGB)));
  }

  private static Calibration calibration(FaceEmbedder embedder, ProbeBlock... blocks) {
    return new Calibration(
        new GalleryModel(embedder.modelId(), "pixel", embedder.embeddingLength()),
        "invented",
        Optional.empty(),
        0,
        0,
        List.of(blocks),
        Map.of(),
        Map.of(),
        .5);
  }

  private FusedEmbedder fusion() {
    return FusedEmbedder.builder()
        .add(network("a", 1), .5, .2)
        .add(network("b", 2), .3, .5)
        .add(network("c", 3), .2, .3)
        .build();
  }

  @Test
  void encodeWeighed_blocksThatCountForNothing_areNotRunAndTheRestIsTheSame() {
    FusedEmbedder fused = fusion();
    Calibration calibration =
        calibration(
            fused,
            new ProbeBlock(Faces.LENGTH, 2.5, 0),
            new ProbeBlock(Faces.LENGTH, 1, 1.5),
            new ProbeBlock(Faces.LENGTH, 0, .5));
    FaceEncoder encoder = new FaceEncoder(fused, new Masks());
    // More than one batch, states mixed.
    List<FaceViews> faces =
        IntStream.range(0, 40).mapToObj(i -> face(1 + i, i % 4 == 0 ? 0 : i % 3)).toList();
    int unmasked = (int) faces.stream().filter(face -> (PixelNetwork.rgb(face) & 255) == 0).count();

    List<FaceEncoder.Weighed> weighed = encoder.encodeWeighed(faces, calibration);

    assertThat(runs).containsEntry("a", unmasked).containsEntry("b", 40);
    assertThat(runs).containsEntry("c", 40 - unmasked);
    List<Probe> probes = encoder.encode(faces);
    List<float[]> expected = new ArrayList<>();
    for (Probe probe : probes) {
      float[] numbers = probe.embedding().toArray();
      calibration.weigh(probe.mask().state(), numbers);
      expected.add(numbers);
    }
    for (int i = 0; i < faces.size(); i++) {
      assertThat(weighed.get(i).mask).isEqualTo(probes.get(i).mask());
      assertThat(weighed.get(i).model).isEqualTo(probes.get(i).model());
      assertThat(weighed.get(i).numbers).containsExactly(expected.get(i), within(1e-6f));
    }
  }

  @Test
  void encodeWeighed_blocksThatAreNotTheParts_runsAll() {
    FusedEmbedder fused = fusion();
    Calibration calibration =
        calibration(
            fused,
            new ProbeBlock(Faces.LENGTH / 2, 0, 0),
            new ProbeBlock((5 * Faces.LENGTH) / 2, 1, 1));
    FaceEncoder encoder = new FaceEncoder(fused, new Masks());

    FaceEncoder.Weighed weighed = encoder.encodeWeighed(List.of(face(1, 0)), calibration).get(0);

    assertThat(runs).containsEntry("a", 1).containsEntry("b", 1).containsEntry("c", 1);
    assertThat(weighed.numbers[0]).isZero();
    assertThat(weighed.numbers[Faces.LENGTH]).isNotZero();
  }

  @Test
  void encode_nobodyLooksForMasks_isNotSure() {
    FaceEncoder encoder = new FaceEncoder(network("a", 1), null);

    assertThat(encoder.encode(List.of(face(1, 1))).get(0).mask()).isEqualTo(MaskReading.NONE);
  }

  @Test
  void close_closesAllNetworks() {
    new FaceEncoder(fusion(), new Masks()).close();

    assertThat(runs).containsEntry("closed", 4);
  }
}
