package dev.mfr.bench;

import dev.mfr.face.Embedding;
import dev.mfr.gallery.Candidate;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryFilter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The search of a gallery for the five people most alike to a probe, by the number of templates of
 * 128 numbers; exact, and with the index. Building the index of a million takes a quarter of an
 * hour before anything is measured.
 *
 * <pre>
 * java -jar mfr-bench/target/benchmarks.jar TemplateSearchBenchmark -p templates=10000,100000 -p index=EXACT
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx6g")
public class TemplateSearchBenchmark {
  /** How a gallery is searched. */
  public enum Index {
    /** Each template is compared. */
    EXACT,
    /** Lucene's graph names candidates. */
    APPROXIMATE
  }

  /** How many templates there are, four a person. */
  @Param({"10000", "100000", "1000000"})
  public int templates;

  /** How they are searched. */
  @Param({"EXACT", "APPROXIMATE"})
  public Index index;

  private Gallery gallery;
  private List<Embedding> probes;
  private int next;

  /** Enrols everybody, and waits for the index. */
  @Setup
  public void enrol() throws InterruptedException {
    InventedPeople people = new InventedPeople();
    gallery = Gallery.open(new NoStore(), index == Index.EXACT ? Integer.MAX_VALUE : templates - 1);
    people.enrol(gallery, templates);
    probes = people.probes(1024, templates);
    if (index == Index.APPROXIMATE) {
      TemplateSearch.awaitIndex(gallery, templates - 1);
    }
  }

  /** Closes the gallery. */
  @TearDown
  public void close() {
    gallery.close();
  }

  /** The five people most alike to a probe. */
  @Benchmark
  public List<Candidate> search() {
    return gallery.search(probes.get(next++ & 1023), GalleryFilter.EVERYBODY, 5);
  }
}
