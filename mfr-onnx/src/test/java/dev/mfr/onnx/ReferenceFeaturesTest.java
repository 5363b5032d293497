package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceView;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against the stored answers of the reference pipeline (Python, fp32) on its own crops of 62
 * pictures.
 *
 * <p>The pictures may not be part of the project. They are looked for in {@code ../shared} beside
 * it, or where {@code -Dmfr.shared=FOLDER} says; without them these tests are skipped.
 */
class ReferenceFeaturesTest {
  private final Path shared =
      System.getProperty("mfr.shared") == null
          ? Path.of("../../shared").toAbsolutePath().normalize()
          : Path.of(System.getProperty("mfr.shared"));
  private final List<String> pictures = new ArrayList<>();
  private String json = "";

  @BeforeEach
  void readReference() throws IOException {
    Path reference = shared.resolve("data/reference");
    assumeThat(reference.resolve("crops"))
        .as("reference pictures; name their folder with -Dmfr.shared=FOLDER")
        .isDirectory();
    json = Files.readString(reference.resolve("features.json"));
    Matcher names = Pattern.compile("\"([^\"]+\\.(jpg|png))\": \\{").matcher(json);
    while (names.find()) {
      pictures.add(names.group(1));
    }
    assertThat(pictures).hasSize(62);
  }

  @Test
  void resNet50_firstVersion_isTheReference() throws IOException {
    Path model = shared.resolve("models/resnet50-periocular.onnx");
    assumeThat(model).isRegularFile();
    try (FaceEmbedder embedder = ResNet50Embedder.open(model, OnnxOptions.DEFAULTS)) {
      double[] features = compare(embedder, "roi", "resnet50Features", false);
      double[] embeddings = compare(embedder, "roi", "resnet50Embedding", true);
      assertThat(features[0]).isGreaterThan(.99999);
      assertThat(embeddings[0]).isGreaterThan(.99999);
    }
  }

  /** The oracle is the network before it was quantised, which lies in the repository. */
  @Test
  void resNet50_int8_isCloseToFp32() throws IOException {
    try (FaceEmbedder embedder = ResNet50Embedder.open();
        FaceEmbedder original =
            ResNet50Embedder.open(
                Path.of("models/resnet50-periocular.onnx"), OnnxOptions.DEFAULTS)) {
      var views = Faces.of(views(embedder, "roi"));
      double[] features =
          cosines(embedder.embed(views).features(), original.embed(views).features());
      double[] embeddings =
          cosines(embedder.embed(views).embeddings(), original.embed(views).embeddings());
      System.out.printf(
          "int8 against fp32, cosine: features %.5f at worst, %.5f on average; embeddings %.5f,"
              + " %.5f%n",
          features[0], features[1], embeddings[0], embeddings[1]);
      assertThat(features[0]).isGreaterThan(.98);
      assertThat(features[1]).isGreaterThan(.995);
      assertThat(embeddings[0]).isGreaterThan(.985);
      assertThat(embeddings[1]).isGreaterThan(.996);
    }
  }

  @Test
  void dlib_isTheReference() throws IOException {
    try (FaceEmbedder embedder = DlibEmbedder.open()) {
      assertThat(compare(embedder, "chip", "dlibEmbedding", false)[0]).isGreaterThan(.99999);
      assertThat(compare(embedder, "chip", "dlibEmbedding", true)[0]).isGreaterThan(.99999);
    }
  }

  private List<FaceView> views(FaceEmbedder embedder, String crop) throws IOException {
    List<FaceView> views = new ArrayList<>();
    for (String picture : pictures) {
      String stem = picture.substring(0, picture.lastIndexOf('.'));
      Path file = shared.resolve("data/reference/crops/" + stem + "-" + crop + ".png");
      views.add(
          FaceView.of(
              embedder.viewNames().get(0),
              "reference",
              RgbImage.copyOf(ImageIO.read(file.toFile()))));
    }
    return views;
  }

  /** The smallest and the mean cosine similarity of the rows. */
  private static double[] cosines(FeatureMatrix one, FeatureMatrix other) {
    double worst = 1;
    double sum = 0;
    for (int i = 0; i < one.rows(); i++) {
      double cosine = cosine(one.row(i), other.row(i));
      worst = Math.min(worst, cosine);
      sum += cosine;
    }
    return new double[] {worst, sum / one.rows()};
  }

  /** The smallest and the mean cosine similarity with the stored numbers. */
  private double[] compare(FaceEmbedder embedder, String crop, String key, boolean embedding)
      throws IOException {
    List<FaceView> views = views(embedder, crop);
    var result = embedder.embed(Faces.of(views));
    double worst = 1;
    double sum = 0;
    for (int i = 0; i < pictures.size(); i++) {
      float[] actual = (embedding ? result.embeddings() : result.features()).row(i);
      double cosine = cosine(actual, stored(pictures.get(i), key));
      worst = Math.min(worst, cosine);
      sum += cosine;
    }
    return new double[] {worst, sum / pictures.size()};
  }

  private float[] stored(String picture, String key) {
    int from = json.indexOf("\"" + key + "\": [", json.indexOf("\"" + picture + "\": {"));
    String[] numbers =
        json.substring(json.indexOf('[', from) + 1, json.indexOf(']', from)).split(",", -1);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(numbers[i].strip());
    }
    return values;
  }

  private static double cosine(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
