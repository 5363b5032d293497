import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.dataset.PictureFolder;
import java.nio.file.Path;

/** The example of the README. */
class FirstResult {
  public static void main(String[] args) {
    try (var recognizer = MaskedFaceRecognizer.builder()
        .train(PictureFolder.read(Path.of("people")))) { // people/NAME/*.jpg
      recognizer.save(Path.of("people.mfr"));
    }
    try (var recognizer = MaskedFaceRecognizer.load(Path.of("people.mfr"))) {
      recognizer.recognize(Path.of("masked.jpg")).faces().forEach(face ->
          System.out.printf("%s %.2f%n", face.identity().orElse("nobody known"), face.probability()));
    }
  }
}
