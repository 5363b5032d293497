package dev.mfr.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.mfr.geometry.Affine;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.image.RgbImage;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime's Java API as tutorials use it: a {@code float[1][3][height][width]} filled from
 * {@link BufferedImage#getRGB}, a new tensor from it for every run, results by {@code getValue()}.
 * Sessions and their options are this library's.
 */
final class NaivePipeline extends PlainPipeline {
  private final BufferedImage picture;
  private final List<BareRuntime.Graph> graphs = new ArrayList<>();

  NaivePipeline(RgbImage picture, SoftmaxHead head, Precision precision, int threads)
      throws OrtException {
    super(head, picture.width());
    this.picture = picture.toBufferedImage();
    graphs.addAll(BareRuntime.graphs(precision, threads));
  }

  @Override
  public String name() {
    return "naive ONNX Runtime";
  }

  @Override
  Detections detect() throws OrtException {
    double scale = (double) picture.getWidth() / DETECTOR_SIZE;
    Affine whole =
        Affine.scaling(scale, scale).then(Affine.translation(scale / 2 - .5, scale / 2 - .5));
    float[][][][] input = tensor(whole, DETECTOR_SIZE, 1 / 127.5f, -1);
    try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input);
        OrtSession.Result result = graphs.get(0).session().run(Map.of("input", tensor))) {
      float[][][] logits = (float[][][]) value(result, "classificators");
      float[][][] rows = (float[][][]) value(result, "regressors");
      return new Detections() {
        @Override
        public float logit(int anchor) {
          return logits[0][anchor][0];
        }

        @Override
        public float value(int anchor, int column) {
          return rows[0][anchor][column];
        }
      };
    }
  }

  @Override
  float[] mesh(Affine pictureFromInput) throws OrtException {
    return run(1, "input_1", tensor(pictureFromInput, MESH_SIZE, 1 / 255f, 0), "conv2d_21");
  }

  @Override
  float[] features(Affine pictureFromInput) throws OrtException {
    return run(2, "input", tensor(pictureFromInput, REGION_SIZE, 1 / 127.5f, -1), "features");
  }

  private float[] run(int graph, String inputName, float[][][][] input, String output)
      throws OrtException {
    try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input);
        OrtSession.Result result = graphs.get(graph).session().run(Map.of(inputName, tensor))) {
      return ((float[][]) value(result, output))[0];
    }
  }

  private static Object value(OrtSession.Result result, String name) throws OrtException {
    return result.get(name).orElseThrow().getValue();
  }

  private float[][][][] tensor(Affine pictureFromInput, int size, float scale, float offset) {
    BufferedImage crop = AwtPixels.crop(picture, pictureFromInput, size);
    float[][][][] input = new float[1][3][size][size];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int rgb = crop.getRGB(x, y);
        input[0][0][y][x] = (rgb >> 16 & 255) * scale + offset;
        input[0][1][y][x] = (rgb >> 8 & 255) * scale + offset;
        input[0][2][y][x] = (rgb & 255) * scale + offset;
      }
    }
    return input;
  }

  @Override
  public void close() throws OrtException {
    for (BareRuntime.Graph graph : graphs) {
      graph.close();
    }
  }
}
