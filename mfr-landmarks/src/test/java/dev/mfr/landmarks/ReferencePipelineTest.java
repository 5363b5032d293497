package dev.mfr.landmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.OnnxOptions;
import dev.mfr.onnx.ResNet50Embedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * From the picture file to the features, all stages ours, against the numpy pipeline's features.
 */
class ReferencePipelineTest {
  private final List<String> names = new ArrayList<>();
  private String json = "";

  @Test
  void resNet50_fromFileToFeatures_isTheReference() throws IOException {
    Path model = SharedData.require("models/resnet50-periocular.onnx");
    try (FaceEmbedder embedder = ResNet50Embedder.open(model, OnnxOptions.DEFAULTS)) {
      FaceFeatures ours = embed(PeriocularCropper.fourPoint(), embedder);
      assertThat(meanCosine("resnet50Features", ours.features())).isGreaterThan(.999);
      assertThat(meanCosine("resnet50Embedding", ours.embeddings())).isGreaterThan(.999);
    }
  }

  @Test
  void dlib_fromFileToEmbedding_isTheReference() throws IOException {
    try (FaceEmbedder embedder = DlibEmbedder.open()) {
      FaceFeatures ours = embed(AlignedFaceCropper.dlib(), embedder);
      assertThat(meanCosine("dlibEmbedding", ours.features())).isGreaterThan(.999);
    }
  }

  private FaceFeatures embed(RoiCropper cropper, FaceEmbedder embedder) throws IOException {
    Path reference = SharedData.require("data/reference");
    json = Files.readString(reference.resolve("features.json"));
    Matcher matcher = Pattern.compile("\"([^\"]+\\.jpg)\": \\{").matcher(json);
    List<FaceViews> faces = new ArrayList<>();
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      while (matcher.find()) {
        Path file = reference.resolve("images").resolve(matcher.group(1));
        if (Files.exists(file)) {
          RgbImage image = RgbImage.read(file);
          // The reference takes the detector's best face.
          DetectedFace best = detector.detect(image).get(0);
          names.add(matcher.group(1));
          faces.add(cropper.crop(image, best));
        }
      }
    }
    assertThat(names).hasSize(60);
    return embedder.embed(faces);
  }

  private double meanCosine(String key, FeatureMatrix ours) {
    double sum = 0;
    double worst = 1;
    for (int i = 0; i < names.size(); i++) {
      int picture = json.indexOf("\"" + names.get(i) + "\": {");
      int from = json.indexOf('[', json.indexOf("\"" + key + "\": [", picture));
      String[] numbers = json.substring(from + 1, json.indexOf(']', from)).split(",", -1);
      assertThat(numbers).hasSize(ours.columns());
      double ab = 0;
      double aa = 0;
      double bb = 0;
      for (int k = 0; k < numbers.length; k++) {
        double a = Double.parseDouble(numbers[k].strip());
        double b = ours.get(i, k);
        ab += a * b;
        aa += a * a;
        bb += b * b;
      }
      double cosine = ab / Math.sqrt(aa * bb);
      sum += cosine;
      worst = Math.min(worst, cosine);
    }
    System.out.printf(
        "%s, all stages ours: cosine %.5f on average, %.5f at worst%n",
        key, sum / names.size(), worst);
    return sum / names.size();
  }
}
