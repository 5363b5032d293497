package dev.mfr.examples.cli;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.MfrException;
import dev.mfr.PictureOutcome;
import dev.mfr.Recognition;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads pictures up to the size that the command line allows. */
final class PictureReader {
  private static final int BATCH = 16;
  private static final long BATCH_PIXELS = 50_000_000;

  private final long maxPixels;

  PictureReader(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  /** The picture; the failure's sentence is in the words of the command line. */
  RgbImage read(Path file) {
    try {
      return RgbImage.read(file, maxPixels);
    } catch (ImageDecodeException e) {
      String sentence = Sentences.of(e);
      String start = "cannot read " + e.picture() + ": ";
      throw new ImageDecodeException(
          e.picture(),
          e.reason(),
          sentence.startsWith(start) ? sentence.substring(start.length()) : sentence,
          e);
    }
  }

  /** The same pictures, read by this. */
  List<LabelledPicture> labelled(LabelledPictures pictures) {
    return pictures.list().stream()
        .map(
            picture -> {
              Path file = Path.of(picture.name());
              return new LabelledPicture(
                  picture.label(), picture.name(), picture.photograph(), () -> read(file));
            })
        .toList();
  }

  /** Recognises files in the order given, several at a time; what cannot be read is reported. */
  void recognize(
      MaskedFaceRecognizer recognizer, List<Path> files, Consumer<PictureOutcome> consumer) {
    List<Path> names = new ArrayList<>();
    List<Object> loaded = new ArrayList<>();
    long pixels = 0;
    for (Path file : files) {
      names.add(file);
      try {
        RgbImage image = read(file);
        loaded.add(image);
        pixels += (long) image.width() * image.height();
      } catch (MfrException e) {
        loaded.add(e);
      }
      if (names.size() == BATCH || pixels > BATCH_PIXELS) {
        report(recognizer, names, loaded, consumer);
        pixels = 0;
      }
    }
    report(recognizer, names, loaded, consumer);
  }

  private static void report(
      MaskedFaceRecognizer recognizer,
      List<Path> names,
      List<Object> loaded,
      Consumer<PictureOutcome> consumer) {
    List<RgbImage> images = new ArrayList<>();
    for (Object item : loaded) {
      if (item instanceof RgbImage image) {
        images.add(image);
      }
    }
    List<Recognition> recognitions = recognizer.recognizeAll(images);
    int next = 0;
    for (int i = 0; i < names.size(); i++) {
      consumer.accept(
          loaded.get(i) instanceof MfrException failure
              ? new PictureOutcome.Failed(names.get(i), failure)
              : new PictureOutcome.Recognized(names.get(i), recognitions.get(next++)));
    }
    names.clear();
    loaded.clear();
  }
}
