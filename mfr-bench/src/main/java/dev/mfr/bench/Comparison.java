package dev.mfr.bench;

import com.google.common.collect.Iterables;
import com.sun.management.ThreadMXBean;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceViews;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxOptions;
import dev.mfr.video.FaceTracker;
import dev.mfr.video.TrackingOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one recognition costs beside the bare runtime and beside rivals, as ratios of medians of
 * interleaved calls: JMH's runs follow one another, and on a shared machine their ratio moves with
 * the neighbours.
 *
 * <p>The picture is the decoded 250×250 portrait, the pipeline the paper's, the head knows a
 * hundred people, one thread. Every round gives each ratio once; reported are the median round, the
 * lowest and the highest.
 */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Interleaved ratios against the bare runtime, DJL, naive ONNX Runtime and OpenCV.")
final class Comparison implements Callable<Integer> {
  /** What the names of ratios to the limit have in common. */
  static final String OVER_BARE = " ÷ bare runs";

  private static final int BATCH = 16;
  private static final int WARM_UP = 200;
  private static final int HEAP_CALLS = 50;
  private static final Duration WINDOW = Duration.ofSeconds(1);

  @Option(names = "--rounds", description = "Rounds; default: ${DEFAULT-VALUE}.")
  int rounds = 9;

  @Option(
      names = "--calls",
      description =
          "Timed calls of the library a round; rivals get fewer; default: ${DEFAULT-VALUE}.")
  int calls = 200;

  @Option(
      names = "--precision",
      split = ",",
      description =
          "int8, fp32 or both; default: int8, and fp32 when -D"
              + Precision.FP32_FILE
              + " names it.")
  List<Precision> precisions = List.of();

  @Option(names = "--out", description = "Folder of comparison.json; default: ${DEFAULT-VALUE}.")
  Path out = Path.of("benchmark-results");

