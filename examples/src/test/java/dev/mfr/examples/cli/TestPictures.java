package dev.mfr.examples.cli;

import dev.mfr.dataset.PictureVariants;
import dev.mfr.examples.demo.MaskPainter;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Pictures and people's folders made from the shipped portraits. */
final class TestPictures {
  private TestPictures() {}

  /** A person's portrait as a file. */
  static Path portrait(int person, Path file) {
    ImageFiles.writeJpeg(Portrait.ALL.get(person).load(), 92, file);
    return file;
  }

  /** A portrait with a mask drawn on it. */
  static Path masked(int person, Path file) {
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      ImageFiles.writePng(MaskPainter.mask(Portrait.ALL.get(person).load(), detector, 1), file);
      return file;
    }
  }

  /** A picture of nobody: a smooth slope. */
  static Path landscape(Path file) {
    byte[] grey = new byte[200 * 150];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (i / 200 + 40);
    }
    ImageFiles.writePng(RgbImage.wrap(grey, 0, 200, 150, 200, PixelFormat.GREY), file);
    return file;
  }

  /** Portraits side by side, from left to right. */
  static Path group(Path file, int... people) {
    int size = 400;
    BufferedImage all = new BufferedImage(people.length * size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    for (int i = 0; i < people.length; i++) {
      BufferedImage portrait = Portrait.ALL.get(people[i]).load().toBufferedImage();
      int width = Math.min(size, size * portrait.getWidth() / portrait.getHeight());
      graphics.drawImage(portrait, i * size, 0, width, size, null);
    }
    graphics.dispose();
    ImageFiles.writePng(RgbImage.copyOf(all), file);
    return file;
  }

  /** A gallery of the first four portraits, made once; not to be changed. */
  static Path gallery() {
    return Enrolled.GALLERY;
  }

  /** The same, to be changed. */
  static Path gallery(Path copy) {
    folder(copy);
    try (Stream<Path> files = Files.list(gallery())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Enrolled {
    static final Path GALLERY = enrol();

    private static Path enrol() {
      try {
        Path root = Files.createTempDirectory(folder(Path.of("target")), "enrolled");
        Path people = people(root.resolve("people"), List.of(0, 1, 2, 3), 1, 100);
        Path gallery = root.resolve("gallery");
        Cli.Run run =
            Cli.run(
                "enrol", "--gallery", gallery, "--data", people, "--any-quality", "--tag", "test");
        if (run.code() != 0) {
          throw new AssertionError(run.err());
        }
        return gallery;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A text whose name ends like a picture's. */
  static Path text(Path file) {
    try {
      return Files.writeString(file, "no picture");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Folders of people in LFW's layout, with variants of their portraits. */
  static Path people(Path root, List<Integer> people, int pictures, long seed) {
    for (int person : people) {
      Portrait portrait = Portrait.ALL.get(person);
      Path own = folder(root.resolve(label(person)));
      RgbImage image = portrait.load();
      for (int i = 0; i < pictures; i++) {
        ImageFiles.writeJpeg(
            PictureVariants.variant(image, seed + i), 92, own.resolve("000" + (i + 1) + ".jpg"));
      }
    }
    return root;
  }

  static String label(int person) {
    return Portrait.ALL.get(person).person().replace(' ', '_');
  }

  /** A model of the first four portraits; trained once. */
  static Path model() {
    return Trained.MODEL;
  }

  private static final class Trained {
    static final Path MODEL = train();

    private static Path train() {
      try {
        Path folder = Files.createTempDirectory(folder(Path.of("target")), "people");
        people(folder, List.of(0, 1, 2, 3), 4, 10);
        Path model = folder.resolveSibling("test-model.mfr");
        Cli.Run run = Cli.run("train", "--data", folder, "--model", model, "--epochs", 30);
        if (run.code() != 0) {
          throw new AssertionError(run.err());
        }
        return model;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
