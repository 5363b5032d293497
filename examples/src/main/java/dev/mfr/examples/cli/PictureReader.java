package dev.mfr.examples.cli;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.PictureOutcome;
import dev.mfr.RecognitionPool;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Reads pictures up to the size that the command line allows. */
final class PictureReader {
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
      MaskedFaceRecognizer recognizer,
      List<Path> files,
      int jobs,
      Consumer<PictureOutcome> consumer) {
    try (RecognitionPool pool =
        RecognitionPool.builder(recognizer).workers(jobs).reader(this::read).build()) {
      pool.recognizeFiles(files, consumer);
    }
  }
}
