package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.inference.TensorSpec;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.OnnxOptions;
import dev.mfr.onnx.OnnxRuntime;
import dev.mfr.onnx.ResNet50Embedder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The fast path against a plain one, which renders every network's input pixel by pixel in doubles,
 * with exact weights and a test for the border at each of the four neighbours.
 */
class PlainPathTest {

  /** A network that is shown the plain rendering in place of what it would be shown. */
  private record Plain(InferenceModel model, Consumer<FloatBuffer> input)
      implements InferenceModel {
    @Override
    public List<TensorSpec> inputs() {
      return model.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
      return model.outputs();
    }

    @Override
    public String device() {
      return model.device();
    }

    @Override
    public <T> T run(int batch, Consumer<TensorBuffers> fill, Function<TensorBuffers, T> read) {
      return model.run(batch, buffers -> input.accept(buffers.input(inputs().get(0).name())), read);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static void render(
      RgbImage image,
      Affine sourceFromTarget,
      int size,
      Border border,
      PixelNormalization normalization,
      FloatBuffer target) {
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double value =
              sample(
                  image,
                  sourceFromTarget.applyX(x, y),
                  sourceFromTarget.applyY(x, y),
                  16 - 8 * c,
                  border);
          target.put(
              (c * size + y) * size + x,
              (float) (value * normalization.scale() + normalization.offset()));
        }
      }
    }
  }

  private static double sample(RgbImage image, double x, double y, int shift, Border border) {
    double sum = 0;
    for (int dy = 0; dy < 2; dy++) {
      for (int dx = 0; dx < 2; dx++) {
        int ix = (int) Math.floor(x) + dx;
        int iy = (int) Math.floor(y) + dy;
        double weight = (1 - Math.abs(x - ix)) * (1 - Math.abs(y - iy));
        if (border == Border.REPLICATE) {
          ix = Math.max(0, Math.min(image.width() - 1, ix));
          iy = Math.max(0, Math.min(image.height() - 1, iy));
        }
        if (ix >= 0 && iy >= 0 && ix < image.width() && iy < image.height()) {
          sum += weight * (image.rgb(ix, iy) >> shift & 255);
        }
      }
    }
    return sum;
  }

  private static Landmarks plainLandmarks(RgbImage image) {
    PixelNormalization forFaces = MeshModels.blazeFace().manifest().normalization();
    PixelNormalization forMesh = MeshModels.faceMesh().manifest().normalization();
    OnnxRuntime runtime = OnnxRuntime.create();
    Affine whole = Letterbox.of(image, 0).sourceFromNetwork(BlazeFace.SIZE);
    FaceCandidate face;
    try (InferenceModel model = runtime.open(MeshModels.blazeFace())) {
      face =
          new BlazeFace(
                  new Plain(
                      model,
                      input -> render(image, whole, BlazeFace.SIZE, Border.BLACK, forFaces, input)),
                  forFaces)
              .find(image, .5)
              .get(0);
    }
    MeshRegion region = MeshRegion.of(face);
    Affine map = region.sourceFromNetwork(MeshNetwork.SIZE);
    try (InferenceModel model = runtime.open(MeshModels.faceMesh())) {
      Landmarks landmarks =
          new MeshNetwork(
                  new Plain(
                      model,
                      input ->
                          render(image, map, MeshNetwork.SIZE, Border.REPLICATE, forMesh, input)),
                  forMesh)
              .measure(image, region)
              .landmarks();
      assertThat(landmarks).isNotNull();
      return landmarks;
    }
  }

  @Test
  void detect_portraits_sameLandmarksAsThePlainPath() {
    try (FaceMeshDetector detector = FaceMeshDetector.open()) {
      for (Map.Entry<String, RgbImage> portrait : Portraits.all().entrySet()) {
        Landmarks fast = detector.detect(portrait.getValue()).get(0).landmarks();
        Landmarks plain = plainLandmarks(portrait.getValue());
        for (int i = 0; i < fast.size(); i++) {
          assertThat(fast.point(i).distanceTo(plain.point(i)))
              .as("point %s of %s", i, portrait.getKey())
              .isLessThan(.05);
        }
      }
    }
  }

  @Test
  void embed_portraits_sameFeaturesAsThePlainPath() {
    assertSameFeatures(DlibEmbedder.open(), AlignedFaceCropper.dlib(), .9999);
    assertSameFeatures(MaskAwareEmbedder.open(), AlignedFaceCropper.dlib(), .9999);
    assertSameFeatures(
        ResNet50Embedder.open(
            Path.of("../mfr-onnx/models/resnet50-periocular.onnx"), OnnxOptions.DEFAULTS),
        PeriocularCropper.fourPoint(),
        .9999);
  }

  /** Inputs that differ by less than a grey level may fall on two sides of a rounding step. */
  @Test
  void embed_portraitsInt8_nearlyTheSameFeaturesAsThePlainPath() {
    assertSameFeatures(ResNet50Embedder.open(), PeriocularCropper.fourPoint(), .998);
  }

  private static void assertSameFeatures(FaceEmbedder embedder, RoiCropper cropper, double least) {
    try (embedder;
        FaceMeshDetector detector = FaceMeshDetector.open()) {
      for (Map.Entry<String, RgbImage> portrait : Portraits.all().entrySet()) {
        RgbImage image = portrait.getValue();
        DetectedFace face = detector.detect(image).get(0);
        FaceViews views = cropper.crop(image, face);
        FaceView view = views.list().get(0);
        FeatureMatrix fast = embedder.embed(List.of(views)).features();
        FeatureMatrix plain = embedder.embed(List.of(plainView(image, view))).features();
        assertThat(cosine(fast.row(0), plain.row(0)))
            .as("%s of %s", view, portrait.getKey())
            .isGreaterThan(least);
      }
    }
  }

  /** The view rendered plainly and rounded to bytes, which loses up to half a grey level more. */
  private static FaceViews plainView(RgbImage image, FaceView view) {
    int size = view.width();
    Border border = view.name().equals("roi") ? Border.BLACK : Border.REPLICATE;
    FloatBuffer planar = FloatBuffer.allocate(3 * size * size);
    render(image, view.sourceFromView(), size, border, PixelNormalization.RAW, planar);
    byte[] rgb = new byte[3 * size * size];
    for (int i = 0; i < size * size; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(planar.get(c * size * size + i));
      }
    }
    return FaceViews.of(
        FaceView.of(
            view.name(),
            view.recipe(),
            RgbImage.wrap(rgb, 0, size, size, 3 * size, PixelFormat.RGB)));
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
