package dev.mfr.examples.video;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.image.RgbImage;
import dev.mfr.video.VideoFace;
import dev.mfr.video.VideoRecognizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Says who is in a video whose frames lie in a folder, as from {@code ffmpeg -i video.mp4
 * frames/%06d.jpg}: {@code java -cp mfr.jar dev.mfr.examples.video.PeopleInFrames people.mfr
 * frames}.
 */
public final class PeopleInFrames {
  private PeopleInFrames() {}

  /**
   * Prints a line for each frame: its name, and track, person and probability of each face.
   *
   * @param args a trained head, and a folder of frames that are in order by name
   * @throws IOException when the folder cannot be read
   */
  public static void main(String[] args) throws IOException {
    try (MaskedFaceRecognizer recognizer = MaskedFaceRecognizer.load(Path.of(args[0]))) {
      print(recognizer, Path.of(args[1]), System.out);
    }
  }

  static void print(MaskedFaceRecognizer recognizer, Path folder, PrintStream out)
      throws IOException {
    List<Path> frames;
    try (Stream<Path> files = Files.list(folder)) {
      frames = files.sorted().toList();
    }
    try (VideoRecognizer video = recognizer.video()) {
      for (Path frame : frames) {
        out.print(frame.getFileName());
        for (VideoFace face : video.recognize(RgbImage.read(frame)).faces()) {
          out.printf(
              "  #%d %s %.2f",
              face.track(), face.identity().orElse("nobody known"), face.probability());
        }
        out.println();
      }
    }
  }
}
