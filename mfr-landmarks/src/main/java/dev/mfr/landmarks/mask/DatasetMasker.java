package dev.mfr.landmarks.mask;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hashing;
import dev.mfr.LandmarkDetector;
import dev.mfr.dataset.DatasetException;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.dataset.PictureFolder;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.ImageWriteException;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import dev.mfr.landmarks.mask.MaskingOutcome.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Masks the faces of a folder of people into another folder of the same layout.
 *
 * <p>Each picture keeps its person's folder and its name; JPEG stays JPEG, at a quality that varies
 * from picture to picture, everything else becomes PNG (a name without {@code .png} gets it
 * appended). Of several faces the most prominent one is masked. Which mask a picture gets depends
 * on the seed, the person's and the file's name alone: the number of threads, other pictures and
 * earlier runs change nothing.
 *
 * <p>A run can be stopped at any time and started again: files appear whole or not at all, and what
 * is there is left alone. A hidden file {@code .mfr-masks} in the output remembers the settings, so
 * that one folder never mixes two kinds of output. One run at a time may write to an output folder.
 *
 * <p>Immutable and thread-safe.
 */
public final class DatasetMasker {
  private static final String SETTINGS = ".mfr-masks";

  private final LandmarkDetector detector;
  private final MaskSynthesizer synthesizer;
  private final long seed;
  private final int perPerson;
  private final int jobs;
  private final int lowestQuality;
  private final int highestQuality;
  private final MaskingListener listener;

  private DatasetMasker(Builder builder) {
    this.detector = builder.detector;
    this.synthesizer = MaskSynthesizer.create(builder.options);
    this.seed = builder.seed;
    this.perPerson = builder.perPerson;
    this.jobs = builder.jobs;
    this.lowestQuality = builder.lowestQuality;
    this.highestQuality = builder.highestQuality;
    this.listener = builder.listener;
  }

  /**
   * {@return a builder: all masks, every picture, seed 1, one thread, JPEG quality 80 to 95}
   *
   * @param detector finds the faces; thread-safe; not closed
   */
  public static Builder builder(LandmarkDetector detector) {
    return new Builder(detector);
  }

  /**
   * Masks what is not masked yet.
   *
   * @param input a folder with a folder of pictures for each person; not changed
   * @param output where the masked pictures go; made when missing; neither inside the input nor
   *     around it
   * @return what became of every picture that was looked at
   * @throws DatasetException when the input is no such folder, the folders overlap, or the output
   *     was made with other settings
   * @throws ImageWriteException when a picture cannot be written; the run stops
   * @throws CancellationException when the thread is interrupted; pictures in hand are finished
   *     first, and the interrupt status stays set
   */
  public MaskingReport run(Path input, Path output) {
    LabelledPictures pictures = PictureFolder.read(input);
    refuseOverlap(input, output);
    rememberSettings(output);
    return new Run(pictures, output).call();
  }

  private static void refuseOverlap(Path input, Path output) {
    // By name before anything is made, and again by where links lead.
    refuseOverlap(
        input, output, input.toAbsolutePath().normalize(), output.toAbsolutePath().normalize());
    try {
      Files.createDirectories(output);
      refuseOverlap(input, output, input.toRealPath(), output.toRealPath());
    } catch (IOException e) {
      throw new ImageWriteException(
          output.toString(), "the folder cannot be made (" + e + "); check its rights", e);
    }
  }

  private static void refuseOverlap(Path input, Path output, Path from, Path to) {
    if (from.startsWith(to) || to.startsWith(from)) {
      throw new DatasetException(
          "the output " + output + " overlaps the input " + input + "; choose a folder beside it",
          null);
    }
  }

  private void rememberSettings(Path output) {
    Path file = output.resolve(SETTINGS);
    String settings =
        String.format(
            Locale.ROOT,
            "format=1%nseed=%d%nquality=%d-%d%noptions=%s%n",
            seed,
            lowestQuality,
            highestQuality,
            synthesizer.options());
    try {
      if (Files.exists(file)) {
        String before = Files.readString(file);
        if (!before.lines().toList().equals(settings.lines().toList())) {
          throw new DatasetException(
              "the output "
                  + output
                  + " was made with other settings (see its file "
                  + SETTINGS
                  + "); choose another folder, or delete it",
              null);
        }
        return;
      }
      Path part = output.resolve(SETTINGS + ".part");
      Files.writeString(part, settings);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ImageWriteException(
          file.toString(), "the file system refuses (" + e + "); check its rights", e);
    }
  }

