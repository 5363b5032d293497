package dev.mfr.examples.cli;

import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every experiment is told. */
final class ExperimentOptions {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description =
          "The folder that holds the people's folders of unmasked photographs, such as LFW's:"
              + " DIR/NAME/NAME_0001.jpg. Not changed.")
  @SuppressWarnings("NullAway.Init") // required
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write; made when it is not there.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keep features there, so that a second run is quick; made when it is not there; default:"
              + " OUT/cache, and none for 'pairs'. Biometric data, to be kept as the pictures themselves.")
  private @Nullable Path cache;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private JobsChoice jobs;

  Path data() {
    return data;
  }

  Path out() {
    return out;
  }

  /** The pictures; a file outside of a person's folder is remarked on. */
  LabelledPictures pictures(Console console) {
    LabelledPictures pictures = PictureFolder.read(data);
    pictures
        .ignored()
        .forEach(
            ignored -> console.remark("ignored " + ignored + ": no picture in a person's folder"));
    return pictures;
  }

  /** The cache; the caller closes it. */
  DiskCache openCache(Console console) {
    return open(cache == null ? out.resolve("cache") : cache, console);
  }

  /** The cache where one was asked for, or null; the caller closes it. */
  @Nullable DiskCache openGivenCache(Console console) {
    return cache == null ? null : open(cache, console);
  }

  private static DiskCache open(Path folder, Console console) {
    return DiskCache.open(folder, text -> console.remark(Sentences.of(text)));
  }

  /** At least 1, or the command line is refused. */
  int jobs() {
    return jobs.count();
  }
}
