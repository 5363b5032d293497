package dev.mfr.bench;

import dev.mfr.Classification;
import dev.mfr.Classifier;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.head.SoftmaxClassifier;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxOptions;
import dev.mfr.onnx.OnnxRuntime;
import dev.mfr.onnx.ResNet50Embedder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The recognizer, the head and the picture that the benchmarks share. */
final class BenchPipeline {
  /** How many people the benchmark's head knows. */
  static final int PEOPLE = 100;

  private BenchPipeline() {}

  /** The decoded 250×250 portrait. */
  static RgbImage portrait() {
    try (InputStream in = BenchPipeline.class.getResourceAsStream("eileen-collins-250.png")) {
      if (in == null) {
        throw new IllegalStateException("the portrait is missing from the benchmarks' jar");
      }
      return RgbImage.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The paper's recognizer, with the ResNet-50 on the region above a mask and a head for {@link
   * #PEOPLE} people, trained for one epoch on seeded noise: its time does not depend on what it has
   * learnt.
   */
  static MaskedFaceRecognizer recognizer(OnnxOptions options) {
    FaceEmbedder embedder = ResNet50Embedder.open(options);
    Classifier classifier = new SoftmaxClassifier(embedder, head(embedder));
    return MaskedFaceRecognizer.builder()
        .detector(FaceMeshDetector.builder().runtime(OnnxRuntime.create(options)).open())
        .cropper(PeriocularCropper.fourPoint())
        .classifier(classifier)
        .build();
  }

  private static SoftmaxHead head(FaceEmbedder embedder) {
    Random random = new Random(1);
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 2 * PEOPLE; i++) {
      labels.add("person " + i / 2);
    }
    FaceFeatures noise =
        new FaceFeatures(
            noise(random, labels.size(), embedder.featureLength()),
            noise(random, labels.size(), embedder.embeddingLength()));
    return SoftmaxTrainer.create(TrainingOptions.builder().epochs(1).build())
        .train(
            new TrainingSet(
                labels,
                noise,
                embedder.modelId(),
                PeriocularCropper.fourPoint().recipe(),
                embedder.similarityThreshold()));
  }

  private static FeatureMatrix noise(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      double norm = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        values[i] = (float) random.nextGaussian();
        norm += values[i] * values[i];
      }
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        values[i] /= (float) Math.sqrt(norm);
      }
    }
    return FeatureMatrix.of(rows, columns, values);
  }

  /** A classifier that asks no network, to tell the landmark stage's time from the whole. */
  static Classifier nobody() {
    return (List<FaceViews> faces) ->
        faces.stream().map(f -> Classification.unknown(List.of(), "nobody was asked")).toList();
  }
}
