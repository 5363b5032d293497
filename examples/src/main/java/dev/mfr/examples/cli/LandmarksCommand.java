package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.LandmarkDetector;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.dlib.DlibLandmarkDetector;
import dev.mfr.landmarks.dlib.DlibModelFile;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "landmarks",
    description =
        "Finds the faces of pictures and measures their points: 468 of the face mesh, or dlib's 68.")
final class LandmarksCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Option(names = "--json", description = "One JSON object a picture on stdout; pixels.")
  private boolean json;

  @Option(
      names = "--detector",
      paramLabel = "mesh|dlib",
      defaultValue = "mesh",
      description =
          "mesh gives 468 points with depth, dlib 68 without (z is 0); default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // has a default
  private DetectorChoice choice;

  @Option(
      names = "--dlib-model",
      paramLabel = "FILE",
      description =
          "dlib's shape_predictor_68_face_landmarks.dat; default: what MFR_DLIB_MODEL names, or where"
              + " Debian's libdlib-data puts it.")
  private @Nullable Path dlibModel;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Picture files, or folders.")
  private List<Path> images = List.of();

  @Override
  public Integer call() {
    if (choice == DetectorChoice.MESH) {
      try (FaceMeshDetector detector = FaceMeshDetector.open()) {
        return measure(detector);
      }
    }
    mfr.console().remark(DlibModelFile.LICENCE_NOTE);
    try (DlibLandmarkDetector detector =
        dlibModel == null ? DlibLandmarkDetector.open() : DlibLandmarkDetector.open(dlibModel)) {
      return measure(detector);
    }
  }

  private int measure(LandmarkDetector detector) {
    Console console = mfr.console();
    List<Path> files = PictureFiles.expand(images, console);
    Batch batch = new Batch();
    try (Console.Progress progress = console.progress("landmarks", files.size())) {
      for (Path file : files) {
        try {
          RgbImage image = mfr.reader().read(file);
          List<DetectedFace> faces = detector.detect(image);
          faces.forEach(face -> batch.usable());
          if (json) {
            console.json(line(file, image, faces));
          } else {
            tell(console, file, image, faces);
          }
        } catch (ImageDecodeException e) {
          String message = batch.failed(e);
          console.failure(message);
          if (json) {
            console.json(Json.error(file.toString(), message));
          }
        }
        progress.step();
      }
    }
    return batch.exitCode();
  }

  private static void tell(Console console, Path file, RgbImage image, List<DetectedFace> faces) {
    console.line(
        String.format(
            Locale.ROOT,
            "%s  %d×%d  %s",
            file,
            image.width(),
            image.height(),
            Text.count(faces.size(), "face")));
    for (DetectedFace face : faces) {
      console.line(
          String.format(
              Locale.ROOT,
              "  box %.0f,%.0f %.0f×%.0f  score %.3f  presence %.3f  eyes %.1f px apart, turned by %.1f°",
              face.box().x(),
              face.box().y(),
              face.box().width(),
              face.box().height(),
              face.score(),
              face.presence(),
              face.landmarks().eyeDistance(),
              Math.toDegrees(face.landmarks().roll())));
    }
  }

  private static ObjectNode line(Path file, RgbImage image, List<DetectedFace> faces) {
    ObjectNode line =
        Json.object()
            .put("image", file.toString())
            .put("width", image.width())
            .put("height", image.height());
    ArrayNode array = line.putArray("faces");
    for (DetectedFace face : faces) {
      ObjectNode node = array.addObject();
      node.set("score", Json.share(face.score()));
      node.set("box", Json.box(face.box()));
      node.set("presence", Json.share(face.presence()));
      ArrayNode points = node.putArray("points");
      Landmarks landmarks = face.landmarks();
      for (int i = 0; i < landmarks.size(); i++) {
        points
            .addArray()
            .add(Json.pixels(landmarks.x(i)))
            .add(Json.pixels(landmarks.y(i)))
            .add(Json.pixels(landmarks.z(i)));
      }
    }
    return line;
  }
}