  /** {@return a number of this picture alone} */
  private long seedOf(String person, String file) {
    return Hashing.sha256()
        .newHasher()
        .putLong(seed)
        .putString(person, StandardCharsets.UTF_8)
        .putChar('/')
        .putString(file, StandardCharsets.UTF_8)
        .hash()
        .asLong();
  }

  private static boolean isJpeg(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  private static String outputName(String file) {
    boolean keeps = isJpeg(file) || file.toLowerCase(Locale.ROOT).endsWith(".png");
    return keeps ? file : file + ".png";
  }

  /** One run over one folder. */
  private final class Run {
    private final LabelledPictures pictures;
    private final Path output;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Object lock = new Object();
    private final int wanted;
    private int done;

    Run(LabelledPictures pictures, Path output) {
      this.pictures = pictures;
      this.output = output;
      this.wanted =
          pictures.byPerson().values().stream().mapToInt(own -> wantedOf(own.size())).sum();
    }

    private int wantedOf(int own) {
      return Math.min(own, perPerson);
    }

    MaskingReport call() {
      ExecutorService pool =
          Executors.newFixedThreadPool(
              jobs,
              task -> {
                Thread thread = new Thread(task, "mfr-masks");
                thread.setDaemon(true);
                return thread;
              });
      List<Future<List<MaskingOutcome>>> futures = new ArrayList<>();
      for (Map.Entry<String, List<LabelledPicture>> person : pictures.byPerson().entrySet()) {
        List<LabelledPicture> own = person.getValue();
        sweep(person.getKey());
        if (wantedOf(own.size()) == own.size()) {
          for (LabelledPicture picture : own) {
            futures.add(pool.submit(() -> first(List.of(picture), 1)));
          }
        } else {
          futures.add(pool.submit(() -> first(shuffled(own), perPerson)));
        }
      }
      pool.shutdown();
      return collect(futures, pool);
    }

    private MaskingReport collect(
        List<Future<List<MaskingOutcome>>> futures, ExecutorService pool) {
      List<MaskingOutcome> outcomes = new ArrayList<>();
      try {
        for (Future<List<MaskingOutcome>> future : futures) {
          outcomes.addAll(future.get());
        }
        return new MaskingReport(outcomes);
      } catch (InterruptedException e) {
        finishPicturesInHand(pool);
        Thread.currentThread().interrupt();
        throw (CancellationException)
            new CancellationException("interrupted; run it again to go on").initCause(e);
      } catch (ExecutionException e) {
        finishPicturesInHand(pool);
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        if (e.getCause() instanceof Error failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    private void finishPicturesInHand(ExecutorService pool) {
      stopped.set(true);
      boolean interrupted = false;
      while (true) {
        try {
          if (pool.awaitTermination(1, TimeUnit.HOURS)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    /** A person's pictures in an order of their own. */
    private List<LabelledPicture> shuffled(List<LabelledPicture> own) {
      return own.stream()
          .sorted(
              Comparator.comparingLong(
                      (LabelledPicture picture) -> seedOf(picture.label(), picture.fileName()))
                  .thenComparing(LabelledPicture::name))
          .toList();
    }

    /** Masks pictures in order until as many as wanted have a mask. */
    private List<MaskingOutcome> first(List<LabelledPicture> own, int wantedOfThese) {
      List<MaskingOutcome> outcomes = new ArrayList<>();
      int masked = 0;
      for (int i = 0; i < own.size() && masked < wantedOfThese && !stopped.get(); i++) {
        MaskingOutcome outcome;
        try {
          outcome = one(own.get(i));
        } catch (RuntimeException | Error e) {
          stopped.set(true);
          throw e;
        }
        outcomes.add(outcome);
        masked += outcome.masked() ? 1 : 0;
        boolean exhausted = i + 1 == own.size() && masked < wantedOfThese;
        report(outcome, (outcome.masked() ? 1 : 0) + (exhausted ? wantedOfThese - masked : 0));
      }
      return outcomes;
    }

    private void report(MaskingOutcome outcome, int settled) {
      synchronized (lock) {
        done += settled;
        listener.onPicture(done, wanted, outcome);
      }
    }

    private MaskingOutcome one(LabelledPicture picture) {
      String person = picture.label();
      String file = picture.fileName();
      Path target = output.resolve(person).resolve(outputName(file));
      long pictureSeed = seedOf(person, file);
      if (Files.isRegularFile(target)) {
        return new MaskingOutcome(
            person, file, Status.ALREADY_THERE, synthesizer.options().design(pictureSeed), "");
      }
      RgbImage image;
      try {
        image = picture.source().load();
      } catch (ImageDecodeException e) {
        return new MaskingOutcome(
            person, file, Status.UNREADABLE, null, String.valueOf(e.getMessage()));
      }
      Optional<DetectedFace> face =
          detector.detect(image).stream()
              .max(
                  Comparator.comparingDouble(
                      found -> found.prominence(image.width(), image.height())));
      if (face.isEmpty()) {
        return new MaskingOutcome(person, file, Status.NO_FACE, null, "no face was found");
      }
      Optional<MaskObstacle> obstacle = synthesizer.obstacle(image, face.get().landmarks());
      if (obstacle.isPresent()) {
        return new MaskingOutcome(person, file, Status.NO_FIT, null, obstacle.get().sentence());
      }
      MaskedPicture masked = synthesizer.synthesize(image, face.get().landmarks(), pictureSeed);
      write(masked.image(), target, isJpeg(file), pictureSeed);
      return new MaskingOutcome(person, file, Status.MASKED, masked.design(), "");
    }

    private void write(RgbImage image, Path target, boolean jpeg, long pictureSeed) {
      Path folder = output.resolve(String.valueOf(target.getName(target.getNameCount() - 2)));
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new ImageWriteException(
            folder.toString(), "the folder cannot be made (" + e + "); check its rights", e);
      }
      if (jpeg) {
        int range = highestQuality - lowestQuality + 1;
        int quality = lowestQuality + (int) Math.floorMod(pictureSeed >> 7, (long) range);
        ImageFiles.writeJpeg(image, quality, target);
      } else {
        ImageFiles.writePng(image, target);
      }
    }

    /** Removes the parts of files that a killed run left. */
    private void sweep(String person) {
      Path folder = output.resolve(person);
      if (!Files.isDirectory(folder)) {
        return;
      }
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          String name = String.valueOf(file.getFileName());
          if (name.startsWith(".") && name.endsWith(".part")) {
            Files.deleteIfExists(file);
          }
        }
      } catch (IOException e) {
        throw new ImageWriteException(
            folder.toString(), "the file system refuses (" + e + "); check its rights", e);
      }
    }
  }

  /** {@return the seed and the counts, for logs} */
  @Override
  public String toString() {
    return "DatasetMasker[seed=" + seed + ", jobs=" + jobs + "]";
  }

  /** Options of a masker. Not thread-safe. */
  public static final class Builder {
    private final LandmarkDetector detector;
    private MaskOptions options = MaskOptions.defaults();
    private long seed = 1;
    private int perPerson = Integer.MAX_VALUE;
    private int jobs = 1;
    private int lowestQuality = 80;
    private int highestQuality = 95;
    private MaskingListener listener = (done, wanted, outcome) -> {};

    private Builder(LandmarkDetector detector) {
      this.detector = detector;
    }

    /**
     * Sets which masks are chosen from; all unless called.
     *
     * @param options kinds, patterns, colours, heights
     * @return this builder
     */
    public Builder options(MaskOptions options) {
      this.options = options;
      return this;
    }

    /**
     * Sets the seed; 1 unless called.
     *
     * @param seed equal seeds give equal files
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets how many pictures of each person get a mask; all unless called. The seed chooses which;
     * a picture that cannot be masked is replaced by another of the same person. A greater number
     * in a later run adds to what is there.
     *
     * @param perPerson at least 1
     * @return this builder
     */
    public Builder perPerson(int perPerson) {
      checkArgument(perPerson >= 1, "at least one picture a person, got %s", perPerson);
      this.perPerson = perPerson;
      return this;
    }

    /**
     * Sets how many threads work; 1 unless called. Files do not depend on it.
     *
     * @param jobs at least 1
     * @return this builder
     */
    public Builder jobs(int jobs) {
      checkArgument(jobs >= 1, "the number of jobs must be positive, got %s", jobs);
      this.jobs = jobs;
      return this;
    }

    /**
     * Sets the quality of JPEG files, drawn anew for each; 80 to 95 unless called.
     *
     * @param lowest 1 … 100
     * @param highest at least {@code lowest}, at most 100
     * @return this builder
     */
    public Builder jpegQuality(int lowest, int highest) {
      checkArgument(
          lowest >= 1 && lowest <= highest && highest <= 100,
          "JPEG qualities rise within 1…100, got %s to %s",
          lowest,
          highest);
      this.lowestQuality = lowest;
      this.highestQuality = highest;
      return this;
    }

    /**
     * Sets who hears of each picture; nobody unless called.
     *
     * @param listener called by one thread at a time; what it throws stops the run
     * @return this builder
     */
    public Builder listener(MaskingListener listener) {
      this.listener = listener;
      return this;
    }

    /** {@return the masker} */
    public DatasetMasker build() {
      return new DatasetMasker(this);
    }
  }
}
