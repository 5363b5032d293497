package dev.mfr.examples.cli;

import dev.mfr.RoiCropper;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.examples.demo.TextFiles;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.geometry.Affine;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.crop.RoiPoints;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        "Writes what a mask leaves visible of each face, as 100×100 pixels: NAME-0.png, …; or, with --view chip, the"
            + " whole aligned face, as 150×150 pixels.")
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

  @Option(
      names = "--view",
      paramLabel = "roi|chip",
      defaultValue = "roi",
      description = "The region above a mask, or the whole face as dlib aligns it; default: roi.")
  @SuppressWarnings("NullAway.Init") // has a default
  private ViewChoice view;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "One folder for each person: DIR/NAME/*.jpg. The main face of each picture is written to OUT/NAME, under the"
              + " picture's own name.")
  private @Nullable Path data;

  @Option(
      names = "--places",
      paramLabel = "FILE",
      description =
          "With --data: where the region and the aligned face lie in each picture, as CSV: x = a·column + b·row + c and"
              + " y = d·column + e·row + f of a crop's pixel.")
  private @Nullable Path places;

  @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "Picture files, or folders.")
  private List<Path> images = List.of();

  @Override
  public Integer call() {
    if (data == null == images.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          data == null
              ? "Missing required parameter: name pictures, or a folder of people with --data"
              : "--data and single pictures exclude each other; give one of them");
    }
    if (places != null && data == null) {
      throw new ParameterException(
          spec.commandLine(), "--places goes with --data: it lists one face of each picture");
    }
    return data == null ? cropPictures(cropper(view)) : cropPeople(data);
  }

  private RoiCropper cropper(ViewChoice choice) {
    return switch (choice) {
      case ROI -> PeriocularCropper.of(roiPoints());
      case CHIP -> AlignedFaceCropper.dlib();
    };
  }

  private RoiPoints roiPoints() {
    return switch (points) {
      case 4 -> RoiPoints.FOUR;
      case 6 -> RoiPoints.SIX;
      case 8 -> RoiPoints.EIGHT;
      case 10 -> RoiPoints.TEN;
      default ->
          throw new ParameterException(
              spec.commandLine(), "--points must be 4, 6, 8 or 10, got " + points);
    };
  }

  /** Every face of every picture, in one folder. */
  private int cropPictures(RoiCropper cropper) {
    Console console = mfr.console();
    List<Path> files = PictureFiles.expand(images, console);
    Path folder = PictureFiles.outputFolder(out);
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
            ImageFiles.writePng(onlyView(views).render(), target);
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

  /** The main face of every picture, one folder for each person as in the data. */
  private int cropPeople(Path root) {
    Console console = mfr.console();
    RoiCropper cropper = cropper(view);
    LabelledPictures pictures = PictureFolder.read(root);
    Path folder = PictureFiles.outputFolder(out);
    StringBuilder csv = new StringBuilder("person,picture,view,a,b,c,d,e,f\n");
    Batch batch = new Batch();
    int written = 0;
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        Console.Progress progress = console.progress("crop", pictures.size())) {
      for (List<LabelledPicture> own : pictures.byPerson().values()) {
        PictureFiles names = new PictureFiles();
        for (LabelledPicture picture : own) {
          Path file = Path.of(picture.name());
          String name = names.uniqueName(file);
          try {
            RgbImage image = mfr.reader().read(file);
            Optional<DetectedFace> face = mainFace(detector, image);
            Optional<FaceView> crop = face.flatMap(found -> view(cropper, image, found));
            if (face.isPresent() && crop.isPresent()) {
              Path person = PictureFiles.outputFolder(folder.resolve(picture.label()));
              ImageFiles.writePng(crop.get().render(), person.resolve(name + ".png"));
              for (ViewChoice choice : ViewChoice.values()) {
                view(cropper(choice), image, face.get())
                    .ifPresent(place -> csv.append(line(picture.label(), name, place)));
              }
              written++;
              batch.usable();
            } else {
              console.remark(file + ": no face that can be cropped");
            }
          } catch (ImageDecodeException e) {
            console.failure(batch.failed(e));
          }
          progress.step();
        }
      }
    }
    if (places != null) {
      TextFiles.write(csv.toString(), places);
    }
    console.line("cropped " + written + " of " + pictures.size() + " pictures");
    return batch.exitCode();
  }

  private static Optional<DetectedFace> mainFace(FaceMeshDetector detector, RgbImage image) {
    return detector.detect(image).stream()
        .max(Comparator.comparingDouble(f -> f.prominence(image.width(), image.height())));
  }

  private static Optional<FaceView> view(RoiCropper cropper, RgbImage image, DetectedFace face) {
    FaceViews views = cropper.crop(image, face);
    return views.isRejected() ? Optional.empty() : Optional.of(onlyView(views));
  }

  private static String line(String person, String picture, FaceView view) {
    Affine map = view.sourceFromView();
    return String.format(
        Locale.ROOT,
        "%s,%s,%s,%.6f,%.6f,%.4f,%.6f,%.6f,%.4f\n",
        field(person),
        field(picture),
        view.name(),
        map.a(),
        map.b(),
        map.c(),
        map.d(),
        map.e(),
        map.f());
  }

  private static String field(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** Both croppers give one view. */
  private static FaceView onlyView(FaceViews views) {
    return views.list().get(0);
  }
}
