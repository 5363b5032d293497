package dev.mfr.landmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mfr.Classification;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.RecognitionBuffer;
import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureBuffer;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.SoftmaxClassifier;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceModel;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.landmarks.mesh.MeshModels;
import dev.mfr.onnx.OnnxModels;
import dev.mfr.onnx.OnnxRuntime;
import dev.mfr.onnx.ResNet50Embedder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recognition leaves behind: next to no garbage, and its stages in a flight recording. */
class SteadyStateTest {
  private static final int ROUNDS = 9;
  private static final int CALLS = 20;

  /**
   * Of the into-variant, beyond what ONNX Runtime allocates for the same networks. The benchmark's
   * goal is 512; here little is compiled yet, and the runtime's share differs by 64 bytes a
   * network.
   */
  private static final long MOST_BYTES = 512 + 3 * 64;

  private static RgbImage portrait() {
    // Below 480 pixels, so that it is not looked at in tiles.
    return Portraits.astronaut().subImage(100, 0, 250, 250);
  }

  private static MaskedFaceRecognizer recognizer() {
    FaceMeshDetector detector = FaceMeshDetector.open();
    RoiCropper cropper = PeriocularCropper.fourPoint();
    FaceEmbedder embedder = ResNet50Embedder.open();
    return MaskedFaceRecognizer.builder()
        .detector(detector)
        .cropper(cropper)
        .classifier(new SoftmaxClassifier(embedder, head(detector, cropper, embedder)))
        .build();
  }

  /** Fifty people, made up around the portrait's own features. */
  private static SoftmaxHead head(
      FaceMeshDetector detector, RoiCropper cropper, FaceEmbedder embedder) {
    RgbImage image = portrait();
    DetectedFace face = detector.detect(image).get(0);
    FaceViews views = cropper.crop(image, face);
    FeatureBuffer made = new FeatureBuffer();
    embedder.embedInto(List.of(views), made);
    Random random = new Random(3);
    List<String> labels = new ArrayList<>();
    List<FeatureMatrix> features = new ArrayList<>();
    List<FeatureMatrix> embeddings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      labels.add("person " + i / 2);
      float[] row = made.features(0).clone();
      for (int k = 0; k < row.length; k++) {
        row[k] += (float) random.nextGaussian();
      }
      features.add(FeatureMatrix.of(1, row.length, row));
      embeddings.add(FeatureMatrix.of(1, made.embeddingLength(), made.embedding(0)));
    }
    return SoftmaxTrainer.create(TrainingOptions.builder().epochs(1).build())
        .train(
            new TrainingSet(
                labels,
                new FaceFeatures(
                    FeatureMatrix.concat(made.featureLength(), features),
                    FeatureMatrix.concat(made.embeddingLength(), embeddings)),
                embedder.modelId(),
                views.recipe(embedder.viewNames()),
                embedder.similarityThreshold()));
  }

  private static long bytes(Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    return (threads.getThreadAllocatedBytes(id) - before) / CALLS;
  }

  @Test
  void recognizeInto_sameKindOfPicture_allocatesNextToNothing() {
    RgbImage image = portrait();
    OnnxRuntime runtime = OnnxRuntime.create();
    try (MaskedFaceRecognizer recognizer = recognizer();
        InferenceModel faces = runtime.open(MeshModels.blazeFace());
        InferenceModel meshes = runtime.open(MeshModels.faceMesh());
        InferenceModel embeddings = runtime.open(OnnxModels.resNet50())) {
      RecognitionBuffer result = new RecognitionBuffer();
      Runnable ours = () -> recognizer.recognizeInto(image, result);
      Runnable networks =
          () -> {
            faces.run(1, input -> {}, output -> true);
            meshes.run(1, input -> {}, output -> true);
            embeddings.run(1, input -> {}, output -> true);
          };
      // In turns, because what the runtime's own code allocates changes when it is compiled.
      long[] beyond = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        beyond[round] = bytes(ours) - bytes(networks);
      }
      Arrays.sort(beyond);
      assertThat(result.size()).isEqualTo(1);
      assertThat(beyond[ROUNDS / 2]).isBetween(0L, MOST_BYTES);
    }
  }

  @Test
  void recognize_whileRecorded_eachStageIsAnEvent(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("recognition.jfr");
    Path picture = folder.resolve("portrait.png");
    javax.imageio.ImageIO.write(portrait().toBufferedImage(), "png", picture.toFile());
    try (MaskedFaceRecognizer recognizer = recognizer();
        Recording recording = new Recording()) {
      recording.enable("dev.mfr.*");
      for (String stage : STAGES) {
        recording.enable("dev.mfr." + stage).withThreshold(java.time.Duration.ZERO);
      }
      recording.start();
      Classification answer = recognizer.recognize(picture).faces().get(0).classification();
      recording.stop();
      recording.dump(file);

      assertThat(answer.ranking()).isNotEmpty();
    }
    assertThat(Files.size(file)).isPositive();
    TreeMap<String, Integer> items = new TreeMap<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().startsWith("dev.mfr.")) {
        items.merge(
            event.getEventType().getName().substring("dev.mfr.".length()),
            event.getInt("items"),
            Integer::sum);
      }
    }
    assertThat(items.keySet()).containsExactlyInAnyOrderElementsOf(STAGES);
    assertThat(items.values()).containsOnly(1);
  }

  private static final List<String> STAGES =
      List.of("Decode", "Detect", "FaceDetector", "FaceMesh", "Crop", "Embed", "Head");
}
