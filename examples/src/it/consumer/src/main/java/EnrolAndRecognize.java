import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.gallery.Gallery;
import java.nio.file.Path;

/** The gallery's example of the README. */
class EnrolAndRecognize {
  public static void main(String[] args) {
    try (Gallery gallery = Gallery.open(Path.of("people.gallery"));
        MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.builder().gallery(gallery).build()) {
      recognizer.enrol("Ada", Path.of("ada.jpg"));
      recognizer.recognize(Path.of("masked.jpg")).faces().forEach(face ->
          System.out.println(face.mask().state() + " " + face.identity().orElse("nobody known")));
    }
  }
}
