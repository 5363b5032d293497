package dev.mfr.examples.cli;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceViews;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.crop.RoiPoints;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "crop",
    description =
        "Writes what a mask leaves visible of each face, as 100×100 pixels: NAME-0.png, …")
final class CropCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to; made when it is not there.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(
      names = "--points",
      paramLabel = "4|6|8|10",
      defaultValue = "4",
      description = "Mesh points that the region covers; 4 is the usual choice.")
  private int points;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Picture files, or folders.")
  private List<Path> images = List.of();

  @Override
  public Integer call() {
    RoiPoints choice =
        switch (points) {
          case 4 -> RoiPoints.FOUR;
          case 6 -> RoiPoints.SIX;
          case 8 -> RoiPoints.EIGHT;
          case 10 -> RoiPoints.TEN;
          default ->
              throw new ParameterException(
                  spec.commandLine(), "--points must be 4, 6, 8 or 10, got " + points);
        };
    Console console = mfr.console();
    List<Path> files = PictureFiles.expand(images, console);
    Path folder = PictureFiles.outputFolder(out);
    PeriocularCropper cropper = PeriocularCropper.of(choice);
    PictureFiles names = new PictureFiles();
    Batch batch = new Batch();
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        Console.Progress progress = console.progress("crop", files.size())) {
      for (Path file : files) {
        String name = names.uniqueName(file);
        try {
          RgbImage image = mfr.reader().read(file);
          List<String> written = new ArrayList<>();
          for (DetectedFace face : detector.detect(image)) {
            FaceViews views = cropper.crop(image, face);
            if (views.isRejected()) {
              console.remark(file + ": a face is left out, " + views.rejection());
              continue;
            }
            Path target = folder.resolve(name + "-" + written.size() + ".png");
            ImageFiles.writePng(views.get(PeriocularCropper.VIEW).render(), target);
            written.add(target.toString());
            batch.usable();
          }
          console.line(file + ": " + (written.isEmpty() ? "no face" : String.join(", ", written)));
        } catch (ImageDecodeException e) {
          console.failure(batch.failed(e));
        }
        progress.step();
      }
    }
    return batch.exitCode();
  }
}