  private final Interleaving interleaving = new Interleaving();
  private final List<Measure> measures = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    DjlPipeline.prepare();
    Machine machine = Machine.here();
    for (Precision precision : chosen()) {
      if (!precision.absence().isEmpty()) {
        System.err.println(precision.absence());
        return 1;
      }
      compare(precision);
    }
    new Results(machine, measures).write(out.resolve("comparison.json"));
    return 0;
  }

  private List<Precision> chosen() {
    if (!precisions.isEmpty()) {
      return precisions;
    }
    return Precision.FP32.absence().isEmpty()
        ? List.of(Precision.INT8, Precision.FP32)
        : List.of(Precision.INT8);
  }

  private void compare(Precision precision) throws Exception {
    try (Contenders contenders = new Contenders(precision, 1);
        Contender mfr = contenders.open(Contenders.MFR);
        Contender into = contenders.open(Contenders.INTO);
        Contender bare = contenders.open(Contenders.BARE);
        Contender second = contenders.open(Contenders.BARE);
        Contender naive = contenders.open(Contenders.NAIVE);
        Contender djl = contenders.open(Contenders.DJL);
        Contender openCv = contenders.open(Contenders.OPENCV)) {
      List<Contender> limit = List.of(mfr, into, bare);
      List<Contender> rivals = List.of(mfr, bare, djl, naive);
      List<Contender> slow = List.of(mfr, bare, openCv);
      warmUp(Iterables.concat(rivals, List.of(into, second)), openCv);
      Rounds times = new Rounds();
      for (int round = 0; round < rounds; round++) {
        times.add("limit", limit, median(limit, calls));
        times.add("rivals", rivals, median(rivals, Math.max(5, calls / 4)));
        times.add("slow", slow, median(slow, Math.max(3, calls / 20)));
      }
      addTimes(precision, times);
      report(heap("heap of a recognition beyond the bare runs', " + precision, mfr, bare));
      report(
          heap("heap of one into a buffer beyond the bare runs', " + precision, into, bare)
              .atMost(512));
      addBatch(precision);
      if (precision == Precision.INT8) {
        addVideo();
      }
      addWorkers(precision, mfr, List.of(bare, second));
    }
  }

  private static void warmUp(Iterable<Contender> contenders, Contender slow) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      for (Contender contender : contenders) {
        contender.run();
      }
    }
    for (int i = 0; i < WARM_UP / 20; i++) {
      slow.run();
    }
  }

  private double[] median(List<Contender> contenders, int times) throws Exception {
    List<Callable<?>> runs = new ArrayList<>();
    contenders.forEach(contender -> runs.add(contender::run));
    return interleaving.medians(runs, times);
  }

  /** Medians by group and contender, a number a round. */
  private static final class Rounds {
    private final Map<String, List<Double>> micros = new LinkedHashMap<>();

    void add(String group, List<Contender> contenders, double[] medians) {
      StringBuilder line = new StringBuilder(group + ":");
      for (int i = 0; i < medians.length; i++) {
        String name = contenders.get(i).name();
        micros.computeIfAbsent(group + " " + name, key -> new ArrayList<>()).add(medians[i]);
        line.append(String.format(Locale.ROOT, "  %s %.0f µs", name, medians[i]));
      }
      System.out.println(line);
    }

    double[] of(String group, String name) {
      return micros.getOrDefault(group + " " + name, List.of()).stream()
          .mapToDouble(Double::doubleValue)
          .toArray();
    }
  }

  private void addTimes(Precision precision, Rounds times) {
    double[] mfr = times.of("limit", "mfr");
    double[] bare = times.of("limit", "bare ONNX Runtime");
    report(Measure.of("recognition, " + precision, "µs", RatioSummary.of(mfr)));
    report(Measure.of("the bare runs, " + precision, "µs", RatioSummary.of(bare)));
    report(
        Measure.ratio("recognition" + OVER_BARE + ", " + precision, RatioSummary.ratio(mfr, bare))
            .atMost(precision == Precision.INT8 ? 1.12 : 1.08));
    report(
        Measure.ratio(
                "recognition into a buffer" + OVER_BARE + ", " + precision,
                RatioSummary.ratio(times.of("limit", "mfr into a buffer"), bare))
            .atMost(precision == Precision.INT8 ? 1.12 : 1.08));
    for (String rival : List.of("DJL", "DJL with PyTorch", "naive ONNX Runtime", "OpenCV DNN")) {
      String group = rival.equals("OpenCV DNN") ? "slow" : "rivals";
      double[] its = times.of(group, rival);
      if (its.length == 0) {
        continue;
      }
      double[] ours = times.of(group, "mfr");
      double[] limit = times.of(group, "bare ONNX Runtime");
      report(Measure.ratio(rival + OVER_BARE + ", " + precision, RatioSummary.ratio(its, limit)));
      report(
          Measure.ratio("recognition ÷ " + rival + ", " + precision, RatioSummary.ratio(ours, its))
              .atMost(1));
      if (group.equals("rivals")) {
        report(
            Measure.ratio(
                    "overhead ÷ " + rival + "'s overhead, " + precision,
                    RatioSummary.overhead(ours, its, limit))
                .atMost(.25));
      }
    }
  }

  /** Bytes a call on the Java heap, beyond those of the bare runs. */
  private Measure heap(String name, Contender mfr, Contender bare) throws Exception {
    double[] beyond = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      beyond[round] = allocated(mfr) - allocated(bare);
    }
    return Measure.of(name, "B", RatioSummary.of(beyond));
  }

  private static double allocated(Contender contender) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < HEAP_CALLS; i++) {
      contender.run();
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / HEAP_CALLS;
  }

  /** A batch of regions through the ResNet-50 against as many single calls. */
  private void addBatch(Precision precision) throws Exception {
    OnnxOptions options = OnnxOptions.DEFAULTS;
    try (FaceMeshDetector detector = BenchPipeline.detector(options);
        FaceEmbedder embedder = BenchPipeline.embedder("resnet50", precision, options)) {
      List<FaceViews> one = List.of(BenchPipeline.views(detector, BenchPipeline.cropper(embedder)));
      List<FaceViews> many = Collections.nCopies(BATCH, one.get(0));
      List<Callable<?>> runs =
          List.of(
              () -> embedder.embed(many),
              () -> {
                Object last = embedder.embed(one);
                for (int i = 1; i < BATCH; i++) {
                  last = embedder.embed(one);
                }
                return last;
              });
      interleaving.medians(runs, 3);
      double[] batch = new double[rounds];
      double[] singles = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        double[] medians = interleaving.medians(runs, Math.max(3, calls / 20));
        batch[round] = medians[0];
        singles[round] = medians[1];
      }
      report(
          Measure.ratio(
                  "batch of 16 regions ÷ 16 single calls, " + precision,
                  RatioSummary.ratio(batch, singles))
              .atMost(.9));
    }
  }

  /** Boxes and landmarks of a video's frames by tracking, against detecting in each. */
  private void addVideo() throws Exception {
    List<RgbImage> frames = BenchPipeline.video();
    try (FaceMeshDetector detector = BenchPipeline.detector(OnnxOptions.DEFAULTS);
        FaceTracker tracker = detector.tracker(TrackingOptions.defaults())) {
      List<Callable<?>> runs =
          List.of(
              () -> frames.stream().mapToInt(frame -> tracker.track(frame).size()).sum(),
              () -> frames.stream().mapToInt(frame -> detector.detect(frame).size()).sum());
      for (Callable<?> run : runs) {
        if (!run.call().equals(frames.size())) {
          throw new IllegalStateException("each frame must show one face");
        }
      }
      interleaving.medians(runs, WARM_UP / frames.size());
      double[] video = new double[rounds];
      double[] pictures = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        double[] medians = interleaving.medians(runs, Math.max(3, calls / frames.size()));
        video[round] = medians[0];
        pictures[round] = medians[1];
      }
      report(
          Measure.ratio(
                  "video mode ÷ picture mode, up to the mesh", RatioSummary.ratio(video, pictures))
              .atMost(.65));
    }
  }

  /** Pictures a second of two workers over one's, against two bare sessions over one. */
  private void addWorkers(Precision precision, Contender mfr, List<Contender> bare)
      throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      List<List<Contender>> teams =
          List.of(List.of(mfr), List.of(mfr, mfr), bare.subList(0, 1), bare);
      double[][] rates = new double[teams.size()][rounds];
      for (int round = 0; round < rounds; round++) {
        for (int team : interleaving.turn(teams.size())) {
          rates[team][round] = rate(workers, teams.get(team));
        }
      }
      RatioSummary ours = RatioSummary.ratio(rates[1], rates[0]);
      RatioSummary limit = RatioSummary.ratio(rates[3], rates[2]);
      report(Measure.ratio("two workers ÷ one, " + precision, ours));
      report(Measure.ratio("two bare sessions ÷ one, " + precision, limit));
      double[] gained = new double[rounds];
      Arrays.setAll(gained, i -> rates[1][i] / rates[0][i] / (rates[3][i] / rates[2][i]));
      report(
          Measure.ratio("two workers' gain ÷ bare sessions', " + precision, RatioSummary.of(gained))
              .atLeast(.97));
    } finally {
      workers.shutdown();
    }
  }

  /** Runs a second of a team whose members work at the same time, each on a thread of its own. */
  private static double rate(ExecutorService workers, List<Contender> team) throws Exception {
    long start = System.nanoTime();
    List<Future<Integer>> counts = new ArrayList<>();
    for (Contender member : team) {
      counts.add(
          workers.submit(
              () -> {
                int done = 0;
                do {
                  member.run();
                  done++;
                } while (System.nanoTime() - start < WINDOW.toNanos());
                return done;
              }));
    }
    int done = 0;
    for (Future<Integer> count : counts) {
      done += count.get();
    }
    return done / ((System.nanoTime() - start) / 1e9);
  }

  private void report(Measure measure) {
    measures.add(measure);
    System.out.println(measure);
  }
}
