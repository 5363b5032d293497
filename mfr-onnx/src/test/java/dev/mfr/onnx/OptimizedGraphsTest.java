package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizedGraphsTest {

  @TempDir Path folder;

  private static OnnxOptions options(Path folder) {
    return OnnxOptions.builder().optimizedModels(folder).build();
  }

  private InferenceModel openLine() {
    return OnnxRuntime.create(options(folder)).open(TinyModels.bundle("line"));
  }

  private Path keepLine() throws IOException {
    openLine().close();
    return onlyEntry();
  }

  private Path onlyEntry() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> all = entries.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static void assertIsLine(InferenceModel model) {
    assertThat(TinyModels.run(model, 1, 1, 2, 3)).containsExactly(3, 5, 7);
  }

  private static void seal(Path entry) throws IOException {
    Files.writeString(
        entry.resolve(OptimizedGraphs.SEAL),
        OptimizedGraphs.seal(entry, String.valueOf(entry.getFileName())));
  }

  @Test
  void embed_bundledNetworks_isTheSameToTheBit() {
    Random random = new Random(3);
    FaceView roi = BundledModelsTest.view("roi", 100, random);
    FaceView chip = BundledModelsTest.view("chip", 150, random);
    for (int opened = 0; opened < 2; opened++) {
      try (FaceEmbedder plain = ResNet50Embedder.open();
          FaceEmbedder kept = ResNet50Embedder.open(options(folder))) {
        assertSame(plain, kept, roi);
      }
      try (FaceEmbedder plain = MaskAwareEmbedder.open();
          FaceEmbedder kept = MaskAwareEmbedder.open(options(folder))) {
        assertSame(plain, kept, chip);
      }
    }
  }

  private static void assertSame(FaceEmbedder expected, FaceEmbedder actual, FaceView view) {
    List<FaceView> views = List.of(view);
    FaceFeatures a = expected.embed(Faces.of(views));
    FaceFeatures b = actual.embed(Faces.of(views));
    assertThat(actual.modelId()).isEqualTo(expected.modelId());
    assertThat(b.features().row(0)).containsExactly(a.features().row(0));
    assertThat(b.embeddings().row(0)).containsExactly(a.embeddings().row(0));
  }

  @Test
  void open_secondTime_takesTheKeptGraph() throws IOException {
    Path entry = keepLine();
    Files.copy(
        TinyModels.file("two"),
        entry.resolve(OptimizedGraphs.GRAPH),
        StandardCopyOption.REPLACE_EXISTING);
    seal(entry);
    try (InferenceModel model = openLine()) {
      assertThat(model.inputs()).extracting(input -> input.name()).containsExactly("a", "b");
      assertThat(model.device()).isEqualTo("CPU");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph.onnx", "seal.txt"})
  void open_damagedFile_isMadeAgain(String name) throws IOException {
    Path entry = keepLine();
    byte[] whole = Files.readAllBytes(entry.resolve(name));
    byte[] changed = whole.clone();
    changed[changed.length / 2] ^= 1;
    for (byte[] damaged : List.of(changed, Arrays.copyOf(whole, 10), new byte[0])) {
      Files.write(entry.resolve(name), damaged);
      try (InferenceModel model = openLine()) {
        assertIsLine(model);
      }
      assertThat(onlyEntry()).isEqualTo(entry);
      assertThat(entry.resolve(name)).hasBinaryContent(whole);
    }
  }

  @Test
  void open_sealedFileThatIsNoGraph_isMadeAgain() throws IOException {
    Path entry = keepLine();
    Files.writeString(entry.resolve(OptimizedGraphs.GRAPH), "not a graph");
    seal(entry);
    try (InferenceModel model = openLine()) {
      assertIsLine(model);
    }
    assertThat(onlyEntry().resolve(OptimizedGraphs.GRAPH)).content().isNotEqualTo("not a graph");
  }

  @Test
  void find_damaged_saysSoAndWhatHappens() throws IOException {
    String entry = String.valueOf(keepLine().getFileName());
    Files.delete(folder.resolve(entry).resolve(OptimizedGraphs.SEAL));
    List<String> warnings = new ArrayList<>();
    assertThat(new OptimizedGraphs(folder, warnings::add).find(entry)).isNull();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(entry, "it is not whole; it is made again");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void open_folderThatCannotBeMade_worksWithout() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    OnnxRuntime runtime = OnnxRuntime.create(options(file));
    for (int i = 0; i < 2; i++) {
      try (InferenceModel model = runtime.open(TinyModels.bundle("line"))) {
        assertIsLine(model);
      }
    }
    assertThat(file).hasContent("in the way");
  }

  @Test
  void draft_folderThatCannotBeMade_isToldOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("another"), "in the way");
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      assertThat(new OptimizedGraphs(file, warnings::add).draft("x")).isNull();
    }
    assertThat(warnings).singleElement().asString().contains("cannot be kept in " + file);
  }

  @Test
  void open_byManyAtOnce_leavesOneWholeEntry() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 5; round++) {
        Path shared = folder.resolve("round" + round);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> opened = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          opened.add(
              threads.submit(
                  () -> {
                    start.await();
                    OnnxRuntime runtime = OnnxRuntime.create(options(shared));
                    try (InferenceModel model = runtime.open(TinyModels.bundle("line"))) {
                      assertIsLine(model);
                    }
                    return null;
                  }));
        }
        start.countDown();
        for (Future<?> one : opened) {
          one.get(60, TimeUnit.SECONDS);
        }
        try (Stream<Path> entries = Files.list(shared)) {
          assertThat(entries).hasSize(1).noneMatch(path -> path.toString().endsWith(".part"));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void open_brokenModel_blamesTheModelAndLeavesNothing() throws IOException {
    OnnxRuntime runtime = OnnxRuntime.create(options(folder));
    assertThatThrownBy(() -> runtime.open(TinyModels.bundle("unknown-operator")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("Frobnicate");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void draft_partsOfKilledProcesses_areRemovedWhenOld() throws IOException {
    Path old = Files.createDirectory(folder.resolve(".a.part"));
    Files.writeString(old.resolve(OptimizedGraphs.GRAPH), "half");
    Path recent = Files.createDirectory(folder.resolve(".b.part"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
    openLine().close();
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void entry_otherModelOrVersion_hasAnotherName() {
    String line = entry("line", "1.28.0");
    assertThat(line).startsWith("line-").isEqualTo(entry("line", "1.28.0"));
    assertThat(line).isNotEqualTo(entry("line", "1.28.1"));
    assertThat(line.substring(5)).isNotEqualTo(entry("two", "1.28.0").substring(4));
  }

  private static String entry(String graph, String version) {
    return OptimizedGraphs.entry(
        TinyModels.bundle(graph).manifest(), ExecutionProvider.cpu(), version);
  }

  @Test
  void processor_asked_namesTheArchitecture() {
    assertThat(Processor.description()).contains(System.getProperty("os.arch"));
    assertThat(Processor.description()).hasSizeGreaterThan(20);
  }

  @Test
  void ofClassPath_property_namesTheFolder() {
    String before = System.getProperty(OnnxOptions.OPTIMIZED_MODELS_PROPERTY);
    try {
      System.setProperty(OnnxOptions.OPTIMIZED_MODELS_PROPERTY, "here");
      assertThat(OnnxOptions.ofClassPath())
          .isEqualTo(OnnxOptions.builder().optimizedModels(Path.of("here")).build());
      System.clearProperty(OnnxOptions.OPTIMIZED_MODELS_PROPERTY);
      assertThat(OnnxOptions.ofClassPath()).isEqualTo(OnnxOptions.DEFAULTS);
    } finally {
      if (before != null) {
        System.setProperty(OnnxOptions.OPTIMIZED_MODELS_PROPERTY, before);
      }
    }
  }
}
