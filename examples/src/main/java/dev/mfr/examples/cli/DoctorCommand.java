package dev.mfr.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mfr.MfrException;
import dev.mfr.examples.demo.Portrait;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.Embedding;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxRuntime;
import dev.mfr.onnx.ProviderStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "doctor",
    description =
        "Checks this machine: versions, native libraries, accelerators, and a run of every network.")
final class DoctorCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Option(names = "--json", description = "The findings as one JSON object on stdout.")
  private boolean json;

  private record Finding(String name, boolean good, String detail) {}

  private final List<Finding> findings = new ArrayList<>();

  @Override
  public Integer call() {
    findings.add(new Finding("mfr", true, Mfr.Version.number()));
    findings.add(
        new Finding(
            "Java",
            true,
            System.getProperty("java.version") + ", " + System.getProperty("java.vm.name")));
    findings.add(
        new Finding(
            "system",
            true,
            String.format(
                Locale.ROOT,
                "%s %s on %s, %d processors, at most %d MB of Java memory",
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20)));
    check("OpenCV", DoctorCommand::openCv);
    check("ONNX Runtime", OnnxRuntime::version);
    List<ProviderStatus> providers = new ArrayList<>();
    check(
        "models", () -> ModelsCommand.bundled().size() + " bundled; 'mfr models' tells about each");
    if (find("ONNX Runtime").good) {
      providers.addAll(OnnxRuntime.providers());
    }
    check("galleries", DoctorCommand::keepAPerson);
    if (find("OpenCV").good && find("ONNX Runtime").good) {
      check("detector", this::detect);
      for (EmbedderChoice choice : EmbedderChoice.values()) {
        check("embedder " + choice, () -> embed(choice));
      }
    }
    boolean good = findings.stream().allMatch(Finding::good);
    if (json) {
      mfr.console().json(line(providers, good));
    } else {
      tell(providers, good);
    }
    return good ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void check(String name, Supplier<String> check) {
    try {
      findings.add(new Finding(name, true, check.get()));
    } catch (RuntimeException | LinkageError e) {
      String reason = e instanceof MfrException ? e.getMessage() : e.toString();
      findings.add(new Finding(name, false, String.valueOf(reason)));
    }
  }

  private Finding find(String name) {
    return findings.stream().filter(finding -> finding.name.equals(name)).findFirst().orElseThrow();
  }

  private static String openCv() {
    Portrait.ALL.get(0).load();
    return opencv_core.getVersionMajor()
        + "."
        + opencv_core.getVersionMinor()
        + "."
        + opencv_core.getVersionRevision()
        + ", "
        + Loader.getPlatform();
  }

  /** A gallery in a folder is written and read; Lucene loads parts of it by their names. */
  private static String keepAPerson() {
    try {
      Path folder = Files.createTempDirectory("mfr-doctor");
      try {
        Template template =
            new Template(
                "template",
                new GalleryModel("none", "none", 2),
                Embedding.of(.6f, .8f),
                TemplateOrigin.PHOTOGRAPH,
                MaskReading.NONE,
                Optional.empty(),
                Instant.EPOCH);
        try (Gallery gallery = Gallery.open(folder)) {
          gallery.enrol("nobody", List.of(template));
        }
        try (Gallery gallery = Gallery.openReadOnly(folder)) {
          if (gallery.size() != 1) {
            throw new IllegalStateException("who was enrolled is gone");
          }
        }
      } finally {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new MfrException(
          "the folder for temporary files cannot be used: " + Sentences.reason(e), e);
    }
    return "Lucene " + org.apache.lucene.util.Version.LATEST + ": one is kept in a folder";
  }

  private String detect() {
    RgbImage image = Portrait.ALL.get(0).load();
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      detector.detect(image);
      long start = System.nanoTime();
      List<DetectedFace> faces = detector.detect(image);
      if (faces.size() != 1) {
        throw new IllegalStateException("found " + faces.size() + " faces where there is one");
      }
      return String.format(
          Locale.ROOT,
          "finds the face of a portrait in %.1f ms",
          (System.nanoTime() - start) / 1e6);
    }
  }

  private String embed(EmbedderChoice choice) {
    RgbImage image = Portrait.ALL.get(0).load();
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        FaceEmbedder embedder = choice.open()) {
      List<DetectedFace> faces = detector.detect(image);
      FaceViews views = choice.cropper().crop(image, faces.get(0));
      embedder.embed(List.of(views));
      long start = System.nanoTime();
      FaceFeatures made = embedder.embed(List.of(views));
      double length = 0;
      for (float v : made.embeddings().row(0)) {
        length += (double) v * v;
      }
      if (!(Math.abs(length - 1) < 1e-3)) {
        throw new IllegalStateException("its embedding has the squared length " + length);
      }
      return String.format(
          Locale.ROOT,
          "%s: a face in %.1f ms",
          embedder.modelId(),
          (System.nanoTime() - start) / 1e6);
    }
  }

  private void tell(List<ProviderStatus> providers, boolean good) {
    Console console = mfr.console();
    for (Finding finding : findings) {
      console.line(
          String.format(
              Locale.ROOT,
              "%-3s %-18s %s",
              finding.good ? "ok" : "!!",
              finding.name,
              finding.detail));
    }
    console.line("");
    for (ProviderStatus status : providers) {
      console.line(
          String.format(
              Locale.ROOT,
              "%-3s %-18s %s",
              status.available() ? "ok" : "–",
              status.provider().description(),
              status.available() ? "available" : status.reason()));
    }
    console.line("");
    console.line(
        good ? "This machine is ready." : "This machine is not ready: see the lines with !!");
  }

  private ObjectNode line(List<ProviderStatus> providers, boolean good) {
    ObjectNode line = Json.object().put("ready", good);
    ArrayNode checks = line.putArray("checks");
    for (Finding finding : findings) {
      checks
          .addObject()
          .put("name", finding.name)
          .put("ok", finding.good)
          .put("detail", finding.detail);
    }
    ArrayNode array = line.putArray("providers");
    for (ProviderStatus status : providers) {
      array
          .addObject()
          .put("provider", status.provider().description())
          .put("available", status.available())
          .put("reason", status.reason());
    }
    return line;
  }
}
