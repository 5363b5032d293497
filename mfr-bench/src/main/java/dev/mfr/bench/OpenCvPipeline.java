package dev.mfr.bench;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_dnn.blobFromImage;
import static org.bytedeco.opencv.global.opencv_dnn.readNetFromONNX;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import dev.mfr.MfrException;
import dev.mfr.geometry.Affine;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_core.StringVector;
import org.bytedeco.opencv.opencv_dnn.Net;

/**
 * OpenCV alone: {@code warpAffine}, {@code blobFromImage} and its DNN module, on the same ONNX
 * files. It computes the int8 graph's convolutions in fp32.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class OpenCvPipeline extends PlainPipeline {
  private final List<Net> networks = new ArrayList<>();
  private final Mat picture;

  OpenCvPipeline(RgbImage picture, SoftmaxHead head, Precision precision, int threads) {
    super(head, picture.width());
    opencv_core.setNumThreads(threads);
    byte[] rgb = new byte[3 * picture.width() * picture.height()];
    picture.copyInto(rgb);
    this.picture = new Mat(picture.height(), picture.width(), CV_8UC3);
    this.picture.data().put(rgb);
    for (ModelBundle bundle : BareRuntime.bundles(precision)) {
      byte[] bytes = bundle.bytes();
      try (BytePointer file = new BytePointer(bytes)) {
        networks.add(readNetFromONNX(file, bytes.length));
      } catch (RuntimeException e) {
        close();
        throw new MfrException(
            "OpenCV's DNN module refuses " + bundle.manifest().name() + " (" + e.getMessage() + ")",
            e);
      }
    }
  }

  @Override
  public String name() {
    return "OpenCV DNN";
  }

  @Override
  Detections detect() {
    try (PointerScope scope = new PointerScope()) {
      List<float[]> out =
          forward(
              0, blob(picture, DETECTOR_SIZE, 1 / 127.5, 127.5), "classificators", "regressors");
      float[] logits = out.get(0);
      float[] rows = out.get(1);
      return new Detections() {
        @Override
        public float logit(int anchor) {
          return logits[anchor];
        }

        @Override
        public float value(int anchor, int column) {
          return rows[16 * anchor + column];
        }
      };
    }
  }

  @Override
  float[] mesh(Affine pictureFromInput) {
    try (PointerScope scope = new PointerScope()) {
      Mat crop = crop(pictureFromInput, MESH_SIZE);
      return forward(1, blob(crop, MESH_SIZE, 1 / 255., 0), "conv2d_21").get(0);
    }
  }

  @Override
  float[] features(Affine pictureFromInput) {
    try (PointerScope scope = new PointerScope()) {
      Mat crop = crop(pictureFromInput, REGION_SIZE);
      return forward(2, blob(crop, REGION_SIZE, 1 / 127.5, 127.5), "features").get(0);
    }
  }

  private Mat crop(Affine pictureFromInput, int size) {
    Affine m = pictureFromInput;
    Mat map = new Mat(m.a(), m.b(), m.c(), m.d(), m.e(), m.f()).reshape(1, 2);
    Mat crop = new Mat();
    warpAffine(
        picture,
        crop,
        map,
        new Size(size, size),
        INTER_LINEAR | WARP_INVERSE_MAP,
        opencv_core.BORDER_CONSTANT,
        new Scalar(0));
    return crop;
  }

  private static Mat blob(Mat image, int size, double scale, double mean) {
    return blobFromImage(
        image, scale, new Size(size, size), new Scalar(mean, mean, mean, 0), false, false, CV_32F);
  }

  private List<float[]> forward(int network, Mat input, String... outputs) {
    Net net = networks.get(network);
    net.setInput(input);
    MatVector results = new MatVector();
    net.forward(results, new StringVector(outputs));
    List<float[]> values = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      Mat result = results.get(i);
      float[] copy = new float[Math.toIntExact(result.total())];
      new FloatPointer(result.data()).get(copy);
      values.add(copy);
    }
    return values;
  }

  @Override
  public void close() {
    networks.forEach(Net::close);
    picture.close();
  }
}
