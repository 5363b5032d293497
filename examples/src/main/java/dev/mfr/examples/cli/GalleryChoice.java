package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import dev.mfr.gallery.Gallery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The gallery that a command works on. */
final class GalleryChoice {

  @Option(
      names = "--gallery",
      required = true,
      paramLabel = "DIR",
      description = "The gallery's folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path folder;

  Path folder() {
    return folder;
  }

  /** Opens the gallery for changes; begins one where there is none. */
  Gallery openOrBegin(Console console) {
    return told(Gallery.open(folder), console);
  }

  /** Opens a gallery that is there, for changes. */
  Gallery open(Console console) {
    checkExists();
    return told(Gallery.open(folder), console);
  }

  /** Opens a gallery that is there; others may change it meanwhile. */
  Gallery openToRead(Console console) {
    checkExists();
    return told(Gallery.openReadOnly(folder), console);
  }

  /** Says what begins a gallery where there is none. */
  void checkExists() {
    if (!Files.exists(folder) || isEmptyFolder()) {
      throw new MfrException(
          "there is no gallery "
              + folder
              + "; 'mfr enrol --gallery "
              + folder
              + " NAME IMAGE' begins one");
    }
  }

  private boolean isEmptyFolder() {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new MfrException(
          "the gallery " + folder + " cannot be read: " + Sentences.reason(e), e);
    }
  }

  private Gallery told(Gallery gallery, Console console) {
    gallery.damage().forEach(console::failure);
    if (!gallery.damage().isEmpty()) {
      console.failure(
          "the gallery " + folder + " is damaged; 'mfr gallery check' says what can be done");
    }
    return gallery;
  }
}
