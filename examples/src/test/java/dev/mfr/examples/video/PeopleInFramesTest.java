package dev.mfr.examples.video;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureVariants;
import dev.mfr.examples.demo.MaskPainter;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example on a masked portrait that moves. */
class PeopleInFramesTest {

  private static LabelledPictures people() {
    return LabelledPictures.of(
        Portrait.ALL.stream()
            .map(p -> new LabelledPicture(p.person(), p.resource(), p::load))
            .flatMap(p -> Stream.concat(Stream.of(p), PictureVariants.of(p, 3, 1).stream()))
            .toList());
  }

  @Test
  void print_maskedPersonWhoMoves_oneTrackAndOneNameInEveryFrame(@TempDir Path dir)
      throws IOException {
    Portrait person = Portrait.ALL.get(1);
    RgbImage masked;
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      masked = MaskPainter.mask(person.load(), detector, 5);
    }
    int frames = 24;
    for (int t = 0; t < frames; t++) {
      Affine back =
          Affine.scaling(1.25, 1.25).then(Affine.translation(-60 + 2.5 * t, -20 + 1.5 * t));
      ImageFiles.writeJpeg(
          Warp.render(masked, back, 400, 400, Border.REPLICATE),
          90,
          dir.resolve(String.format(Locale.ROOT, "%06d.jpg", t)));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.builder().train(people())) {
      PeopleInFrames.print(recognizer, dir, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(frames);
    assertThat(lines.get(0)).startsWith("000000.jpg");
    assertThat(lines)
        .allSatisfy(
            line -> assertThat(line).contains("  #1 " + person.person()).doesNotContain("#2"));
  }
}
