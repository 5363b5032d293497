import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FirstResultTest {
  private static final Path PORTRAITS = Path.of(System.getProperty("portraits"));

  @Test
  void main_maskedPersonOfTheFolder_printsTheNameAndTheProbability() throws Exception {
    for (String file : new String[] {"eileen-collins.png", "grace-hopper.jpg", "marie-curie.jpg"}) {
      String person = file.substring(0, file.indexOf('.'));
      Path folder = Files.createDirectories(Path.of("people", person));
      Files.copy(PORTRAITS.resolve(file), folder.resolve(file));
    }
    RgbImage portrait = RgbImage.read(PORTRAITS.resolve("grace-hopper.jpg"));
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      DetectedFace face = detector.detect(portrait).get(0);
      ImageFiles.writeJpeg(
          MaskSynthesizer.create().synthesize(portrait, face.landmarks(), 1).image(),
          95,
          Path.of("masked.jpg"));
    }
    String answer = printed(() -> FirstResult.main(new String[0]));
    assertTrue(answer.matches("grace-hopper [01][.,]\\d\\d\\R"), answer);

    Files.copy(PORTRAITS.resolve("grace-hopper.jpg"), Path.of("ada.jpg"));
    String enrolled = printed(() -> EnrolAndRecognize.main(new String[0]));
    assertTrue(enrolled.matches("MASKED Ada\\R"), enrolled);
  }

  private static String printed(Runnable program) {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
