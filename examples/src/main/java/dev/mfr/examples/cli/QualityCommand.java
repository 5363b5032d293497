package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.ComponentProvider;
import dev.mfr.MfrException;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.QualityAssessor;
import dev.mfr.quality.QualityGate;
import dev.mfr.quality.QualityIssue;
import dev.mfr.quality.QualityVerdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "quality",
    description = {
      "Measures how well pictures show faces, and says what the gate of an enrolment would object to.",
      "Nothing is enrolled."
    })
final class QualityCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Option(
      names = "--gate",
      paramLabel = "enrolment|probe",
      defaultValue = "enrolment",
      description =
          "Which limits: those for pictures that a person is known by, or those for pictures to recognise; default:"
              + " ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // has a default
  private Gate gate;

  @Option(names = "--json", description = "One JSON object a picture on stdout.")
  private boolean json;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Picture files, or folders.")
  private List<Path> images = List.of();

  /** The library's gates. */
  private enum Gate {
    ENROLMENT,
    PROBE;

    QualityGate limits() {
      return this == ENROLMENT ? QualityGate.enrolment() : QualityGate.probe();
    }

    /** As on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    Console console = mfr.console();
    QualityAssessor assessor =
        ServiceLoader.load(ComponentProvider.class).stream()
            .flatMap(provider -> provider.get().qualityAssessor().stream())
            .findFirst()
            .orElseThrow(() -> new MfrException("this build has nothing that measures faces"));
    List<Path> files = PictureFiles.expand(images, console);
    Batch batch = new Batch();
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        Console.Progress progress = console.progress("quality", files.size())) {
      for (Path file : files) {
        try {
          RgbImage image = mfr.reader().read(file);
          List<DetectedFace> faces = detector.detect(image);
          faces.forEach(face -> batch.usable());
          tell(file, faces, faces.stream().map(face -> assessor.assess(image, face)).toList());
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

  private void tell(Path file, List<DetectedFace> faces, List<FaceQuality> qualities) {
    Console console = mfr.console();
    if (json) {
      ObjectNode line = Json.object().put("image", file.toString()).put("gate", gate.toString());
      ArrayNode array = line.putArray("faces");
      for (int i = 0; i < faces.size(); i++) {
        QualityVerdict verdict = gate.limits().check(qualities.get(i));
        ObjectNode node = array.addObject();
        node.set("box", Json.box(faces.get(i).box()));
        node.set("quality", Json.quality(qualities.get(i)));
        node.put("passed", verdict.passed());
        node.set("issues", Json.issues(verdict));
      }
      console.json(line);
      return;
    }
    if (faces.isEmpty()) {
      console.line(file + ": no face");
    }
    for (int i = 0; i < faces.size(); i++) {
      QualityVerdict verdict = gate.limits().check(qualities.get(i));
      console.line(
          file
              + ": "
              + (verdict.passed() ? "good enough" : verdict.sentences())
              + "  "
              + Text.box(faces.get(i).box()));
      console.line("  " + words(qualities.get(i)));
      for (QualityIssue issue : verdict.issues()) {
        console.line("  " + words(issue));
      }
    }
  }

  private static String words(FaceQuality q) {
    return String.format(
            Locale.ROOT,
            "eyes %.0f pixels apart, sharpness %.2f, brightness %.2f, clipped %.0f %%, ",
            q.eyeDistance(),
            q.sharpness(),
            q.brightness(),
            100 * q.clipped())
        + q.pose()
            .map(
                pose ->
                    String.format(
                        Locale.ROOT,
                        "turned %.0f°, up %.0f°, tilted %.0f°, ",
                        pose.yaw(),
                        pose.pitch(),
                        pose.roll()))
            .orElse("")
        + String.format(Locale.ROOT, "margin %.2f, presence %.2f", q.margin(), q.presence());
  }

  private static String words(QualityIssue issue) {
    return String.format(
        Locale.ROOT,
        "%s: %.2f, the limit is %.2f",
        issue.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        issue.value(),
        issue.limit());
  }
}
