package dev.mfr.bench;

import dev.mfr.MfrException;
import dev.mfr.face.Embedding;
import dev.mfr.gallery.Candidate;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryFilter;
import dev.mfr.gallery.lucene.LuceneGalleryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a large gallery costs: the exact search and the one with the index on the same invented
 * people, how often both find the same template, and building, memory and disk.
 *
 * <pre>java -Xmx7g -jar mfr-bench/target/benchmarks.jar templates --sizes 10000,100000,1000000
 * </pre>
 *
 * <p>With {@code --open} it opens a gallery's folder once and says how long that took. The process
 * has done nothing of the kind before, so that is what a program pays at its start.
 */
@Command(
    name = "templates",
    mixinStandardHelpOptions = true,
    description = "Exact and approximate search of large galleries: recall, latency, memory, disk.")
final class TemplateSearch implements Callable<Integer> {
  /** An index takes some 1 to 4 ms a template to build; far beyond that it has failed. */
  private static final Duration A_TEMPLATE = Duration.ofMillis(20);

  private static final Duration BEGINNING = Duration.ofMinutes(5);

  @Option(
      names = "--sizes",
      split = ",",
      description =
          "How many templates, four a person and what is left for the last; default: ${DEFAULT-VALUE}.")
  int[] sizes = {10_000, 100_000};

  @Option(names = "--probes", description = "How many searches; default: ${DEFAULT-VALUE}.")
  int probes = 2_000;

  @Option(
      names = "--exact-probes",
      description = "How many of them are also searched exactly; default: ${DEFAULT-VALUE}.")
  int exactProbes = 1_000;

  @Option(
      names = "--folder",
      description = "Where to keep the gallery on disk, an empty folder; default: not at all.")
  @Nullable Path folder;

  @Option(
      names = "--open",
      description =
          "Only open the gallery in this folder, as --folder keeps one, and tell the seconds.")
  @Nullable Path opened;

  @Override
  public Integer call() throws InterruptedException {
    if (opened != null) {
      System.out.println(opening(opened));
      return 0;
    }
    for (int size : sizes) {
      if (size < 1) {
        throw new MfrException("a gallery has 1 template or more, got the size " + size);
      }
    }
    System.out.println(
        "templates  search       build s  recall@1  median ms  99 % ms  heap MB  disk MB  open s");
    InventedPeople people = new InventedPeople();
    for (int size : sizes) {
      List<Embedding> asked = people.probes(probes, size);
      List<String> exact = exact(people, size, asked.subList(0, Math.min(exactProbes, probes)));
      approximate(people, size, asked, exact);
      if (folder != null) {
        disk(people, size, folder.resolve("gallery-" + size));
      }
    }
    return 0;
  }

  private static List<String> exact(InventedPeople people, int size, List<Embedding> asked) {
    long before = usedMegabytes();
    long start = System.nanoTime();
    try (Gallery gallery = Gallery.open(new NoStore(), Integer.MAX_VALUE)) {
      people.enrol(gallery, size);
      double build = (System.nanoTime() - start) / 1e9;
      long heap = usedMegabytes() - before;
      List<String> found = new ArrayList<>();
      double[] times = search(gallery, asked, found);
      System.out.printf(
          Locale.ROOT,
          "%9d  exact       %8.1f  %8s  %9.3f  %7.3f  %7d%n",
          size,
          build,
          "1",
          times[times.length / 2],
          times[(int) (times.length * .99)],
          heap);
      return found;
    }
  }

  private static void approximate(
      InventedPeople people, int size, List<Embedding> asked, List<String> exact)
      throws InterruptedException {
    long before = usedMegabytes();
    try (Gallery gallery = Gallery.open(new NoStore(), size - 1)) {
      long start = System.nanoTime();
      people.enrol(gallery, size);
      awaitIndex(gallery, size - 1);
      double build = (System.nanoTime() - start) / 1e9;
      long heap = usedMegabytes() - before;
      List<String> found = new ArrayList<>();
      double[] times = search(gallery, asked, found);
      int same = 0;
      for (int i = 0; i < exact.size(); i++) {
        same += exact.get(i).equals(found.get(i)) ? 1 : 0;
      }
      System.out.printf(
          Locale.ROOT,
          "%9d  approximate %8.1f  %8.4f  %9.3f  %7.3f  %7d%n",
          size,
          build,
          (double) same / exact.size(),
          times[times.length / 2],
          times[(int) (times.length * .99)],
          heap);
    }
  }

  private static void disk(InventedPeople people, int size, Path place) {
    long start = System.nanoTime();
    try (Gallery gallery = Gallery.open(LuceneGalleryStore.open(place), Integer.MAX_VALUE)) {
      people.enrol(gallery, size);
    }
    double written = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    try (Gallery gallery = Gallery.open(LuceneGalleryStore.open(place), Integer.MAX_VALUE)) {
      System.out.printf(
          Locale.ROOT,
          "%9d  folder      %8.1f  %8s  %9s  %7s  %7s  %7d  %6.2f%n",
          gallery.templateCount(),
          written,
          "",
          "",
          "",
          "",
          megabytes(place),
          (System.nanoTime() - start) / 1e9);
    }
  }

  /** Milliseconds of each search, ascending; a tenth is searched before to warm up. */
  private static double[] search(Gallery gallery, List<Embedding> asked, List<String> found) {
    for (Embedding probe : asked.subList(0, asked.size() / 10)) {
      if (gallery.search(probe, GalleryFilter.EVERYBODY, 1).isEmpty()) {
        throw new IllegalStateException("nobody was found");
      }
    }
    double[] times = new double[asked.size()];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      List<Candidate> people = gallery.search(asked.get(i), GalleryFilter.EVERYBODY, 1);
      times[i] = (System.nanoTime() - start) / 1e6;
      found.add(people.get(0).templateId());
    }
    Arrays.sort(times);
    return times;
  }

  /**
   * Opens a gallery's folder, once.
   *
   * @throws MfrException when there is none
   */
  static String opening(Path place) {
    if (!Files.isDirectory(place)) {
      throw new MfrException(
          "there is no folder " + place + "; make a gallery there with --folder");
    }
    long start = System.nanoTime();
    try (Gallery gallery = Gallery.open(LuceneGalleryStore.open(place))) {
      double seconds = (System.nanoTime() - start) / 1e9;
      return String.format(
          Locale.ROOT, "%d templates opened in %.3f s", gallery.templateCount(), seconds);
    }
  }

  /**
   * Waits until the index is built.
   *
   * @param exactUpTo up to how many templates the gallery has none
   * @throws MfrException when no index is to be expected
   */
  static void awaitIndex(Gallery gallery, int exactUpTo) throws InterruptedException {
    int size = gallery.templateCount();
    if (size <= exactUpTo) {
      throw new MfrException(
          "a gallery of "
              + size
              + " templates has no index where up to "
              + exactUpTo
              + " are searched exactly");
    }
    long deadline = System.nanoTime() + BEGINNING.plus(A_TEMPLATE.multipliedBy(size)).toNanos();
    while (!gallery.isApproximate()) {
      if (System.nanoTime() > deadline) {
        throw new MfrException(
            "the index of " + size + " templates was not built in time; the log may say why");
      }
      Thread.sleep(20);
    }
  }

  private static long usedMegabytes() {
    System.gc();
    System.gc();
    Runtime heap = Runtime.getRuntime();
    return (heap.totalMemory() - heap.freeMemory()) >> 20;
  }

  private static long megabytes(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum()
          >> 20;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
